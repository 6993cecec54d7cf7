package import PawlModel

/// The segments on disk: who owns them, which are open, and how far each is indexed.
package struct SegmentRows {
    let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// Leases an open segment of the game's pool to an upload, or makes the row of a new one.
    ///
    /// - Parameter floor: A new number is above this one, too.
    package func lease(to upload: ResourceID, game: Int64, above floor: Int64, now: Timestamp) throws -> SegmentRow {
        if let row = try sql.row(
            """
            UPDATE segments SET upload_id = ? WHERE number = (
                SELECT number FROM segments
                WHERE game_number = ? AND state = 'open' AND upload_id IS NULL ORDER BY number LIMIT 1)
            RETURNING number, game_number, state, indexed_length, upload_id, created_at
            """, [.id(upload), .integer(game)])
        {
            return try SegmentRow(row)
        }
        return try SegmentRow(
            sql.row(
                """
                INSERT INTO segments (number, game_number, state, indexed_length, upload_id, created_at)
                VALUES (1 + COALESCE((SELECT MAX(number) FROM segments WHERE number > ?), ?), ?, 'open', 0, ?, ?)
                RETURNING number, game_number, state, indexed_length, upload_id, created_at
                """, [.integer(floor), .integer(floor), .integer(game), .id(upload), .time(now)])!)
    }

    /// Returns a segment to its game's pool.
    package func release(_ number: Int64) throws {
        try sql.execute("UPDATE segments SET upload_id = NULL WHERE number = ?", [.integer(number)])
    }

    package func setIndexedLength(_ length: Int64, of number: Int64) throws {
        try sql.execute(
            "UPDATE segments SET indexed_length = ? WHERE number = ?", [.integer(length), .integer(number)])
    }

    package func seal(_ number: Int64, length: Int64) throws {
        try sql.execute(
            "UPDATE segments SET state = 'sealed', upload_id = NULL, indexed_length = ? WHERE number = ?",
            [.integer(length), .integer(number)])
    }

    package func open() throws -> [SegmentRow] {
        try sql.rows(
            """
            SELECT number, game_number, state, indexed_length, upload_id, created_at FROM segments
            WHERE state = 'open' ORDER BY number
            """
        ).map(SegmentRow.init)
    }

    package func row(_ number: Int64) throws -> SegmentRow? {
        try sql.row(
            """
            SELECT number, game_number, state, indexed_length, upload_id, created_at FROM segments WHERE number = ?
            """, [.integer(number)]
        ).map(SegmentRow.init)
    }

    /// The next segment behind `last` that has something, by number.
    package func next(after last: Int64) throws -> SegmentRow? {
        try sql.row(
            """
            SELECT number, game_number, state, indexed_length, upload_id, created_at FROM segments
            WHERE number > ? AND indexed_length > 0 ORDER BY number LIMIT 1
            """, [.integer(last)]
        ).map(SegmentRow.init)
    }

    package func all() throws -> [SegmentRow] {
        try sql.rows(
            "SELECT number, game_number, state, indexed_length, upload_id, created_at FROM segments ORDER BY number"
        ).map(SegmentRow.init)
    }
}

package struct SegmentRow: Hashable, Sendable {
    package var number: Int64
    package var gameNumber: Int64
    package var isOpen: Bool
    /// Everything before this offset is durable and indexed, in bytes.
    package var indexedLength: Int64
    /// The upload that the open segment is leased to.
    package var uploadID: ResourceID?
    package var createdAt: Timestamp

    init(_ row: SQLRow) throws {
        number = try row.integer("number")
        gameNumber = try row.integer("game_number")
        isOpen = try row.text("state") == "open"
        indexedLength = try row.integer("indexed_length")
        uploadID = row.optionalID("upload_id")
        createdAt = try row.time("created_at")
    }
}

/// The short numbers by which blocks and segments know a game.
package struct GameNumbers {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// The game's number, or nil when it has none yet.
    package func existing(_ game: ResourceID) throws -> Int64? {
        try sql.row("SELECT number FROM game_numbers WHERE game_id = ?", [.id(game)])?.integer("number")
    }

    /// The game's number; a new one for a game that has none yet.
    package func number(of game: ResourceID) throws -> Int64 {
        if let number = try existing(game) { return number }
        return try sql.row(
            """
            INSERT INTO game_numbers (number, game_id)
            VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM game_numbers), ?) RETURNING number
            """, [.id(game)])!.integer("number")
    }

    package func game(_ number: Int64) throws -> ResourceID? {
        try sql.row("SELECT game_id FROM game_numbers WHERE number = ?", [.integer(number)])?.optionalID("game_id")
    }
}
