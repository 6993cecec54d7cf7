import GRDB
import GRDBSQLite
import Metadata

/// What a body sees: one connection of SQLite, inside of a transaction, for as long as the body runs.
///
/// GRDB compiles the statements and keeps them by their text, so texts must be few: values go in as arguments, never
/// into the text. They are run here, by the calls of SQLite itself: what GRDB does around each step (its observers, its
/// own kinds of rows) costs more than a small query.
struct SQLiteConnection: SQLConnection {
    let database: Database

    func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
        try requireTransaction()
        let statement = try compiled(sql)
        let run = StatementRun(statement.sqliteStatement, sql)
        try run.bind(arguments)
        let columns = SQLColumns(statement.columnNames)
        var rows: [SQLRow] = []
        while try run.step() { rows.append(SQLRow(columns: columns, values: run.values)) }
        return rows
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try requireTransaction()
        let before = database.totalChangesCount
        try run(sql, arguments)
        // sqlite3_changes keeps the number of an earlier statement when this one was no INSERT, UPDATE or DELETE.
        return database.totalChangesCount == before ? 0 : database.changesCount
    }

    /// Runs a statement that may begin or end a transaction or a savepoint.
    func control(_ sql: String) throws {
        try run(sql, [])
    }

    private func run(_ sql: String, _ arguments: [SQLValue]) throws {
        let run = StatementRun(try compiled(sql).sqliteStatement, sql)
        try run.bind(arguments)
        while try run.step() {}
    }

    private func compiled(_ sql: String) throws -> Statement {
        try SQLError.mapping { try database.cachedStatement(sql: sql) }
    }

    /// Stops a body that goes on after SQLite has undone its transaction: each further statement would be committed
    /// by itself.
    private func requireTransaction() throws {
        guard database.isInsideTransaction else { throw SQLError(.other, "the transaction is over") }
    }
}
