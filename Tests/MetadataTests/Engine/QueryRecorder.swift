import Metadata
import Synchronization

/// A database that remembers the queries that go through it.
final class QueryRecorder: SQLDatabase {
    struct Query: Sendable {
        var text: String
        var arguments: [SQLValue]
    }

    private let database: any SQLDatabase
    private let met = Mutex<[Query]>([])

    init(_ database: any SQLDatabase) { self.database = database }

    /// What was asked since this was last read.
    func takeQueries() -> [Query] {
        met.withLock { met in
            defer { met = [] }
            return met
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await database.read { try body(Connection(sql: $0, recorder: self)) }
    }

    func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await database.transaction { try body(Connection(sql: $0, recorder: self)) }
    }

    private struct Connection: SQLConnection {
        let sql: any SQLConnection
        let recorder: QueryRecorder

        func rows(_ text: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
            recorder.met.withLock { $0.append(Query(text: text, arguments: arguments)) }
            return try sql.rows(text, arguments)
        }

        func execute(_ text: String, _ arguments: [SQLValue]) throws -> Int { try sql.execute(text, arguments) }
    }
}
