package import Metadata
package import PawlModel

/// Reads leaderboards: who stands where.
package struct Standings: Sendable {
    private let writePath: WritePath

    package init(writePath: WritePath) {
        self.writePath = writePath
    }

    /// Where a page of a leaderboard begins.
    package enum Start: Sendable {
        case rank(Int64)
        /// Behind the last score of the page before.
        case after(RankKey)
        /// With this player in the middle.
        case around(ResourceID)
    }

    /// One page in rank order, of a leaderboard that the caller sees.
    package func page(
        of leaderboard: ResourceID, from start: Start, limit: Int, for caller: Caller
    ) async throws -> ScorePage {
        try await writePath.database.read { sql in
            let board = try board(leaderboard, for: caller, in: sql)
            let rows = ScoreRows(sql)
            switch start {
            case .rank(let rank): return try rows.page(of: board, fromRank: rank, limit: limit)
            case .after(let key): return try rows.page(of: board, after: key, limit: limit)
            case .around(let player):
                return ScorePage(scores: try rows.scores(around: player, on: board, limit: limit / 2), next: nil)
            }
        }
    }

    /// A player's score with her rank; `not_found` when she is not on the board. A player asks for her own only.
    package func score(
        of player: ResourceID, on leaderboard: ResourceID, for caller: Caller
    ) async throws -> Score {
        try await writePath.database.read { sql in
            let board = try board(leaderboard, for: caller, in: sql)
            guard caller.player == nil || caller.player == player,
                let score = try ScoreRows(sql).score(of: player, on: board)
            else { throw Problem(.notFound, "\(player) has no score on \(leaderboard), or it is not yours to see.") }
            return score
        }
    }

    private func board(_ id: ResourceID, for caller: Caller, in sql: any SQLConnection) throws -> ScoreBoard {
        guard let row = try ResourceTable(Leaderboard.schema).row(id, in: sql),
            caller.reaches(row, of: Leaderboard.schema)
        else { throw Problem.notFound(Leaderboard.schema.name, id) }
        let leaderboard = try Stored<Leaderboard>(row: row)
        return ScoreBoard(
            id, window: Leaderboard.Window.allTime.rawValue, columns: try ScoreColumns(leaderboard.columns))
    }
}
