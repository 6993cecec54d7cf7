package import PawlModel

/// Versions on their way out: deleted at once for readers, taken back for a while, and collected after that, when what
/// they hold is given back bit by bit.
package struct DeletedVersions {
    let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    // MARK: There and back

    /// Deletes a ready version; nil when it is not ready. Its revision grows, so that none is ever given twice.
    package func delete(_ id: ResourceID, now: Timestamp) throws -> Version? {
        try sql.row(
            """
            UPDATE versions SET state = 'deleted', deleted_at = ?, updated_at = ?, revision = revision + 1
            WHERE id = ? AND state = 'ready' RETURNING \(VersionRows.columns)
            """, [.time(now), .time(now), .id(id)]
        ).map(Version.init(row:))
    }

    /// Makes a version ready again that was deleted after `time`; nil when there is no such one, or it is being collected.
    package func restore(_ id: ResourceID, deletedAfter time: Timestamp, now: Timestamp) throws -> Version? {
        try sql.row(
            """
            UPDATE versions SET state = 'ready', deleted_at = NULL, updated_at = ?, revision = revision + 1
            WHERE id = ? AND state = 'deleted' AND deleted_at > ? AND given_back_to IS NULL
            RETURNING \(VersionRows.columns)
            """, [.time(now), .id(id), .time(time)]
        ).map(Version.init(row:))
    }

    package func canRestore(version: ResourceID, deletedAfter time: Timestamp) throws -> Bool {
        try sql.row(
            "SELECT id FROM versions WHERE id = ? AND state = 'deleted' AND deleted_at > ? AND given_back_to IS NULL",
            [.id(version), .time(time)]) != nil
    }

    /// A version in any state.
    package func version(_ id: ResourceID) throws -> Version? {
        try sql.row("SELECT \(VersionRows.columns) FROM versions WHERE id = ?", [.id(id)]).map(Version.init(row:))
    }

    /// Whether a deleted asset can be taken back: it was deleted after `time`, and none of its versions is being collected
    /// because of that.
    package func canRestore(asset: ResourceID, deletedAfter time: Timestamp) throws -> Bool {
        try sql.row(
            """
            SELECT id FROM assets WHERE id = ? AND deleted_at > ? AND collected_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM versions WHERE versions.asset_id = assets.id
                    AND versions.given_back_to IS NOT NULL AND versions.deleted_at >= assets.deleted_at)
            """, [.id(asset), .time(time)]) != nil
    }

    /// Those that can be taken back, newest first, below `number` when it is given.
    package func list(
        asset: ResourceID, deletedAfter time: Timestamp, below number: Int64?, limit: Int
    ) throws -> [Version] {
        try sql.rows(
            """
            SELECT \(VersionRows.columns) FROM versions
            WHERE asset_id = ? AND state = 'deleted' AND deleted_at > ? AND given_back_to IS NULL AND number < ?
            ORDER BY number DESC LIMIT ?
            """, [.id(asset), .time(time), .integer(number ?? Int64.max), .integer(limit)]
        ).map(Version.init(row:))
    }

    /// What keeps a ready version from being deleted: the channels that point at it, and where it is the newest one, the
    /// contents that give the newest.
    package func holders(of version: Version) throws -> (channels: [String], contents: [String]) {
        let channels = try sql.rows(
            "SELECT name FROM channels WHERE version_id = ? ORDER BY name LIMIT 10", [.id(version.id)]
        ).map { try $0.text("name") }
        guard try VersionRows(sql).newestReady(asset: version.assetID)?.id == version.id else { return (channels, []) }
        return (channels, try contents(of: version.assetID, withoutChannel: true))
    }

    package func isHeld(_ version: Version) throws -> Bool {
        let holders = try holders(of: version)
        return !holders.channels.isEmpty || !holders.contents.isEmpty
    }

    /// The contents that refer to an asset, by their SKUs.
    package func contents(of asset: ResourceID, withoutChannel: Bool = false) throws -> [String] {
        try sql.rows(
            """
            SELECT sku FROM contents WHERE asset_id = ?\(withoutChannel ? " AND channel IS NULL" : "")
            ORDER BY sku LIMIT 10
            """, [.id(asset)]
        ).map { try $0.text("sku") }
    }

    // MARK: For the journal

    /// What has become of an asset or a version.
    enum Deletion: Hashable, Sendable {
        case none
        /// It was deleted then, and may be taken back.
        case revocable(Timestamp)
        /// Its collection has begun.
        case final
    }

    /// Nil when there is no such version.
    func deletion(ofVersion id: ResourceID) throws -> Deletion? {
        try sql.row("SELECT deleted_at, given_back_to IS NOT NULL AS is_final FROM versions WHERE id = ?", [.id(id)])
            .map(Self.deletion)
    }

    /// Nil when there is no such asset.
    func deletion(ofAsset id: ResourceID) throws -> Deletion? {
        try sql.row("SELECT deleted_at, collected_at IS NOT NULL AS is_final FROM assets WHERE id = ?", [.id(id)])
            .map(Self.deletion)
    }

    private static func deletion(_ row: SQLRow) throws -> Deletion {
        if try row.boolean("is_final") { return .final }
        return row.optionalTime("deleted_at").map { .revocable($0) } ?? .none
    }

    // MARK: Retention

    /// Remembers that a channel pointed at a version.
    package func markReleased(_ id: ResourceID) throws {
        try sql.execute("UPDATE versions SET was_released = TRUE WHERE id = ? AND NOT was_released", [.id(id)])
    }

    /// Living assets that let versions go by themselves, in order.
    package func assetsWithRetention(after last: ResourceID?, limit: Int) throws -> [ResourceID] {
        try sql.rows(
            """
            SELECT id FROM assets WHERE retention IS NOT NULL AND deleted_at IS NULL AND id > ? ORDER BY id LIMIT ?
            """, [.text(last?.description ?? ""), .integer(limit)]
        ).map { try $0.id("id") }
    }

    /// Ready versions below a number, newest first, that retention may let go, and that no channel points at.
    package func lapsed(
        of asset: ResourceID, _ retention: Retention, below number: Int64, now: Timestamp, limit: Int
    ) throws -> (versions: [Version], lastNumber: Int64?) {
        let rows = try sql.rows(
            """
            SELECT \(VersionRows.columns), was_released,
                EXISTS (SELECT 1 FROM channels WHERE channels.version_id = versions.id) AS is_on_channel
            FROM versions WHERE asset_id = ? AND state = 'ready' AND number < ? ORDER BY number DESC LIMIT ?
            """, [.id(asset), .integer(number), .integer(limit)])
        let oldest = now.advanced(bySeconds: -retention.minAge)
        let versions = try rows.filter { row in
            if try row.boolean("is_on_channel") { return false }
            if try retention.keepReleased && row.boolean("was_released") { return false }
            if retention.holds(label: row.optionalText("label")) { return false }
            return try row.time("created_at") <= oldest
        }.map(Version.init(row:))
        return (versions, try rows.last?.integer("number"))
    }

    /// The number of the oldest version that belongs to the newest so many; nil when there are no more than those.
    package func number(ofNewest count: Int64, of asset: ResourceID) throws -> Int64? {
        try sql.row(
            """
            SELECT number FROM versions WHERE asset_id = ? AND state = 'ready' ORDER BY number DESC LIMIT 1 OFFSET ?
            """, [.id(asset), .integer(count - 1)])?.integer("number")
    }
}
