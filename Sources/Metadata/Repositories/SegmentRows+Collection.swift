import BlockFormat
package import PawlModel

/// How segments go: what is needed of one moves into a fresh one, then nothing needs it, then its file goes, and its row
/// last.
extension SegmentRows {
    /// What of some segments is needed, in the order of their numbers.
    ///
    /// - Parameter withLeased: Whether those count that somebody writes to.
    package func uses(after number: Int64, limit: Int, withLeased: Bool = false) throws -> [SegmentUse] {
        try sql.rows(
            """
            SELECT number, game_number, state, indexed_length, upload_id, created_at,
                (SELECT COUNT(*) FROM blocks WHERE blocks.segment = segments.number) AS block_count,
                (SELECT CAST(COALESCE(SUM(stored_length), 0) AS BIGINT) FROM blocks
                    WHERE blocks.segment = segments.number) AS stored_bytes,
                (SELECT COUNT(*) FROM tails WHERE tails.segment = segments.number) AS tail_count
            FROM segments WHERE number > ?\(withLeased ? "" : " AND upload_id IS NULL") ORDER BY number LIMIT ?
            """, [.integer(number), .integer(limit)]
        ).map(SegmentUse.init)
    }

    /// Whether a block of the segment is out of service: what is left of it may still be of use to somebody.
    package func hasDamage(_ number: Int64) throws -> Bool {
        try sql.row(
            "SELECT id FROM blocks WHERE segment = ? AND state = 'damaged' LIMIT 1", [.integer(number)]) != nil
    }

    /// Makes the row of a segment that is written to by nobody but whoever asked: no lease takes it.
    ///
    /// - Parameter floor: Its number is above this one, too.
    package func begin(game: Int64, above floor: Int64, now: Timestamp) throws -> SegmentRow {
        try SegmentRow(
            sql.row(
                """
                INSERT INTO segments (number, game_number, state, indexed_length, upload_id, created_at)
                VALUES (1 + COALESCE((SELECT MAX(number) FROM segments WHERE number > ?), ?), ?, 'sealed', 0, NULL, ?)
                RETURNING number, game_number, state, indexed_length, upload_id, created_at
                """, [.integer(floor), .integer(floor), .integer(game), .time(now)])!)
    }

    /// Segments that nobody writes to and that may yet have no footer, for a copy was broken off: those that end on a
    /// whole sector, as every synced group does and hardly a footer.
    package func unended() throws -> [SegmentRow] {
        try sql.rows(
            """
            SELECT number, game_number, state, indexed_length, upload_id, created_at FROM segments
            WHERE state = 'sealed' AND indexed_length > 0 AND indexed_length % ? = 0 ORDER BY number
            """, [.integer(Limits.syncAlignment)]
        ).map(SegmentRow.init)
    }

    /// Gives a segment that is not full to its game's pool.
    package func open(_ number: Int64) throws {
        try sql.execute("UPDATE segments SET state = 'open' WHERE number = ?", [.integer(number)])
    }

    /// Takes a segment out of its game's pool. False when somebody writes to it.
    package func close(_ number: Int64) throws -> Bool {
        try sql.execute(
            "UPDATE segments SET state = 'sealed' WHERE number = ? AND upload_id IS NULL", [.integer(number)]) > 0
    }

    /// Marks a segment that nothing is needed of, so that nobody misses its file. False when something is.
    package func retire(_ number: Int64) throws -> Bool {
        try sql.execute(
            """
            UPDATE segments SET indexed_length = 0 WHERE number = ? AND state = 'sealed' AND upload_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM blocks WHERE blocks.segment = segments.number)
                AND NOT EXISTS (SELECT 1 FROM tails WHERE tails.segment = segments.number)
            """, [.integer(number)]) > 0
    }

    /// Removes the row of a retired segment whose file is gone. The highest one stays, so that no number is given twice.
    package func remove(_ number: Int64) throws {
        try sql.execute(
            """
            DELETE FROM segments WHERE number = ? AND state = 'sealed' AND indexed_length = 0
                AND number < (SELECT MAX(number) FROM segments)
            """, [.integer(number)])
    }
}

/// A segment, and what of it is needed.
package struct SegmentUse: Hashable, Sendable {
    package var row: SegmentRow
    package var blockCount: Int64
    /// Records of blocks, headers included.
    package var liveBytes: Int64
    /// Whether bytes behind the last cut of an upload lie in it.
    package var hasTail: Bool

    init(_ row: SQLRow) throws {
        self.row = try SegmentRow(row)
        blockCount = try row.integer("block_count")
        liveBytes = try row.integer("stored_bytes") + blockCount * Int64(RecordHeader.byteCount)
        hasTail = try row.integer("tail_count") > 0
    }

    /// The same with what a segment has beside them, and a copy of it would have too: the footer's entries, and a header.
    package var neededBytes: Int64 {
        liveBytes + blockCount * Int64(SegmentFooter.Entry.byteCount) + Int64(Limits.syncAlignment)
    }

    /// What it is without some of its blocks.
    ///
    /// - Parameter bytes: Of their records, headers included.
    package func without(blocks: Int64, bytes: Int64) -> SegmentUse {
        var use = self
        use.blockCount = max(0, blockCount - blocks)
        use.liveBytes = max(0, liveBytes - bytes)
        return use
    }

    /// Whether less of it is needed than so many percent.
    package func isBelow(liveShare: Int) -> Bool { neededBytes * 100 < row.indexedLength * Int64(liveShare) }

    /// What of its file is not needed, in bytes.
    package var deadBytes: Int64 { max(0, row.indexedLength - liveBytes) }
}
