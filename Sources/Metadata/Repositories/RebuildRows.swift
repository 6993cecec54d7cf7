package import BlockFormat
package import PawlModel

/// Puts rows into an empty database that are known from somewhere else: with the ids, numbers and times that they had.
package struct RebuildRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    // MARK: Resources

    /// Puts a game in, with the short number that it had. Answers its slug, which is another one than it had when that is
    /// taken: a daemon that began anew beside old segments has made a game of the same name.
    package func insertGame(_ row: JSONObject) throws -> String {
        var row = row
        let slug = try freeSlug(row["slug"]?.string ?? "")
        row["slug"] = .string(slug)
        try insert(row, Game.schema)
        if let number = row[JournalNames.gameNumber]?.int, let id = row.rowID {
            try insertNumber(number, of: id)
        }
        return slug
    }

    private func freeSlug(_ slug: String) throws -> String {
        var (free, number) = (slug, 2)
        while try sql.row("SELECT id FROM games WHERE slug = ?", [.text(free)]) != nil {
            free = "\(slug.prefix(50))-\(number)"
            number += 1
        }
        return free
    }

    /// Keeps a game's short number, also for a game whose row is gone.
    package func insertNumber(_ number: Int64, of game: ResourceID) throws {
        try sql.execute(
            "INSERT INTO game_numbers (number, game_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [.integer(number), .id(game)])
    }

    /// Puts an asset in. A player who owns it gets a row that has no more than her id and her game: the rest of players is
    /// known nowhere else.
    package func insertAsset(_ row: JSONObject, now: Timestamp) throws {
        if let owner = row["owner_id"]?.string.flatMap({ ResourceID($0) }),
            try ResourceTable(Player.schema).row(owner, in: sql) == nil
        {
            try insert(
                [
                    "id": .string(owner.description), "revision": 1, "model_version": 1,
                    "created_at": .string(now.description), "updated_at": .string(now.description),
                    "game_id": row["game_id"] ?? .null, "name": .string(owner.description),
                ], Player.schema)
        }
        try insert(row, Asset.schema, deletedAt: Self.deletedAt(in: row))
        if let number = row[JournalNames.lastNumber]?.int, number > 0, let id = row.rowID {
            try raiseCounter(of: id, to: number)
        }
    }

    /// The game of the asset that a row names, and whether that is deleted.
    package func game(ofAssetIn row: JSONObject) throws -> (id: ResourceID, isDeleted: Bool)? {
        guard let id = row["asset_id"]?.string.flatMap({ ResourceID($0) }) else { return nil }
        return try sql.row("SELECT game_id, deleted_at IS NOT NULL AS is_deleted FROM assets WHERE id = ?", [.id(id)])
            .map { (try $0.id("game_id"), try $0.boolean("is_deleted")) }
    }

    /// When an asset or a version was deleted, by its entry; nil when it was not.
    package static func deletedAt(in row: JSONObject) -> Timestamp? {
        row[JournalNames.deletedAt]?.string.flatMap { Timestamp($0) }
    }

    /// How many of the assets and versions can be taken back only.
    package func deletedCounts() throws -> (assets: Int, versions: Int) {
        let assets = try sql.row("SELECT COUNT(*) AS count FROM assets WHERE deleted_at IS NOT NULL")
        let versions = try sql.row(
            """
            SELECT COUNT(*) AS count FROM versions JOIN assets ON assets.id = versions.asset_id
            WHERE versions.deleted_at IS NOT NULL OR assets.deleted_at IS NOT NULL
            """)
        return (Int(try assets?.integer("count") ?? 0), Int(try versions?.integer("count") ?? 0))
    }

    package func playerCount() throws -> Int {
        Int(try sql.row("SELECT COUNT(*) AS count FROM players")?.integer("count") ?? 0)
    }

    package func insertChannel(_ row: JSONObject) throws { try insert(row, Channel.schema) }

    /// Fields that the model did not have yet when the row was told get their defaults.
    private func insert(_ row: JSONObject, _ schema: ResourceSchema, deletedAt: Timestamp? = nil) throws {
        var row = row
        for field in schema.fields where row[field.name] == nil { row[field.name] = field.defaultValue }
        try ResourceTable(schema).insert(row, deletedAt: deletedAt, in: sql)
    }

    // MARK: Versions

    /// Puts a version in with its manifest. Its blocks count it from `hold` on.
    ///
    /// Where channels once pointed is not known any more, so that every version counts as one that was released: no
    /// retention is to take away what it would have kept.
    package func insertVersion(_ version: Version, _ manifest: Manifest, deletedAt: Timestamp?) throws {
        try VersionRows(sql).insert(version, VersionPages(manifest))
        try sql.execute(
            "UPDATE versions SET was_released = ?, deleted_at = ? WHERE id = ?",
            [.boolean(true), deletedAt.map { .time($0) } ?? .null, .id(version.id)])
        try raiseCounter(of: version.assetID, to: version.number)
    }

    /// No number up to this one is given by an asset again.
    package func raiseCounter(of asset: ResourceID, to number: Int64) throws {
        try sql.execute(
            """
            INSERT INTO version_counters (asset_id, last_number) VALUES (?, ?)
            ON CONFLICT (asset_id) DO UPDATE SET last_number = excluded.last_number
            WHERE version_counters.last_number < excluded.last_number
            """, [.id(asset), .integer(number)])
    }

    // MARK: Bytes

    package func insertSegment(
        _ number: Int64, game: Int64, isOpen: Bool, length: Int64, createdAt: Timestamp
    ) throws {
        try sql.execute(
            """
            INSERT INTO segments (number, game_number, state, indexed_length, created_at) VALUES (?, ?, ?, ?, ?)
            """,
            [
                .integer(number), .integer(game), .text(isOpen ? "open" : "sealed"), .integer(length), .time(createdAt),
            ])
    }

    /// A segment that has nothing, for rows that must name one. Answers its number; 0 where there is no game.
    package func insertEmptySegment(now: Timestamp) throws -> Int64 {
        guard let game = try sql.row("SELECT MIN(number) AS number FROM game_numbers")?.optionalInteger("number") else {
            return 0
        }
        try insertSegment(1, game: game, isOpen: false, length: 0, createdAt: now)
        return 1
    }

    package func setSegment(_ number: Int64, isOpen: Bool, length: Int64) throws {
        try sql.execute(
            "UPDATE segments SET state = ?, indexed_length = ? WHERE number = ?",
            [.text(isOpen ? "open" : "sealed"), .integer(length), .integer(number)])
    }

    /// Indexes blocks that nobody holds yet. One that is there already stays where it is.
    package func insertBlocks(_ blocks: [StoredBlock], game: Int64) throws {
        for block in blocks {
            let location = block.location
            try sql.execute(
                """
                INSERT INTO blocks (game_number, id, segment, position, raw_length, stored_length, encoding, checksum,
                                    reference_count, state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 'live') ON CONFLICT DO NOTHING
                """,
                [
                    .integer(game), .digest(block.id), .integer(location.segment), .integer(location.position),
                    .integer(location.rawLength), .integer(location.storedLength),
                    .integer(Int64(location.encoding.rawValue)), .integer(Int64(location.checksum)),
                ])
        }
    }

    /// Counts a version for each of its distinct blocks, and answers how many of them are nowhere. Those get a row that is
    /// out of service, so that `have` asks for them and they are held as soon as somebody sends them.
    package func hold(_ blocks: [BlockReference], game: Int64, anySegment segment: Int64) throws -> Int {
        var missing = 0
        var seen: Set<Digest> = []
        for block in blocks where seen.insert(block.id).inserted {
            let row = try sql.row(
                """
                UPDATE blocks SET reference_count = reference_count + 1 WHERE game_number = ? AND id = ? RETURNING state
                """, [.integer(game), .digest(block.id)])
            if let row {
                if try row.text("state") != "live" { missing += 1 }
                continue
            }
            try sql.execute(
                """
                INSERT INTO blocks (game_number, id, segment, position, raw_length, stored_length, encoding, checksum,
                                    reference_count, state)
                VALUES (?, ?, ?, 0, ?, ?, 0, 0, 1, 'damaged')
                """,
                [
                    .integer(game), .digest(block.id), .integer(segment), .integer(block.length),
                    .integer(block.length),
                ])
            missing += 1
        }
        return missing
    }
}
