/// A person in one game: progress and game data.
public struct Player: Resource {
    public var gameID: ResourceID
    public var accountID: ResourceID?
    public var name: String
    public var level: Int64
    public var points: Int64
    /// What the game itself keeps of the player.
    public var data: JSONValue
    public var state: State

    public init(
        gameID: ResourceID, accountID: ResourceID? = nil, name: String, level: Int64 = 1, points: Int64 = 0,
        data: JSONValue = [:], state: State = .active
    ) {
        self.gameID = gameID
        self.accountID = accountID
        self.name = name
        self.level = level
        self.points = points
        self.data = data
        self.state = state
    }

    public enum State: String, Codable, Sendable, CaseIterable {
        case active, banned
    }

    enum CodingKeys: String, CodingKey {
        case name, level, points, data, state
        case gameID = "game_id"
        case accountID = "account_id"
    }

    public static let schema = ResourceSchema(
        "players", idPrefix: "ply", history: .reversible, ownership: .field("game_id"),
        readScope: .playersRead, writeScope: .playersWrite, players: .read(by: ["id"]),
        fields: [
            .game,
            Field("account_id", .reference("accounts"), isFilterable: true, help: "the person, where known"),
            Field(
                "name", .text(max: 64), isRequired: true, isFilterable: true, example: "Robin",
                help: "what other players see"),
            Field("level", .int(1...1_000_000), isFilterable: true, default: 1, help: "how far the player is"),
            Field(
                "points", .int(0...Limits.wholeNumberMax), isFilterable: true, default: 0,
                help: "what the player has collected"),
            Field(
                "data", .json(maxBytes: Limits.playerDataSizeMax), default: [:],
                help: "what the game itself keeps of the player"),
            Field(
                "state", .choice(State.allCases.map(\.rawValue)), isFilterable: true, default: "active",
                help: "who is banned gets no tokens"),
        ],
        uniques: [["game_id", "name"], ["game_id", "account_id"]],
        help: "A person in one game: progress and game data.")

    public static let award = VerbSchema(
        schema.name, "award", scope: .playersWrite, needsIdempotencyKey: true,
        fields: [
            Field("points", .int(1...Limits.pointsAwardMax), isRequired: true, help: "points to add"),
            .reason,
        ],
        problems: [.notAvailable],
        help: "Adds points.")

    public static let token = VerbSchema(
        schema.name, "token", scope: .playersWrite,
        fields: [
            Field(
                "lifetime", .int(Limits.playerTokenLifetimes), default: .int(Limits.playerTokenLifetime),
                help: "seconds for which the token works")
        ],
        answer: .object([
            Field(
                "token", .text(max: Limits.playerTokenSizeMax), isRequired: true, change: .byServer, isShownOnce: true,
                help: "the bearer token, shown this once"),
            Field("expires_at", .time, isRequired: true, change: .byServer, help: "when it stops working"),
            Field(
                "player_id", .reference("players"), isRequired: true, change: .byServer,
                help: "the player it speaks for"),
        ]),
        problems: [.notAvailable],
        help: "Gives a token with which the game acts as the player, for a while.")

    public static let revokeTokens = VerbSchema(
        schema.name, "revoke_tokens", scope: .playersWrite, help: "Ends all tokens that the player was given until now."
    )
}
