package import PawlModel

extension ScoreRows {
    /// A player's score with her rank, or nil when she is not on the board.
    package func score(of player: ResourceID, on board: ScoreBoard) throws -> Score? {
        guard let number = try number(of: board), let key = try key(of: player, board: number) else { return nil }
        return board.score(try standing(key, board), of: player, rank: try tree(number).rank(of: key))
    }

    /// The scores behind a position in rank order, or from the first one on.
    ///
    /// A position stays good when the score that it came from moves or goes.
    package func page(of board: ScoreBoard, after position: RankKey? = nil, limit: Int) throws -> ScorePage {
        guard let number = try number(of: board) else { return ScorePage(scores: [], next: nil) }
        let keys = try keys(after: position?.bytes ?? RankNode.lowest, limit: limit + 1, board: number)
        let page = Array(keys.prefix(limit))
        return ScorePage(
            scores: try scores(page, of: board, number), next: keys.count > limit ? page.last : nil)
    }

    /// The scores from a rank on, which is 1 for the first one.
    package func page(of board: ScoreBoard, fromRank rank: Int64, limit: Int) throws -> ScorePage {
        guard rank > 1 else { return try page(of: board, limit: limit) }
        guard let number = try number(of: board), let position = try tree(number).key(at: rank - 1) else {
            return ScorePage(scores: [], next: nil)
        }
        return try page(of: board, after: position, limit: limit)
    }

    /// A player's score with up to `limit` on each side of it, in rank order; empty when she is not on the board.
    package func scores(around player: ResourceID, on board: ScoreBoard, limit: Int) throws -> [Score] {
        guard let number = try number(of: board), let key = try key(of: player, board: number) else { return [] }
        let keys =
            try self.keys(before: key.bytes, limit: limit, board: number) + [key]
            + self.keys(after: key.bytes, limit: limit, board: number)
        return try scores(keys, of: board, number)
    }

    /// The scores of neighbouring keys: the first one's rank tells those of the others.
    private func scores(_ keys: [RankKey], of board: ScoreBoard, _ number: Int64) throws -> [Score] {
        guard let first = keys.first else { return [] }
        let rank = try tree(number).rank(of: first)
        return try zip(rank..., keys).map { rank, key in
            board.score(try standing(key, board), of: key.playerID, rank: rank)
        }
    }

    private func keys(after key: [UInt8], limit: Int, board: Int64) throws -> [RankKey] {
        try sql.rows(
            "SELECT rank_key FROM scores WHERE board_number = ? AND rank_key > ? ORDER BY rank_key LIMIT ?",
            [.integer(board), .blob(key), .integer(limit)]
        ).map { try $0.rankKey() }
    }

    /// The nearest ones, in rank order.
    private func keys(before key: [UInt8], limit: Int, board: Int64) throws -> [RankKey] {
        try sql.rows(
            "SELECT rank_key FROM scores WHERE board_number = ? AND rank_key < ? ORDER BY rank_key DESC LIMIT ?",
            [.integer(board), .blob(key), .integer(limit)]
        ).map { try $0.rankKey() }.reversed()
    }
}
