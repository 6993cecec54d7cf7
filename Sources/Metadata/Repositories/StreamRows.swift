package import BlockFormat
package import PawlModel

/// How far the content of a streaming upload is: the blocks that it was cut into, and where the bytes behind the last cut
/// lie. All of it changes in the transaction that moves the upload's offset.
package struct StreamRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// Moves an upload's offset. Throws `upload_gone` when it has ended, or is not where the step begins.
    ///
    /// - Parameter tail: Where the records of the step's tail lie, in order.
    package func advance(
        _ id: ResourceID, by step: StreamStep, tail: [TailLocation], stored: Int, now: Timestamp, expiresAt: Timestamp
    ) throws {
        let changed = try sql.execute(
            """
            UPDATE uploads SET received = ?, blocks_sent = blocks_sent + ?, revision = revision + 1, updated_at = ?,
                expires_at = ?
            WHERE id = ? AND state = 'open' AND received = ?
            """,
            [
                .integer(step.range.upperBound), .integer(stored), .time(now), .time(expiresAt), .id(id),
                .integer(step.range.lowerBound),
            ])
        guard changed > 0 else { throw Problem.uploadGone(id) }
        try insertPages(step.blocks, from: step.firstOffset, of: id)
        if !step.blocks.isEmpty { try sql.execute("DELETE FROM tails WHERE upload_id = ?", [.id(id)]) }
        for location in tail {
            try sql.execute(
                """
                INSERT INTO tails (upload_id, first_offset, segment, position, length, checksum)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    .id(id), .integer(location.firstOffset), .integer(location.segment), .integer(location.position),
                    .integer(location.length), .integer(Int64(location.checksum)),
                ])
        }
    }

    private func insertPages(_ blocks: [BlockReference], from start: Int64, of id: ResourceID) throws {
        var offset = start
        var rest = blocks[...]
        while !rest.isEmpty {
            let page = Array(rest.prefix(Limits.manifestPageEntries))
            rest = rest.dropFirst(page.count)
            try sql.execute(
                "INSERT INTO stream_pages (upload_id, first_offset, blocks) VALUES (?, ?, ?)",
                [.id(id), .integer(offset), .blob(ManifestPage.encode(page))])
            offset += page.reduce(0) { $0 + Int64($1.length) }
        }
    }

    /// The blocks of an upload so far, in order.
    package func blocks(of id: ResourceID) throws -> [BlockReference] {
        do {
            return try sql.rows(
                "SELECT blocks FROM stream_pages WHERE upload_id = ? ORDER BY first_offset", [.id(id)]
            ).flatMap { try ManifestPage.parse(try $0.blob("blocks")) }
        } catch let error as FormatError {
            throw SQLError.corrupt("a page of \(id): \(error)")
        }
    }

    /// Where the bytes behind the last cut lie, in order.
    package func tail(of id: ResourceID) throws -> [TailLocation] {
        try sql.rows(
            """
            SELECT first_offset, segment, position, length, checksum FROM tails
            WHERE upload_id = ? ORDER BY first_offset
            """, [.id(id)]
        ).map(TailLocation.init)
    }

    /// Removes all that is known of an upload that has ended.
    func forget(_ id: ResourceID) throws {
        try sql.execute("DELETE FROM tails WHERE upload_id = ?", [.id(id)])
        try sql.execute("DELETE FROM stream_pages WHERE upload_id = ?", [.id(id)])
    }
}

/// How far some bytes bring a streaming upload.
package struct StreamStep: Hashable, Sendable {
    /// The upload's offset before and after it, in bytes.
    package var range: Range<Int64>
    /// The blocks that were cut, in order: those that are stored with it, and those that the game has already. They begin
    /// behind the last cut, so they supersede the tail.
    package var blocks: [BlockReference]
    /// Where the first of them begins in the content, in bytes.
    package var firstOffset: Int64

    package init(range: Range<Int64>, blocks: [BlockReference], firstOffset: Int64) {
        self.range = range
        self.blocks = blocks
        self.firstOffset = firstOffset
    }
}

/// Where a piece of a tail lies. Offsets and lengths are in bytes.
package struct TailLocation: Hashable, Sendable {
    /// Where it begins in the content.
    package var firstOffset: Int64
    package var segment: Int64
    /// Where its record begins in the segment; the bytes are behind the header.
    package var position: Int64
    package var length: Int
    /// CRC-32 of the bytes.
    package var checksum: UInt32

    package init(firstOffset: Int64, segment: Int64, position: Int64, length: Int, checksum: UInt32) {
        self.firstOffset = firstOffset
        self.segment = segment
        self.position = position
        self.length = length
        self.checksum = checksum
    }

    init(_ row: SQLRow) throws {
        self.init(
            firstOffset: try row.integer("first_offset"), segment: try row.integer("segment"),
            position: try row.integer("position"), length: Int(try row.integer("length")),
            checksum: UInt32(truncatingIfNeeded: try row.integer("checksum")))
    }
}
