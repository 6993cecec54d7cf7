package import PawlModel

/// One run of a leaderboard: its players rank among each other, and among no others.
package struct ScoreBoard: Hashable, Sendable {
    package var leaderboardID: ResourceID
    /// `all_time`, a day, a season: whatever tells the leaderboard's windows apart, up to 64 characters.
    package var window: String
    /// The leaderboard's columns. They must stay as they were when the first score came.
    package var columns: ScoreColumns

    package init(_ leaderboardID: ResourceID, window: String, columns: ScoreColumns) {
        self.leaderboardID = leaderboardID
        self.window = window
        self.columns = columns
    }

    func score(_ standing: ScoreStanding, of player: ResourceID, rank: Int64) -> Score {
        Score(
            leaderboardID: leaderboardID, window: window, playerID: player, rank: rank,
            values: columns.named(standing.values), reachedAt: standing.reachedAt)
    }
}

/// What somebody sent: one run of a player. It is kept, whatever becomes of her standing.
package struct ScoreSubmission: Hashable, Sendable {
    /// Of a kind of its own, such as `sub`.
    package var id: ResourceID
    package var playerID: ResourceID
    /// A value for each column of the board, as `ScoreColumns.ordered` gives them.
    package var values: [Int64]
    package var submittedAt: Timestamp
    /// The key or player that sent it.
    package var submittedBy: ResourceID?

    package init(
        id: ResourceID, playerID: ResourceID, values: [Int64], submittedAt: Timestamp, submittedBy: ResourceID? = nil
    ) {
        self.id = id
        self.playerID = playerID
        self.values = values
        self.submittedAt = submittedAt
        self.submittedBy = submittedBy
    }
}

/// Some scores in rank order, and where the next ones begin.
package struct ScorePage: Hashable, Sendable {
    package var scores: [Score]
    /// The position of the last score; nil when no more come.
    package var next: RankKey?

    package init(scores: [Score], next: RankKey?) {
        self.scores = scores
        self.next = next
    }
}
