import BlockFormat
package import PawlModel

/// Reads the block index as a whole, to hold it against the bytes and against those who refer to it.
package struct BlockAudit {
    let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// A page of all blocks, or of those in one segment, in order of game and id.
    package func page(after last: AuditedBlock?, in segment: Int64? = nil, limit: Int) throws -> [AuditedBlock] {
        try sql.rows(
            """
            SELECT game_number, id, segment, position, raw_length, stored_length, encoding, checksum, state FROM blocks
            WHERE (game_number, id) > (?, ?)\(segment == nil ? "" : " AND segment = ?") ORDER BY game_number, id LIMIT ?
            """,
            [.integer(last?.game ?? -1), last.map { .digest($0.block.id) } ?? .blob([])]
                + (segment.map { [.integer($0)] } ?? []) + [.integer(limit)]
        ).map(AuditedBlock.init(row:))
    }

    /// Every version that holds blocks, with its game's number. Deleted ones hold theirs until they are collected; those of
    /// one that is being proven are held by its upload.
    package func versions() throws -> [(id: ResourceID, gameNumber: Int64)] {
        try sql.rows(
            """
            SELECT versions.id AS id, game_numbers.number AS number FROM versions
            JOIN assets ON assets.id = versions.asset_id JOIN game_numbers ON game_numbers.game_id = assets.game_id
            WHERE versions.state <> 'verifying' AND versions.collected_at IS NULL ORDER BY versions.id
            """
        ).map { (try $0.id("id"), try $0.integer("number")) }
    }

    /// The distinct blocks that a version holds: all of its own, but for those that a collection has given back.
    package func blocks(of version: ResourceID) throws -> Set<Digest> {
        let all = Set(try VersionRows(sql).blocks(of: version).map(\.id))
        let row = try sql.row("SELECT given_back_to FROM versions WHERE id = ?", [.id(version)])
        guard let last = row?.optionalDigest("given_back_to") else { return all }
        return all.filter { $0 > last }
    }

    package func missing(of blocks: Set<Digest>, game: Int64) throws -> Int {
        blocks.count - (try BlockIndex(sql).locations(of: Array(blocks), game: game)).count
    }

    /// How many pins hold each block; not those that a version has taken over.
    package func pinCounts() throws -> [BlockKey: Int64] {
        try counts(
            """
            SELECT uploads.game_number AS game_number, pins.block_id AS id, COUNT(*) AS count FROM pins
            JOIN uploads ON uploads.id = pins.upload_id
            WHERE NOT (uploads.made_version AND pins.is_kept) GROUP BY uploads.game_number, pins.block_id
            """)
    }

    /// Blocks that are to go although somebody holds them: there must be none.
    package func condemnedAndHeld() throws -> [Digest] {
        try sql.rows("SELECT id FROM blocks WHERE condemned_at IS NOT NULL AND reference_count > 0 LIMIT 10").map {
            try $0.digest("id")
        }
    }

    package func referenceCounts() throws -> [BlockKey: Int64] {
        try counts("SELECT game_number, id, reference_count AS count FROM blocks")
    }

    private func counts(_ query: String) throws -> [BlockKey: Int64] {
        var counts: [BlockKey: Int64] = [:]
        for row in try sql.rows(query) {
            counts[BlockKey(game: try row.integer("game_number"), id: try row.digest("id"))] = try row.integer("count")
        }
        return counts
    }
}

package struct AuditedBlock: Sendable {
    package var game: Int64
    package var block: StoredBlock
    package var isLive: Bool

    init(row: SQLRow) throws {
        game = try row.integer("game_number")
        block = StoredBlock(id: try row.digest("id"), location: try BlockLocation(row))
        isLive = try row.text("state") == "live"
    }
}

package struct BlockKey: Hashable, Sendable {
    package var game: Int64
    package var id: Digest

    package init(game: Int64, id: Digest) {
        self.game = game
        self.id = id
    }
}
