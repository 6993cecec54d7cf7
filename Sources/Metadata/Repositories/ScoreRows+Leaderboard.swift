package import PawlModel

extension ScoreRows {
    /// Whether anybody has a score on a leaderboard.
    package func hasAny(on leaderboard: ResourceID) throws -> Bool {
        try sql.row(
            """
            SELECT 1 AS found FROM scores
            WHERE board_number IN (SELECT number FROM score_boards WHERE leaderboard_id = ?) LIMIT 1
            """, [.id(leaderboard)]) != nil
    }

    /// Whether a player has a score on any.
    package func hasAny(of player: ResourceID) throws -> Bool {
        try sql.row("SELECT 1 AS found FROM scores WHERE player_id = ? LIMIT 1", [.id(player)]) != nil
    }

    /// Forgets every window of a leaderboard, with all that was submitted. Its row cannot be deleted before.
    package func removeAll(on leaderboard: ResourceID) throws {
        for table in ["rank_nodes", "score_submissions", "scores"] {
            try sql.execute(
                """
                DELETE FROM \(table)
                WHERE board_number IN (SELECT number FROM score_boards WHERE leaderboard_id = ?)
                """, [.id(leaderboard)])
        }
        try sql.execute("DELETE FROM score_boards WHERE leaderboard_id = ?", [.id(leaderboard)])
    }
}
