import Foundation
import GRDB
import Glibc
import Metadata

/// How the file is opened: every setting with its reason.
enum SQLiteSettings {
    /// Another connection should never hold the lock: `storage/lock` keeps other daemons out. A person with the
    /// sqlite3 shell may, and gets this long (seconds) before a write fails.
    static let busyTimeout: TimeInterval = 10
    /// Pages of the log that start a checkpoint (16 MiB): its two extra fsyncs fall on few commits, and readers still
    /// search a small log.
    static let checkpointPages = 4096
    /// The log is cut back to this many bytes after a burst.
    static let logSizeMax = 64 << 20
    /// Page cache of the writer, in KiB: block ids arrive in random order, so the upper levels of their index stay in.
    static let writerCacheKiB = 16 << 10

    /// Opens the file for the writer, making it when there is none.
    static func open(_ path: String) throws -> DatabasePool {
        try claimPrivately(path)
        var configuration = Configuration()
        configuration.label = "pawl"
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(busyTimeout)
        // A ROLLBACK that the disk refused must reach `WriterThread` as an error; GRDB would stop the process.
        configuration.allowsUnsafeTransactions = true
        let pool = try DatabasePool(path: path, configuration: configuration)
        // After the pool exists: its init sets synchronous = NORMAL, whatever `prepareDatabase` did before.
        try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
            try database.execute(sql: "PRAGMA journal_size_limit = \(logSizeMax)")
            try database.execute(sql: "PRAGMA cache_size = -\(writerCacheKiB)")
            // Each member of a group has a savepoint, for which SQLite keeps every page that it changes: in a file, that
            // is as much writing again as the log itself.
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
            try verify(database)
        }
        return pool
    }

    /// Opens the file, which the writer has open, for one reader.
    static func openReader(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "pawl-reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(busyTimeout)
        configuration.allowsUnsafeTransactions = true
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Reads back what durability hangs on: SQLite ignores a pragma that it cannot follow without a word.
    private static func verify(_ database: Database) throws {
        let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous")
        let journal = try String.fetchOne(database, sql: "PRAGMA journal_mode")
        let foreignKeys = try Bool.fetchOne(database, sql: "PRAGMA foreign_keys")
        guard synchronous == 2, journal == "wal", foreignKeys == true else {
            throw SQLError(
                .unavailable,
                "SQLite refused a setting: synchronous \(synchronous ?? -1), journal_mode \(journal ?? "?"), "
                    + "foreign_keys \(foreignKeys ?? false)")
        }
    }

    /// Makes a missing file readable by its owner only: it holds the hashes of keys. SQLite gives the log and the
    /// shared memory the same permissions, and syncs the directory with the first commit.
    ///
    /// A file that exists is not opened: to close it again would drop the locks that another connection of this
    /// process has on it (fcntl(2), "Record locks").
    static func claimPrivately(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            _ = Glibc.close(descriptor)
        } else if errno != EEXIST {
            throw SQLError(.unavailable, "\(path): \(String(cString: strerror(errno)))")
        }
    }
}
