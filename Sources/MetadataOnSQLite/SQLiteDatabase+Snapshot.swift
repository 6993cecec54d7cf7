import GRDB
package import Metadata
package import NIOPosix

extension SQLiteDatabase {
    /// Writes the database of a file, as it is at one moment, into a new file of its own, and reads from that.
    ///
    /// It may run beside whoever writes to the database, in this process or another: it takes no more than a reader does.
    /// The new file is not synced.
    ///
    /// - Parameter read: Sees the rows of that moment.
    package static func snapshot<Value: Sendable>(
        of path: String, into target: String, on threads: NIOThreadPool,
        _ read: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await threads.blocking {
            try SQLError.mapping {
                // SQLite takes an empty file, and would make one that everybody can read.
                try SQLiteSettings.claimPrivately(target)
                let source = try SQLiteSettings.openReader(path)
                try source.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [target]) }
                try source.close()
                return try value(of: target, read)
            }
        }
    }

    /// Reads from a file that nobody writes to, such as a snapshot.
    package static func read<Value: Sendable>(
        _ path: String, on threads: NIOThreadPool, _ read: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await threads.blocking { try SQLError.mapping { try value(of: path, read) } }
    }

    private static func value<Value>(of path: String, _ read: (any SQLConnection) throws -> Value) throws -> Value {
        let file = try SQLiteSettings.openReader(path)
        let value = try file.inDatabase { database in
            let statements = KeptStatements()
            defer { statements.removeAll() }
            return try SQLiteConnection(database: database, statements: statements).snapshot(read)
        }
        try file.close()
        return value
    }
}
