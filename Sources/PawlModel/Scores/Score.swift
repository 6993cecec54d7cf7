/// A player's place on a leaderboard.
public struct Score: Codable, Hashable, Sendable {
    public var leaderboardID: ResourceID
    /// Which run of the board it is: `all_time`, a day, a season.
    public var window: String
    public var playerID: ResourceID
    /// From 1 on, exact at the moment of the answer. No two players share one.
    public var rank: Int64
    /// By the names of the board's columns.
    public var values: [String: Int64]
    /// When the values became what they are; of equal values the earlier ones rank first.
    public var reachedAt: Timestamp

    public init(
        leaderboardID: ResourceID, window: String, playerID: ResourceID, rank: Int64, values: [String: Int64],
        reachedAt: Timestamp
    ) {
        self.leaderboardID = leaderboardID
        self.window = window
        self.playerID = playerID
        self.rank = rank
        self.values = values
        self.reachedAt = reachedAt
    }

    enum CodingKeys: String, CodingKey {
        case rank, values, window
        case leaderboardID = "leaderboard_id"
        case playerID = "player_id"
        case reachedAt = "reached_at"
    }
}
