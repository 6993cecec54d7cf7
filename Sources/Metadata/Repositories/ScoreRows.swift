package import PawlModel

/// Scores: each submission, each player's standing on a board, and her rank.
///
/// A change must run in a transaction: it writes the row of the standing and the counts of the board's `RankTree`.
package struct ScoreRows {
    let sql: any SQLConnection
    private let sizes: RankNodeSizes

    /// - Parameter sizes: For tests, which split nodes sooner. The same for every change of a database.
    package init(_ sql: any SQLConnection, sizes: RankNodeSizes = RankNodeSizes()) {
        self.sql = sql
        self.sizes = sizes
    }

    // MARK: Changes

    /// Keeps a run, and combines it with the player's standing on the board.
    ///
    /// - Returns: Where she stands now, and whether the run changed her values.
    /// - Throws: `Problem` `invalid` when a sum becomes too large. `SQLError.foreignKey` when there is no such leaderboard or
    ///   player.
    package func submit(
        _ submission: ScoreSubmission, to board: ScoreBoard
    ) throws -> (score: Score, isChanged: Bool) {
        let number = try self.number(of: board) ?? insert(board)
        let player = submission.playerID
        let old = try key(of: player, board: number)
        let standing = try board.columns.combine(
            try old.map { try self.standing($0, board) }, with: submission.values, at: submission.submittedAt)
        let key = RankKey(standing, of: player, by: board.columns)
        try insert(submission, board: number)
        let tree = self.tree(number)
        if key != old {
            try save(standing, of: player, at: key, board: number)
            try old.map { try tree.move($0, to: key) } ?? tree.insert(key)
        }
        return (board.score(standing, of: player, rank: try tree.rank(of: key)), key != old)
    }

    /// Forgets a player on every board, with all she submitted. Her row cannot be deleted before.
    package func removeAll(of player: ResourceID) throws {
        let entries = try sql.rows("SELECT board_number, rank_key FROM scores WHERE player_id = ?", [.id(player)])
        try sql.execute("DELETE FROM score_submissions WHERE player_id = ?", [.id(player)])
        try sql.execute("DELETE FROM scores WHERE player_id = ?", [.id(player)])
        for entry in entries { try tree(try entry.integer("board_number")).remove(try entry.rankKey()) }
    }

    private func insert(_ board: ScoreBoard) throws -> Int64 {
        try sql.row(
            """
            INSERT INTO score_boards (number, leaderboard_id, window_name)
            VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM score_boards), ?, ?) RETURNING number
            """, [.id(board.leaderboardID), .text(board.window)]
        )!.integer("number")
    }

    private func insert(_ submission: ScoreSubmission, board: Int64) throws {
        try sql.execute(
            """
            INSERT INTO score_submissions (player_id, board_number, id, submitted_at, submitted_by, c0, c1, c2, c3, c4)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(submission.playerID), .integer(board), .id(submission.id), .time(submission.submittedAt),
                .id(submission.submittedBy),
            ] + Self.columns(submission.values))
    }

    private func save(_ standing: ScoreStanding, of player: ResourceID, at key: RankKey, board: Int64) throws {
        try sql.execute(
            """
            INSERT INTO scores (player_id, board_number, rank_key, reached_at, c0, c1, c2, c3, c4)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (player_id, board_number) DO UPDATE SET rank_key = excluded.rank_key,
                reached_at = excluded.reached_at, c0 = excluded.c0, c1 = excluded.c1, c2 = excluded.c2,
                c3 = excluded.c3, c4 = excluded.c4
            """,
            [.id(player), .integer(board), .blob(key.bytes), .time(standing.reachedAt)]
                + Self.columns(standing.values))
    }

    /// The values of c0…c4: null for columns that the board does not have.
    private static func columns(_ values: [Int64]) -> [SQLValue] {
        (0..<Limits.scoreColumnsMax).map { $0 < values.count ? .integer(values[$0]) : .null }
    }
}

extension ScoreRows {
    /// The short number of a board, or nil before its first score.
    func number(of board: ScoreBoard) throws -> Int64? {
        try sql.row(
            "SELECT number FROM score_boards WHERE leaderboard_id = ? AND window_name = ?",
            [.id(board.leaderboardID), .text(board.window)]
        )?.integer("number")
    }

    func tree(_ board: Int64) -> RankTree { RankTree(sql, board: board, sizes: sizes) }

    func key(of player: ResourceID, board: Int64) throws -> RankKey? {
        try sql.row(
            "SELECT rank_key FROM scores WHERE player_id = ? AND board_number = ?", [.id(player), .integer(board)]
        )?.rankKey()
    }

    /// A key holds all that an answer tells, so that a page is read from the index alone.
    func standing(_ key: RankKey, _ board: ScoreBoard) throws -> ScoreStanding {
        guard let standing = key.standing(by: board.columns) else {
            throw SQLError.corrupt("a score has not the columns of its leaderboard")
        }
        return standing
    }
}
