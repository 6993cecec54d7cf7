package import BlockFormat
package import PawlModel

/// Where blocks lie, and who holds them. A pin is a reference: a block that an upload was promised or has sent
/// counts one for it, commit hands that to the version, and what is left over is given back.
///
/// Whoever raises a count from zero takes the block back from collection in the same statement.
package struct BlockIndex {
    let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// How many blocks one statement takes: few enough for the engines' bound on arguments, and few texts, so that each
    /// stays prepared.
    private static let batchSizes = [256, 64, 16, 4, 1]
    /// The same for statements with many arguments a block.
    static let rowBatchSizes = [64, 16, 4, 1]

    /// Gives `items` to `body` in parts of those sizes.
    func inBatches<Item>(_ items: [Item], _ sizes: [Int], _ body: (ArraySlice<Item>) throws -> Void) rethrows {
        var rest = items[...]
        for size in sizes {
            while rest.count >= size {
                try body(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
        }
    }

    func batches(of ids: [Digest], _ body: (_ marks: String, _ arguments: [SQLValue]) throws -> Void) throws {
        try inBatches(ids, Self.batchSizes) { part in
            try body(Array(repeating: "?", count: part.count).joined(separator: ","), part.map { .digest($0) })
        }
    }

    /// Where the live ones of `ids` lie; those that the game does not have are left out.
    package func locations(of ids: [Digest], game: Int64) throws -> [Digest: BlockLocation] {
        var locations: [Digest: BlockLocation] = [:]
        locations.reserveCapacity(ids.count)
        try batches(of: ids) { marks, arguments in
            let rows = try sql.rows(
                """
                SELECT id, segment, position, raw_length, stored_length, encoding, checksum FROM blocks
                WHERE game_number = ? AND id IN (\(marks)) AND state = 'live'
                """, [.integer(game)] + arguments)
            for row in rows { locations[try row.digest("id")] = try BlockLocation(row) }
        }
        return locations
    }

    /// Pins the live ones of `ids` to an upload and returns them.
    package func pin(_ ids: [Digest], to upload: ResourceID, game: Int64) throws -> Set<Digest> {
        var live: Set<Digest> = []
        try batches(of: Array(Set(ids))) { marks, arguments in
            for row in try sql.rows(
                "SELECT id FROM blocks WHERE game_number = ? AND id IN (\(marks)) AND state = 'live'",
                [.integer(game)] + arguments)
            {
                live.insert(try row.digest("id"))
            }
        }
        try batches(of: newPins(Array(live), to: upload)) { marks, arguments in
            try sql.execute(
                """
                UPDATE blocks SET reference_count = reference_count + 1, condemned_at = NULL
                WHERE game_number = ? AND id IN (\(marks))
                """, [.integer(game)] + arguments)
        }
        return live
    }

    /// Makes the pins that are not there yet, and answers for which ids those are.
    private func newPins(_ ids: [Digest], to upload: ResourceID) throws -> [Digest] {
        var new: [Digest] = []
        try inBatches(ids, Self.rowBatchSizes) { part in
            let rows = try sql.rows(
                """
                INSERT INTO pins (upload_id, block_id) VALUES \(Self.rows(of: "(?, ?)", part.count))
                ON CONFLICT DO NOTHING RETURNING block_id
                """, part.flatMap { [.id(upload), .digest($0)] })
            new += try rows.map { try $0.digest("block_id") }
        }
        return new
    }

    private static func rows(of marks: String, _ count: Int) -> String {
        Array(repeating: marks, count: count).joined(separator: ",")
    }

    /// Pins blocks that are there, and throws `unavailable` when one of them is not any more.
    package func hold(_ ids: [Digest], for upload: ResourceID, game: Int64) throws {
        guard try pin(ids, to: upload, game: game).isSuperset(of: ids) else {
            throw Problem(.unavailable, "A block that was there has gone: send the bytes again.")
        }
    }

    /// Indexes blocks that are durable, and pins them to the upload that sent them. A damaged one is replaced.
    package func add(_ blocks: [StoredBlock], upload: ResourceID, game: Int64) throws {
        // A statement may touch a row once only.
        var seen: Set<Digest> = []
        let blocks = blocks.filter { seen.insert($0.id).inserted }
        let pinned = Set(try newPins(blocks.map(\.id), to: upload))
        try inBatches(blocks, Self.rowBatchSizes) { part in
            try sql.execute(
                """
                INSERT INTO blocks (game_number, id, segment, position, raw_length, stored_length, encoding, checksum,
                                    reference_count, state)
                VALUES \(Self.rows(of: "(?, ?, ?, ?, ?, ?, ?, ?, ?, 'live')", part.count))
                ON CONFLICT (game_number, id) DO UPDATE SET
                    reference_count = blocks.reference_count + excluded.reference_count,
                    segment = CASE WHEN blocks.state = 'live' THEN blocks.segment ELSE excluded.segment END,
                    position = CASE WHEN blocks.state = 'live' THEN blocks.position ELSE excluded.position END,
                    stored_length =
                        CASE WHEN blocks.state = 'live' THEN blocks.stored_length ELSE excluded.stored_length END,
                    encoding = CASE WHEN blocks.state = 'live' THEN blocks.encoding ELSE excluded.encoding END,
                    checksum = CASE WHEN blocks.state = 'live' THEN blocks.checksum ELSE excluded.checksum END,
                    state = 'live', condemned_at = NULL
                """,
                part.flatMap { block -> [SQLValue] in
                    let location = block.location
                    return [
                        .integer(game), .digest(block.id), .integer(location.segment), .integer(location.position),
                        .integer(location.rawLength), .integer(location.storedLength),
                        .integer(Int64(location.encoding.rawValue)), .integer(Int64(location.checksum)),
                        .integer(pinned.contains(block.id) ? 1 : 0),
                    ]
                })
        }
    }

    private func count(_ id: Digest, game: Int64, by change: Int64) throws {
        try sql.execute(
            "UPDATE blocks SET reference_count = reference_count + ? WHERE game_number = ? AND id = ?",
            [.integer(change), .integer(game), .digest(id)])
    }

    /// The raw lengths of those of `ids` that are live and pinned to an upload.
    package func pinnedLengths(of ids: [Digest], upload: ResourceID, game: Int64) throws -> [Digest: Int] {
        var lengths: [Digest: Int] = [:]
        try batches(of: ids) { marks, arguments in
            let rows = try sql.rows(
                """
                SELECT blocks.id AS id, blocks.raw_length AS raw_length FROM pins
                JOIN blocks ON blocks.game_number = ? AND blocks.id = pins.block_id AND blocks.state = 'live'
                WHERE pins.upload_id = ? AND pins.block_id IN (\(marks))
                """, [.integer(game), .id(upload)] + arguments)
            for row in rows { lengths[try row.digest("id")] = Int(try row.integer("raw_length")) }
        }
        return lengths
    }

    /// Marks pins that the version of a commit keeps.
    package func keep(_ ids: [Digest], upload: ResourceID) throws {
        try batches(of: ids) { marks, arguments in
            try sql.execute(
                "UPDATE pins SET is_kept = TRUE WHERE upload_id = ? AND block_id IN (\(marks))",
                [.id(upload)] + arguments)
        }
    }

    /// Forgets the marks of an earlier commit that did not succeed.
    package func unkeepAll(upload: ResourceID) throws {
        try sql.execute("UPDATE pins SET is_kept = FALSE WHERE upload_id = ? AND is_kept", [.id(upload)])
    }

    /// Removes up to a batch of an ended upload's pins, giving back those that no version keeps.
    ///
    /// - Parameter madeVersion: Whether the upload made a version; else nothing is kept, whatever is marked.
    /// - Returns: Whether there may be more.
    package func releasePins(of upload: ResourceID, madeVersion: Bool, game: Int64) throws -> Bool {
        let rows = try sql.rows(
            "SELECT block_id, is_kept FROM pins WHERE upload_id = ? LIMIT ?",
            [.id(upload), .integer(Limits.bookkeepingBatch)])
        for row in rows {
            let id = try row.digest("block_id")
            if try !(madeVersion && row.boolean("is_kept")) { try count(id, game: game, by: -1) }
            try sql.execute("DELETE FROM pins WHERE upload_id = ? AND block_id = ?", [.id(upload), .digest(id)])
        }
        return rows.count == Limits.bookkeepingBatch
    }

    /// Whether no block of a game is known to be damaged.
    package func isIntact(game: Int64) throws -> Bool {
        try sql.row("SELECT id FROM blocks WHERE game_number = ? AND state = 'damaged' LIMIT 1", [.integer(game)])
            == nil
    }

    /// Takes a block out of service: it is no longer served, and `have` asks for it again. One that was stored anew
    /// while its old place was read stays.
    package func quarantine(_ id: Digest, at location: BlockLocation, game: Int64) throws {
        try sql.execute(
            """
            UPDATE blocks SET state = 'damaged' WHERE game_number = ? AND id = ? AND segment = ? AND position = ?
            """, [.integer(game), .digest(id), .integer(location.segment), .integer(location.position)])
    }
}

/// Where a block's payload lies, and how it is stored.
package struct BlockLocation: Hashable, Sendable {
    /// The segment's number.
    package var segment: Int64
    /// The offset of the record in the segment, in bytes; the payload begins behind its header.
    package var position: Int64
    package var rawLength: Int
    package var storedLength: Int
    package var encoding: BlockEncoding
    /// CRC-32 of the stored payload.
    package var checksum: UInt32

    package init(
        segment: Int64, position: Int64, rawLength: Int, storedLength: Int, encoding: BlockEncoding, checksum: UInt32
    ) {
        self.segment = segment
        self.position = position
        self.rawLength = rawLength
        self.storedLength = storedLength
        self.encoding = encoding
        self.checksum = checksum
    }

    init(_ row: SQLRow) throws {
        guard let encoding = BlockEncoding(rawValue: UInt8(truncatingIfNeeded: try row.integer("encoding"))) else {
            throw SQLError.corrupt("a block has an unknown encoding")
        }
        self.init(
            segment: try row.integer("segment"), position: try row.integer("position"),
            rawLength: Int(try row.integer("raw_length")), storedLength: Int(try row.integer("stored_length")),
            encoding: encoding, checksum: UInt32(truncatingIfNeeded: try row.integer("checksum")))
    }
}

/// A block that is durable, and where.
package struct StoredBlock: Hashable, Sendable {
    package var id: Digest
    package var location: BlockLocation

    package init(id: Digest, location: BlockLocation) {
        self.id = id
        self.location = location
    }
}
