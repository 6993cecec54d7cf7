package import PawlModel

/// What stands between a player's token and her: whether she is there, may play, and has revoked it.
package struct PlayerStandings {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    package func standing(of player: ResourceID) throws -> PlayerStanding? {
        let row = try sql.row(
            """
            SELECT players.game_id AS game_id, players.state AS state, player_token_epochs.epoch AS epoch FROM players
            LEFT JOIN player_token_epochs ON player_token_epochs.player_id = players.id WHERE players.id = ?
            """, [.id(player)])
        return try row.map { row in
            PlayerStanding(
                gameID: try row.id("game_id"), isActive: row.optionalText("state") == Player.State.active.rawValue,
                epoch: row.optionalInteger("epoch") ?? 0)
        }
    }

    /// Begins the player's next epoch: all tokens of those before are refused.
    package func advanceEpoch(of player: ResourceID) throws {
        try sql.execute(
            """
            INSERT INTO player_token_epochs (player_id, epoch) VALUES (?, 1)
            ON CONFLICT (player_id) DO UPDATE SET epoch = player_token_epochs.epoch + 1
            """, [.id(player)])
    }
}

/// How a player stands.
package struct PlayerStanding: Hashable, Sendable {
    package var gameID: ResourceID
    /// Whether she is not banned.
    package var isActive: Bool
    /// How often her tokens were revoked. Each token names the epoch it was given in: a count, unlike a time, is right
    /// whatever the clock does.
    package var epoch: Int64
}
