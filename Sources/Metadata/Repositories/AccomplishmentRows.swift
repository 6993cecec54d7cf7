package import PawlModel

/// Questions about accomplishments that no single row answers.
package struct AccomplishmentRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// The newest cycle that a player has begun; nil when there is none.
    package func newestCycle(of accomplishment: ResourceID, by player: ResourceID) throws -> Int64? {
        try sql.row(
            """
            SELECT MAX(cycle) AS newest FROM player_accomplishments WHERE player_id = ? AND accomplishment_id = ?
            """, [.id(player), .id(accomplishment)])?.optionalInteger("newest")
    }

    /// Whether a player has reached it in any cycle.
    package func isReached(_ accomplishment: ResourceID, by player: ResourceID) throws -> Bool {
        try sql.row(
            """
            SELECT id FROM player_accomplishments
            WHERE player_id = ? AND accomplishment_id = ? AND reached_at IS NOT NULL LIMIT 1
            """, [.id(player), .id(accomplishment)]) != nil
    }

    /// What must be reached before it, in the declared order.
    package func requirements(of accomplishment: ResourceID) throws -> [ResourceID] {
        try sql.rows(
            "SELECT accomplishment_id FROM accomplishment_requirements WHERE owner_id = ? ORDER BY position",
            [.id(accomplishment)]
        ).map { try $0.id("accomplishment_id") }
    }
}
