package import PawlModel

/// What players may download because they have it.
package struct EntitledContent {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// Which versions of an asset a player may read for what she has at a moment; nil when she has nothing of it.
    ///
    /// A content that names a channel gives what the channel points at now, which may be nothing; one that names none
    /// gives every version.
    package func versions(of asset: ResourceID, for player: ResourceID, at now: Timestamp) throws -> EntitledVersions? {
        let rows = try sql.rows(
            """
            SELECT contents.channel AS channel, channels.version_id AS version_id FROM entitlements
            JOIN contents ON contents.id = entitlements.content_id
            LEFT JOIN channels ON channels.asset_id = contents.asset_id AND channels.name = contents.channel
            WHERE entitlements.owner_id = ? AND entitlements.state = 'active'
                AND (entitlements.expires_at IS NULL OR entitlements.expires_at > ?) AND contents.asset_id = ?
            """, [.id(player), .time(now), .id(asset)])
        guard !rows.isEmpty else { return nil }
        if rows.contains(where: { $0.optionalText("channel") == nil }) { return .all }
        return .only(Set(rows.compactMap { $0.optionalID("version_id") }))
    }
}

/// The versions of one asset that somebody may read, as far as they are ready.
package enum EntitledVersions: Hashable, Sendable {
    case all
    case only(Set<ResourceID>)

    package func contains(_ version: ResourceID) -> Bool {
        switch self {
        case .all: true
        case .only(let versions): versions.contains(version)
        }
    }
}
