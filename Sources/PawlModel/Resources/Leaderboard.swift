/// An order of players by their scores, for ever or for one window of time after the other.
public struct Leaderboard: Resource {
    public var gameID: ResourceID
    public var code: String
    public var name: String?
    /// What a score is made of, the weightiest first.
    public var columns: [Column]
    public var window: Window
    /// Where its windows begin, as a name of the IANA database.
    public var timeZone: String
    public var rewards: [RankReward]

    public init(
        gameID: ResourceID, code: String, name: String? = nil, columns: [Column], window: Window = .allTime,
        timeZone: String = "UTC", rewards: [RankReward] = []
    ) {
        self.gameID = gameID
        self.code = code
        self.name = name
        self.columns = columns
        self.window = window
        self.timeZone = timeZone
        self.rewards = rewards
    }

    /// One number of a score.
    public struct Column: Codable, Hashable, Sendable {
        public var name: String
        public var `operator`: Operator
        public var direction: Direction

        public init(name: String, operator: Operator = .best, direction: Direction = .descending) {
            self.name = name
            self.operator = `operator`
            self.direction = direction
        }
    }

    /// What becomes of a column's earlier value when a new one comes.
    public enum Operator: String, Codable, Sendable, CaseIterable {
        /// The whole of the better score stays.
        case best
        case last, sum, min, max
    }

    /// Which values come first.
    public enum Direction: String, Codable, Sendable, CaseIterable {
        case descending, ascending
    }

    /// For how long scores count.
    public enum Window: String, Codable, Sendable, CaseIterable {
        case allTime = "all_time"
        case daily, weekly, monthly, season, custom
    }

    /// What the players of some ranks are given when a window closes.
    public struct RankReward: Codable, Hashable, Sendable {
        public var fromRank: Int64
        public var toRank: Int64
        public var reward: [Reward]

        public init(fromRank: Int64, toRank: Int64, reward: [Reward] = []) {
            self.fromRank = fromRank
            self.toRank = toRank
            self.reward = reward
        }

        enum CodingKeys: String, CodingKey {
            case reward
            case fromRank = "from_rank"
            case toRank = "to_rank"
        }
    }

    enum CodingKeys: String, CodingKey {
        case code, name, columns, window, rewards
        case gameID = "game_id"
        case timeZone = "time_zone"
    }
}

extension Leaderboard {
    public static let schema = ResourceSchema(
        "leaderboards", idPrefix: "lbd", history: .reversible, ownership: .field("game_id"),
        readScope: .catalogRead, writeScope: .catalogWrite,
        fields: [
            .game,
            .code(example: "speedrun"),
            Field("name", .text(max: 200), example: "Speed Run", help: "its name for people"),
            Field(
                "columns",
                .rows(
                    RowList(
                        "leaderboard_columns", min: 1, max: Limits.scoreColumnsMax, uniques: [["name"]], fields: column)
                ),
                isRequired: true, change: .onCreate, example: [["name": "seconds", "direction": "ascending"]],
                help: "what a score is made of, the weightiest first"),
            Field(
                "window", .choice(Window.allCases.map(\.rawValue)), change: .onCreate, isFilterable: true,
                default: "all_time", help: "for how long scores count"),
            .timeZone,
            Field(
                "rewards",
                .rows(
                    RowList(
                        "leaderboard_rewards", max: 32, rules: [.atMost("from_rank", "to_rank")], fields: rankReward)),
                default: [], help: "what ranks are given when a window closes"),
        ],
        uniques: [["game_id", "code"]],
        help: "An order of players by their scores, for ever or for one window of time after the other.")

    private static let column = [
        Field(
            "name", .text(max: 32, rule: .snakeCase), isRequired: true, example: "seconds",
            help: "what a submission calls it"),
        Field(
            "operator", .choice(Operator.allCases.map(\.rawValue)), default: "best",
            help: "what becomes of the earlier value when a new one comes"),
        Field(
            "direction", .choice(Direction.allCases.map(\.rawValue)), default: "descending",
            help: "which values come first"),
    ]

    private static let rankReward = [
        Field("from_rank", .int(1...Limits.wholeNumberMax), isRequired: true, help: "the first rank that is given it"),
        Field("to_rank", .int(1...Limits.wholeNumberMax), isRequired: true, help: "the last one"),
        .rewards("reward", "leaderboard_rank_rewards", help: "what each of them is given"),
    ]

    private static let values = Field(
        "values", .json(maxBytes: 1024), isRequired: true, example: ["seconds": 83],
        help: "a whole number for each column")

    /// What is answered of a score.
    public static let scoreFields = [
        Field("leaderboard_id", .reference("leaderboards"), isRequired: true, change: .byServer, help: "the board"),
        .player(change: .byServer, help: "whose score it is"),
        Field(
            "rank", .int(1...Limits.wholeNumberMax), isRequired: true, change: .byServer,
            help: "the player's place, from 1 on"),
        values,
        Field("window", .text(max: 64), isRequired: true, change: .byServer, help: "the window of time it counts in"),
        Field("reached_at", .time, isRequired: true, change: .byServer, help: "when; the earlier of two equals leads"),
    ]

    public static let submit = VerbSchema(
        schema.name, "submit", scope: .playersWrite,
        fields: [.player(help: "whose score it is"), values],
        answer: .object(scoreFields),
        problems: [.notAvailable],
        help: "Counts a score, and answers with what the player now has and the rank of it.")
}
