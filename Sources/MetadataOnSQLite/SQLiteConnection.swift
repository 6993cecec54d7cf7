import GRDB
import GRDBSQLite
package import Metadata

/// What a body sees: one connection of SQLite, inside of a transaction, for as long as the body runs.
///
/// GRDB compiles the statements, and the last ones are kept by their text: values go in as arguments, never into the
/// text. They are run here, by the calls of SQLite itself: what GRDB does around each step (its observers, its own
/// kinds of rows) costs more than a small query.
package struct SQLiteConnection: SQLConnection {
    let database: Database
    /// Of this connection, from one body to the next.
    let statements: KeptStatements

    package func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
        try requireTransaction()
        // Kept at least until the next text is compiled, and so to the end of its run.
        let statement = try statements.statement(sql, of: database)
        let run = StatementRun(statement.sqliteStatement, sql)
        try run.bind(arguments)
        let columns = SQLColumns(statement.columnNames)
        var rows: [SQLRow] = []
        while try run.step() { rows.append(SQLRow(columns: columns, values: run.values)) }
        return rows
    }

    package func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try requireTransaction()
        let before = database.totalChangesCount
        try run(sql, arguments)
        // sqlite3_changes keeps the number of an earlier statement when this one was no INSERT, UPDATE or DELETE.
        return database.totalChangesCount == before ? 0 : database.changesCount
    }

    /// Statements that the connection keeps compiled.
    package var statementsKept: Int { statements.count }

    /// Runs a statement that may begin or end a transaction or a savepoint.
    func control(_ sql: String) throws {
        try run(sql, [])
    }

    private func run(_ sql: String, _ arguments: [SQLValue]) throws {
        let run = StatementRun(try statements.statement(sql, of: database).sqliteStatement, sql)
        try run.bind(arguments)
        while try run.step() {}
    }

    /// Stops a body that goes on after SQLite has undone its transaction: each further statement would be committed
    /// by itself.
    private func requireTransaction() throws {
        guard database.isInsideTransaction else { throw SQLError(.other, "the transaction is over") }
    }
}
