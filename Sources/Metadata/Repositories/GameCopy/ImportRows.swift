package import BlockFormat
package import PawlModel

/// Games on their way in: what was told of them, kept until all of it is here.
package struct ImportRows {
    let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    // MARK: Imports

    package func insert(_ upload: ResourceID, game: ResourceID, export: String) throws {
        try sql.execute(
            "INSERT INTO imports (upload_id, game_id, export_id, row_count) VALUES (?, ?, ?, 0)",
            [.id(upload), .id(game), .text(export)])
    }

    package func row(_ upload: ResourceID) throws -> GameImport? {
        try one("imports.upload_id = ?", [.id(upload)])
    }

    /// The one of a game that goes on or is done.
    package func row(ofGame game: ResourceID) throws -> GameImport? {
        try one("imports.game_id = ? AND uploads.state IN ('open', 'done')", [.id(game)])
    }

    /// Whether an import of a game came to nothing.
    package func hasBroken(_ game: ResourceID) throws -> Bool {
        try one("imports.game_id = ? AND uploads.state IN ('failed', 'expired')", [.id(game)]) != nil
    }

    private func one(_ condition: String, _ arguments: [SQLValue]) throws -> GameImport? {
        let row = try sql.row(
            """
            SELECT imports.upload_id AS id, game_id, export_id, row_count, uploads.state AS state,
                uploads.expires_at AS expires_at
            FROM imports JOIN uploads ON uploads.id = imports.upload_id
            WHERE \(condition) ORDER BY imports.upload_id DESC LIMIT 1
            """, arguments)
        return try row.map { row in
            GameImport(
                id: try row.id("id"), gameID: try row.id("game_id"), exportID: try row.text("export_id"),
                state: Upload.State(rawValue: try row.text("state")) ?? .failed,
                rowCount: try row.integer("row_count"), expiresAt: try row.time("expires_at"))
        }
    }

    // MARK: What was told

    /// Keeps records of rows behind those that are there. Nothing happens unless there are `count` of them.
    package func append(_ records: [[UInt8]], to upload: ResourceID, behind count: Int64) throws -> Bool {
        let changed = try sql.execute(
            "UPDATE imports SET row_count = row_count + ? WHERE upload_id = ? AND row_count = ?",
            [.integer(Int64(records.count)), .id(upload), .integer(count)])
        guard changed > 0 else { return false }
        for (index, record) in records.enumerated() {
            try sql.execute(
                "INSERT INTO import_rows (upload_id, number, entry) VALUES (?, ?, ?)",
                [.id(upload), .integer(count + Int64(index) + 1), .blob(record)])
        }
        return true
    }

    package func forEachRecord(of upload: ResourceID, _ body: (Int64, [UInt8]) throws -> Void) throws {
        var last: Int64 = 0
        while let row = try sql.row(
            "SELECT number, entry FROM import_rows WHERE upload_id = ? AND number > ? ORDER BY number LIMIT 1",
            [.id(upload), .integer(last)])
        {
            last = try row.integer("number")
            try body(last, try row.blob("entry"))
        }
    }

    /// Forgets some of what was told of imports that ended. Returns whether there may be more.
    package func forgetEnded(limit: Int = Limits.bookkeepingBatch) throws -> Bool {
        try sql.execute(
            """
            DELETE FROM import_rows WHERE (upload_id, number) IN (
                SELECT import_rows.upload_id, number FROM import_rows JOIN uploads ON uploads.id = import_rows.upload_id
                WHERE uploads.state NOT IN ('open', 'verifying') LIMIT ?)
            """, [.integer(limit)]) == limit
    }
}
