import Metadata
import MetadataOnSQLite
import NIOPosix

/// How many rows each table of a running daemon has, read beside it from its file; but for what the daemon forgets by
/// itself of uploads that have ended and of changes that are told, and for what it notes about its own work.
struct RowCounts: Equatable, Sendable {
    var byTable: [String: Int64] = [:]

    private static let tidied: Set = [
        "pins", "stream_pages", "tails", "segment_journal", "journal_segments", "scrub_state", "api_usage",
    ]

    /// Reads the same database again and again.
    static func with<Result>(
        storage: String, _ body: (_ now: () async throws -> RowCounts) async throws -> Result
    ) async throws -> Result {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let database = try await SQLiteDatabase.open(path: storage + "/pawl.sqlite", readers: threads)
        do {
            let result = try await body { try await database.read { try RowCounts($0) } }
            await database.close()
            try await threads.shutdownGracefully()
            return result
        } catch {
            await database.close()
            try? await threads.shutdownGracefully()
            throw error
        }
    }

    private init(_ sql: any SQLConnection) throws {
        for row in try sql.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
            let name = try row.text("name")
            guard !Self.tidied.contains(name) else { continue }
            byTable[name] = try sql.row("SELECT COUNT(*) AS n FROM \"\(name)\"")?.integer("n")
        }
    }
}
