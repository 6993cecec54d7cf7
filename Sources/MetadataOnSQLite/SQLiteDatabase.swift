import Foundation
import GRDB
package import Metadata
package import NIOPosix

/// The rows of Pawl in one SQLite file, through GRDB.
///
/// Invariants:
/// 1. A transaction is answered only after a COMMIT with `synchronous=FULL`, or after it was undone.
/// 2. There is one writer connection. `WriterThread` runs all transactions on it; migrations, checkpoints and pragmas
///    take their turn between its commits.
/// 3. A read sees one snapshot and never waits for the writer (WAL).
/// 4. No call of this type blocks a thread of Swift's cooperative pool, and none is broken off when its task is
///    cancelled: clean-up runs in cancelled tasks too.
package final class SQLiteDatabase: SQLDatabase {
    /// The file's path, as it was given.
    package let path: String
    /// Every migration this binary knows, by number from 1 on.
    let migrations: [Migration]

    private let pool: DatabasePool
    private let threads: NIOThreadPool
    private let readers: ReaderThreads
    private let writer: WriterThread

    private init(
        path: String, pool: DatabasePool, readers: ReaderThreads, threads: NIOThreadPool, migrations: [Migration]
    ) {
        self.path = path
        self.pool = pool
        self.threads = threads
        self.readers = readers
        self.migrations = migrations
        writer = WriterThread(pool: pool)
    }

    deinit {
        readers.stop()
        writer.stop()
    }

    /// Opens the file, making it when there is none. It brings no migration of its own: see `migrate(to:)`.
    ///
    /// - Parameters:
    ///   - readers: A started pool, for what is neither a read nor a transaction. As many reads run at once as it has
    ///     threads, each on a thread of its own. The caller shuts it down after `close()`.
    ///   - migrations: For tests; a daemon takes all there are.
    package static func open(
        path: String, readers: NIOThreadPool, migrations: [Migration] = Migrations.all
    ) async throws -> SQLiteDatabase {
        Migrations.check(migrations)
        let (pool, connections) = try await readers.blocking {
            try SQLError.mapping {
                let pool = try SQLiteSettings.open(path)
                // After the pool, which makes the log that a read-only connection needs to find.
                return (pool, try (0..<readers.numberOfThreads).map { _ in try SQLiteSettings.openReader(path) })
            }
        }
        return SQLiteDatabase(
            path: path, pool: pool, readers: ReaderThreads(connections), threads: readers, migrations: migrations)
    }

    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await readers.read(body)
    }

    package func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await writer.transaction(body)
    }

    /// How the writer has fared since the database was opened, for metrics.
    package var writes: WriteCounts { writer.counts }

    /// Transactions that wait for the writer at this moment, for metrics.
    package var writesWaiting: Int { writer.waitingCount }

    /// Refuses new transactions, commits those that wait, and closes the file. A second call waits for the first.
    package func close() async {
        // The writer comes last: only a connection that may write can take the log back when it closes the file.
        await readers.close()
        await writer.close()
    }

    /// Runs `body` on the writer connection between two commits, outside of any transaction.
    func onWriter<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await threads.blocking { [pool] in
            try SQLError.mapping { try pool.writeWithoutTransaction { try body($0) } }
        }
    }
}

extension SQLiteDatabase {
    /// The value of a pragma on the writer connection, such as `synchronous`; null when it has none.
    package func pragma(_ name: String) async throws -> SQLValue {
        try await onWriter { database in
            guard let row = try Row.fetchOne(database, sql: "PRAGMA \(name)") else { return .null }
            return SQLValue(row[0] as DatabaseValue)
        }
    }

    /// Moves what the write-ahead log holds into the file, as far as running reads allow, without waiting for them.
    package func checkpoint() async throws {
        try await onWriter { _ = try $0.checkpoint(.passive) }
    }
}

extension SQLValue {
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .real(value)
        case .string(let value): self = .text(value)
        case .blob(let data): self = .blob([UInt8](data))
        }
    }
}

extension NIOThreadPool {
    /// Runs blocking work on a thread of the pool; unlike `runIfActive`, a cancelled task does not take it back.
    func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit { state in
                switch state {
                case .active: continuation.resume(with: Result(catching: work))
                case .cancelled:
                    continuation.resume(throwing: SQLError(.unavailable, "the pool of reader threads is shut down"))
                }
            }
        }
    }
}
