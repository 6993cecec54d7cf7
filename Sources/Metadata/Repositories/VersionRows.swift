package import BlockFormat
package import PawlModel

/// Versions and their manifests.
package struct VersionRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    static let columns = """
        id, revision, created_at, updated_at, asset_id, number, state, size, root, sha256, block_count, entry_count,
        label, notes, created_by
        """

    /// The next number of an asset. It is never given again, also when its version fails or is deleted.
    package func nextNumber(of asset: ResourceID) throws -> Int64 {
        try sql.row(
            """
            INSERT INTO version_counters (asset_id, last_number) VALUES (?, 1)
            ON CONFLICT (asset_id) DO UPDATE SET last_number = version_counters.last_number + 1
            RETURNING last_number
            """, [.id(asset)])!.integer("last_number")
    }

    /// Writes all rows of a version: its own, the pages of its blocks, and of a directory those of its entries.
    package func insert(_ version: Version, _ pages: VersionPages) throws {
        try insertRow(version, profile: pages.profile, isExecutable: pages.isExecutable)
        for page in pages.blocks {
            try sql.execute(
                "INSERT INTO manifest_pages (version_id, first_offset, blocks) VALUES (?, ?, ?)",
                [.id(version.id), .integer(page.firstOffset), .blob(page.bytes)])
        }
        try EntryRows(sql).insert(pages.entries, of: version.id)
    }

    private func insertRow(_ version: Version, profile: String, isExecutable: Bool) throws {
        try sql.execute(
            """
            INSERT INTO versions (id, revision, model_version, created_at, updated_at, asset_id, number, state, size, root,
                                  sha256, block_count, entry_count, profile, is_executable, label, notes, created_by)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(version.id), .integer(version.revision), .integer(version.modelVersion), .time(version.createdAt),
                .time(version.updatedAt), .id(version.assetID), .integer(version.number),
                .text(version.state.rawValue), .integer(version.size), .digest(version.root), .digest(version.sha256),
                .integer(version.blockCount), .integer(version.entryCount), .text(profile), .boolean(isExecutable),
                .text(version.label), .text(version.notes), .id(version.createdBy),
            ])
    }

    /// A version that readers may see.
    package func ready(_ id: ResourceID) throws -> Version? {
        try sql.row("SELECT \(Self.columns) FROM versions WHERE id = ? AND state = 'ready'", [.id(id)])
            .map(Version.init(row:))
    }

    /// A version in whichever state it is.
    package func any(_ id: ResourceID) throws -> Version? {
        try sql.row("SELECT \(Self.columns) FROM versions WHERE id = ?", [.id(id)]).map(Version.init(row:))
    }

    package func ready(asset: ResourceID, number: Int64) throws -> Version? {
        try sql.row(
            "SELECT \(Self.columns) FROM versions WHERE asset_id = ? AND number = ? AND state = 'ready'",
            [.id(asset), .integer(number)]
        ).map(Version.init(row:))
    }

    package func newestReady(asset: ResourceID) throws -> Version? {
        try sql.row(
            """
            SELECT \(Self.columns) FROM versions WHERE asset_id = ? AND state = 'ready'
            ORDER BY number DESC LIMIT 1
            """, [.id(asset)]
        ).map(Version.init(row:))
    }

    /// The proven SHA-256 of content with a root: of an equal version of the same game, read once already.
    package func provenDigest(of root: Digest, game: ResourceID) throws -> Digest? {
        try sql.row(
            """
            SELECT versions.sha256 AS sha256 FROM versions JOIN assets ON assets.id = versions.asset_id
            WHERE versions.root = ? AND versions.sha256 IS NOT NULL AND versions.state = 'ready' AND assets.game_id = ?
            LIMIT 1
            """, [.digest(root), .id(game)])?.optionalDigest("sha256")
    }

    /// The next ready version behind `last` whose SHA-256 is not known.
    package func unproven(after last: ResourceID?) throws -> Version? {
        try sql.row(
            """
            SELECT \(Self.columns) FROM versions WHERE sha256 IS NULL AND state = 'ready' AND id > ?
            ORDER BY id LIMIT 1
            """, [.text(last?.description ?? "")]
        ).map(Version.init(row:))
    }

    /// The game of a version's asset.
    package func game(of version: Version) throws -> ResourceID? {
        try sql.row("SELECT game_id FROM assets WHERE id = ?", [.id(version.assetID)])?.optionalID("game_id")
    }

    /// Keeps the proven SHA-256 of a ready version.
    package func setDigest(_ digest: Digest, of id: ResourceID, now: Timestamp) throws {
        try sql.execute(
            """
            UPDATE versions SET sha256 = ?, revision = revision + 1, updated_at = ?
            WHERE id = ? AND state = 'ready' AND sha256 IS NULL
            """, [.digest(digest), .time(now), .id(id)])
    }

    /// Keeps the proven SHA-256 of a version that nobody sees yet.
    package func setProvenDigest(_ digest: Digest, of id: ResourceID) throws {
        try sql.execute(
            "UPDATE versions SET sha256 = ? WHERE id = ? AND state = 'verifying'", [.digest(digest), .id(id)])
    }

    /// Lets readers see a version that waited. It becomes the newest one: where others came meanwhile, it gets a number
    /// behind theirs. Nil when it does not wait any more.
    package func publishHeld(_ id: ResourceID, now: Timestamp) throws -> Version? {
        guard let held = try any(id), held.state == .verifying else { return nil }
        if let newest = try newestReady(asset: held.assetID), newest.number > held.number {
            try sql.execute(
                "UPDATE versions SET number = ? WHERE id = ?", [.integer(try nextNumber(of: held.assetID)), .id(id)])
        }
        return try publish(id, sha256: held.sha256, now: now)
    }

    package func isDirectory(_ id: ResourceID) throws -> Bool { try EntryRows(sql).isDirectory(id) }

    /// Lets readers see a version that is proven. Nil when it is not being proven any more.
    package func publish(_ id: ResourceID, sha256: Digest?, now: Timestamp) throws -> Version? {
        try sql.row(
            """
            UPDATE versions SET state = 'ready', sha256 = ?, revision = revision + 1, updated_at = ?
            WHERE id = ? AND state = 'verifying' RETURNING \(Self.columns)
            """, [.digest(sha256), .time(now), .id(id)]
        ).map(Version.init(row:))
    }

    /// Removes a version that was not proven; its number is not used again.
    package func removeUnproven(_ id: ResourceID) throws {
        guard try sql.row("SELECT id FROM versions WHERE id = ? AND state = 'verifying'", [.id(id)]) != nil else {
            return
        }
        try removePages(of: id)
        try sql.execute("DELETE FROM versions WHERE id = ?", [.id(id)])
    }

    /// Removes what a version consists of: the pages of its blocks, and of a directory those of its entries. All of it is
    /// removed here and nowhere else.
    ///
    /// - Parameter limit: Removes no more pages of each kind than this.
    /// - Returns: Whether there may be more.
    @discardableResult
    package func removePages(of id: ResourceID, limit: Int = Int(Int32.max)) throws -> Bool {
        let entryCount = try EntryRows(sql).remove(of: id, limit: limit)
        let blockCount = try sql.execute(
            """
            DELETE FROM manifest_pages WHERE version_id = ? AND first_offset IN (
                SELECT first_offset FROM manifest_pages WHERE version_id = ? ORDER BY first_offset LIMIT ?)
            """, [.id(id), .id(id), .integer(limit)])
        return max(entryCount, blockCount) == limit
    }

    /// Newest first, below `number` when it is given.
    package func list(asset: ResourceID, below number: Int64?, limit: Int) throws -> [Version] {
        try sql.rows(
            """
            SELECT \(Self.columns) FROM versions WHERE asset_id = ? AND state = 'ready' AND number < ?
            ORDER BY number DESC LIMIT ?
            """, [.id(asset), .integer(number ?? Int64.max), .integer(limit)]
        ).map(Version.init(row:))
    }

    /// What a manifest says beside its entries: who cut it, and of a file version whether that is one to run.
    package func form(of version: ResourceID) throws -> (profile: String, isExecutable: Bool)? {
        try sql.row("SELECT profile, is_executable FROM versions WHERE id = ?", [.id(version)]).map {
            (try $0.text("profile"), try $0.boolean("is_executable"))
        }
    }

    /// The whole manifest of a version, as it was committed.
    package func manifest(of version: ResourceID) throws -> Manifest? {
        guard let (profile, isExecutable) = try form(of: version) else { return nil }
        let blocks = try blocks(of: version)
        let rows = EntryRows(sql)
        guard try rows.isDirectory(version) else {
            return Manifest(file: blocks, profile: profile, isExecutable: isExecutable)
        }
        do {
            return try Manifest(listed: try rows.all(of: version), blocks: blocks, profile: profile)
        } catch let error as FormatError {
            throw SQLError.corrupt("the entries of \(version): \(error)")
        }
    }

    // MARK: Manifest pages

    /// The page that covers `offset`, and where it begins.
    package func page(of version: ResourceID, covering offset: Int64) throws -> (
        firstOffset: Int64, blocks: [BlockReference]
    )? {
        guard
            let row = try sql.row(
                """
                SELECT first_offset, blocks FROM manifest_pages WHERE version_id = ? AND first_offset <= ?
                ORDER BY first_offset DESC LIMIT 1
                """, [.id(version), .integer(offset)])
        else { return nil }
        do {
            return (try row.integer("first_offset"), try ManifestPage.parse(try row.blob("blocks")))
        } catch let error as FormatError {
            throw SQLError.corrupt("a manifest page of \(version): \(error)")
        }
    }

    /// The blocks of the next pages that begin at `offset` or behind it, and where those behind them begin; nil at the end.
    ///
    /// Whoever goes through all blocks of a version holds a few pages of them at a time.
    package func blocks(of version: ResourceID, from offset: Int64) throws -> (blocks: [BlockReference], end: Int64)? {
        let rows = try sql.rows(
            """
            SELECT first_offset, blocks FROM manifest_pages WHERE version_id = ? AND first_offset >= ?
            ORDER BY first_offset LIMIT 16
            """, [.id(version), .integer(offset)])
        guard !rows.isEmpty else { return nil }
        do {
            let blocks = try rows.flatMap { try ManifestPage.parse(try $0.blob("blocks")) }
            return (blocks, blocks.reduce(try rows[0].integer("first_offset")) { $0 + Int64($1.length) })
        } catch let error as FormatError {
            throw SQLError.corrupt("a manifest page of \(version): \(error)")
        }
    }

    /// All blocks of a version in order.
    package func blocks(of version: ResourceID) throws -> [BlockReference] {
        try sql.rows(
            "SELECT blocks FROM manifest_pages WHERE version_id = ? ORDER BY first_offset", [.id(version)]
        ).flatMap { try ManifestPage.parse(try $0.blob("blocks")) }
    }
}

extension Version {
    init(row: SQLRow) throws {
        guard let state = State(rawValue: try row.text("state")) else {
            throw SQLError.corrupt("a version has an unknown state")
        }
        self.init(
            id: try row.id("id"), revision: try row.integer("revision"), createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"), assetID: try row.id("asset_id"), number: try row.integer("number"),
            state: state, size: try row.integer("size"), root: try row.digest("root"),
            sha256: row.optionalDigest("sha256"), blockCount: try row.integer("block_count"),
            entryCount: try row.integer("entry_count"), label: row.optionalText("label"),
            notes: row.optionalText("notes"), createdBy: row.optionalID("created_by"))
    }
}
