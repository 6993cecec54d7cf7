/// Something for players to reach.
public struct Accomplishment: Resource {
    public var gameID: ResourceID
    public var code: String
    public var name: String
    public var description: String?
    /// The progress at which it is reached.
    public var goal: Int64
    /// Whether players see it only when they have reached it.
    public var hidden: Bool
    public var repeatable: Bool
    /// Accomplishments that have to be reached before.
    public var requires: [ResourceID]
    public var reward: [Reward]

    public init(
        gameID: ResourceID, code: String, name: String, description: String? = nil, goal: Int64 = 1,
        hidden: Bool = false, repeatable: Bool = false, requires: [ResourceID] = [],
        reward: [Reward] = []
    ) {
        self.gameID = gameID
        self.code = code
        self.name = name
        self.description = description
        self.goal = goal
        self.hidden = hidden
        self.repeatable = repeatable
        self.requires = requires
        self.reward = reward
    }

    enum CodingKeys: String, CodingKey {
        case code, name, description, goal, hidden, repeatable, requires, reward
        case gameID = "game_id"
    }

    public static let schema = ResourceSchema(
        "accomplishments", idPrefix: "acm", modelVersion: 2, history: .reversible, ownership: .field("game_id"),
        readScope: .catalogRead, writeScope: .catalogWrite,
        fields: [
            .game,
            .code(example: "first_win"),
            .name(example: "First Win"),
            .description,
            Field(
                "goal", .int(1...Limits.wholeNumberMax), default: 1, help: "the progress at which it is reached"),
            Field("hidden", .bool, default: false, help: "whether players see it only when they have reached it"),
            Field("repeatable", .bool, default: false, help: "whether it can be reached again and again"),
            Field("requires", .rows(requirements), default: [], help: "what has to be reached before"),
            .rewards("reward", "accomplishment_rewards", help: "what reaching it gives"),
        ],
        uniques: [["game_id", "code"]],
        help: "Something for players to reach.")

    private static let requirements = RowList(
        "accomplishment_requirements", max: 32,
        of: Field(
            "accomplishment_id", .reference("accomplishments"), isRequired: true, help: "an accomplishment"))

    public static let reach = VerbSchema(
        schema.name, "reach", scope: .playersWrite, needsIdempotencyKey: true,
        fields: [
            .player(help: "who gets there"),
            Field("progress", .int(1...Limits.wholeNumberMax), help: "progress to add; null for the whole goal"),
        ],
        answer: .rowOf("player_accomplishments"), problems: [.notAvailable, .requirementsMissing],
        help: "Adds to a player's progress, and gives the reward when the goal is reached.")
}
