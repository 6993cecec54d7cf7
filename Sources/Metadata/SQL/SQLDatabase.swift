/// The port to a relational database: all that Pawl asks of one.
///
/// Statements are written in the SQL that SQLite and PostgreSQL both take, with `?` for each argument.
/// A body runs synchronously on a thread of the adapter, so it holds no task and awaits nothing.
package protocol SQLDatabase: Sendable {
    /// Runs `body` on a consistent snapshot, beside the writer and other readers.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value

    /// Runs `body` in a transaction and returns when it is committed and durable.
    ///
    /// Writes that arrive while a commit runs share the next one, each in a savepoint of its own: one that throws
    /// is undone alone, and its error is returned. `body` may be run a second time when the shared transaction
    /// dies, so it must not have effects outside of the database. It runs to its end even when the calling task is
    /// cancelled.
    func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value
}

/// What a body of `read` or `transaction` sees of the database. It must not escape the body.
package protocol SQLConnection {
    /// All rows of a query (or of a statement with `RETURNING`), in order.
    func rows(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow]

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int
}

extension SQLConnection {
    package func rows(_ sql: String) throws -> [SQLRow] { try rows(sql, []) }

    package func row(_ sql: String, _ arguments: [SQLValue] = []) throws -> SQLRow? {
        try rows(sql, arguments).first
    }

    @discardableResult
    package func execute(_ sql: String) throws -> Int { try execute(sql, []) }
}
