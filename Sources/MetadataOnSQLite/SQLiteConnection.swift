import Foundation
import GRDB
import Metadata

/// What a body sees: one GRDB connection, inside of a transaction, for as long as the body runs.
///
/// Compiled statements are kept by their text, so texts must be few: values go in as arguments, never into the text.
struct SQLiteConnection: SQLConnection {
    let database: Database

    func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
        try SQLError.mapping {
            try requireTransaction()
            let statement = try database.cachedStatement(sql: sql)
            let cursor = try Row.fetchCursor(statement, arguments: arguments.statementArguments)
            let columns = SQLColumns(statement.columnNames)
            let width = statement.columnCount
            var rows: [SQLRow] = []
            while let row = try cursor.next() {
                rows.append(SQLRow(columns: columns, values: (0..<width).map { SQLValue(row[$0] as DatabaseValue) }))
            }
            return rows
        }
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try SQLError.mapping {
            try requireTransaction()
            let before = database.totalChangesCount
            try database.cachedStatement(sql: sql).execute(arguments: arguments.statementArguments)
            // sqlite3_changes keeps the number of an earlier statement when this one was no INSERT, UPDATE or DELETE.
            return database.totalChangesCount == before ? 0 : database.changesCount
        }
    }

    /// Stops a body that goes on after SQLite has undone its transaction: each further statement would be committed
    /// by itself.
    private func requireTransaction() throws {
        guard database.isInsideTransaction else { throw SQLError(.other, "the transaction is over") }
    }
}

extension [SQLValue] {
    fileprivate var statementArguments: StatementArguments { StatementArguments(map(\.databaseValue)) }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        case .boolean(let value): value.databaseValue
        }
    }

    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .real(value)
        case .string(let value): self = .text(value)
        case .blob(let data): self = .blob([UInt8](data))
        }
    }
}
