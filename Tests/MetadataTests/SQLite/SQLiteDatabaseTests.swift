import Metadata
import MetadataOnSQLite
import TestKit
import Testing

struct SQLiteDatabaseTests {
    @Test(arguments: SQLDatabaseContract.all)
    func contract(_ rule: SQLDatabaseContract.Rule) async throws {
        try await withDatabase { try await rule.check($0) }
    }

    @Test func settingsReadBack() async throws {
        try await withDatabase { database async throws in
            #expect(try await database.pragma("synchronous") == 2)
            #expect(try await database.pragma("journal_mode") == "wal")
            #expect(try await database.pragma("foreign_keys") == 1)
            #expect(try await database.pragma("wal_autocheckpoint") == 4096)
        }
    }

    @Test func newFileIsItsOwnersAlone() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        try await withDatabase(at: path) { database async throws in
            try await database.transaction { _ = try $0.execute("CREATE TABLE t (i INTEGER)") }
            for suffix in ["", "-wal", "-shm"] {
                #expect(try permissions(path + suffix) == 0o600)
            }
        }
    }

    @Test func closedDatabase_isUnavailable_andKeepsWhatItAnswered() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        let database = try await SQLiteDatabase.open(path: path, readers: testThreads)
        try await database.transaction { _ = try $0.execute("CREATE TABLE t (i INTEGER)") }
        // Writes that wait when the close arrives are still committed.
        async let late: Void = database.transaction { _ = try $0.execute("INSERT INTO t VALUES (1)") }
        try await late
        await database.close()
        await database.close()
        let write = try await thrown(SQLError.self) { try await database.transaction { _ in } }
        #expect(write.code == .unavailable)
        let read = try await thrown(SQLError.self) { try await database.read { _ in } }
        #expect(read.code == .unavailable)
        try await withDatabase(at: path) { database async throws in
            #expect(try await database.read { try $0.rows("SELECT i FROM t").count } == 1)
        }
    }

    @Test func checkpoint_emptiesTheLogIntoTheFile() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        try await withDatabase(at: path) { database async throws in
            try await database.transaction { rows in
                try rows.execute("CREATE TABLE t (b BLOB)")
                _ = try rows.execute("INSERT INTO t VALUES (?)", [.blob([UInt8](repeating: 7, count: 1 << 20))])
            }
            let before = try size(path)
            try await database.checkpoint()
            #expect(try size(path) > before + 1 << 20)
        }
    }

    @Test func damagedFile_isCorrupt() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        try write(
            Array("this is no database, and it is long enough to be read as one".utf8)
                + Array(repeating: 1, count: 8192), path)
        let error = try await thrown(SQLError.self) { try await SQLiteDatabase.open(path: path, readers: testThreads) }
        #expect(error.code == .corrupt)
    }

    @Test func fullDatabase_isFull_andGoesOnAfterwards() async throws {
        try await withDatabase { database async throws in
            try await database.transaction { _ = try $0.execute("CREATE TABLE t (b BLOB)") }
            _ = try await database.pragma("max_page_count = 100")
            let large = SQLValue.blob([UInt8](repeating: 7, count: 1 << 20))
            let error = try await thrown(SQLError.self) {
                try await database.transaction { try $0.execute("INSERT INTO t VALUES (?)", [large]) }
            }
            #expect(error.code == .full)
            try await database.transaction { _ = try $0.execute("INSERT INTO t VALUES (?)", [.blob([1])]) }
            #expect(try await database.read { try $0.rows("SELECT b FROM t").count } == 1)
        }
    }

    @Test func bodyOutsideOfItsTransaction_writesNothing() async throws {
        try await withDatabase { database async throws in
            try await database.transaction { _ = try $0.execute("CREATE TABLE t (i INTEGER)") }
            let error = try await thrown(SQLError.self) {
                try await database.transaction { rows in
                    try rows.execute("ROLLBACK")
                    // In SQLite's autocommit mode this would be committed by itself.
                    try rows.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error.code == .other)
            #expect(try await database.read { try $0.rows("SELECT i FROM t").count } == 0)
        }
    }

    @Test func reader_cannotWrite() async throws {
        try await withDatabase { database async throws in
            try await database.transaction { _ = try $0.execute("CREATE TABLE t (i INTEGER)") }
            _ = try await thrown(SQLError.self) {
                try await database.read { try $0.execute("INSERT INTO t VALUES (1)") }
            }
            #expect(try await database.read { try $0.rows("SELECT i FROM t").count } == 0)
        }
    }
}
