package import PawlModel

/// How much of their own players keep: the assets that name them as owner.
package struct SaveUsage {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// Living assets of a player.
    package func count(of player: ResourceID) throws -> Int64 {
        try sql.row(
            "SELECT COUNT(*) AS count FROM assets WHERE owner_id = ? AND deleted_at IS NULL", [.id(player)])?
            .integer("count") ?? 0
    }

    /// The sizes of an asset's versions, added up, whether or not it lives.
    package func bytes(ofAsset asset: ResourceID) throws -> Int64 {
        try sql.row(
            """
            SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS bytes FROM versions
            WHERE asset_id = ? AND state <> 'deleted'
            """, [.id(asset)])?.integer("bytes") ?? 0
    }

    /// The sizes of all versions of those, added up.
    package func bytes(of player: ResourceID) throws -> Int64 {
        // The cast is for PostgreSQL, whose sum of whole numbers is a decimal one.
        try sql.row(
            """
            SELECT CAST(COALESCE(SUM(versions.size), 0) AS BIGINT) AS bytes FROM versions
            JOIN assets ON assets.id = versions.asset_id
            WHERE assets.owner_id = ? AND assets.deleted_at IS NULL AND versions.state <> 'deleted'
            """, [.id(player)])?.integer("bytes") ?? 0
    }
}
