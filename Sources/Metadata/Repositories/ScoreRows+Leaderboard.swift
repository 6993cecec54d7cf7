package import PawlModel

extension ScoreRows {
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
