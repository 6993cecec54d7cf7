/// A message to a player, which may bring a reward.
public struct InboxMessage: Resource {
    /// The player's.
    public var gameID: ResourceID?
    public var playerID: ResourceID
    /// What the game is to make of it.
    public var kind: String
    public var body: JSONValue
    public var rewards: [Reward]
    public var expiresAt: Timestamp?
    /// When the rewards were taken.
    public var claimedAt: Timestamp?

    enum CodingKeys: String, CodingKey {
        case kind, body, rewards
        case gameID = "game_id"
        case playerID = "player_id"
        case expiresAt = "expires_at"
        case claimedAt = "claimed_at"
    }

    public static let schema = ResourceSchema(
        "inbox_messages", idPrefix: "inb", history: .byVerb,
        ownership: .parent(field: "player_id", Player.schema), readScope: .playersRead, writeScope: .playersWrite,
        players: .read(by: ["player_id"]),
        fields: sent + [
            Field(
                "claimed_at", .time, change: .byServer, isFilterable: true,
                help: "when the rewards were taken; null before")
        ],
        help: "A message to a player, which may bring a reward.")

    /// What is said of a message when it is sent.
    private static let sent: [Field] = [
        .player(help: "whom it is for"),
        Field(
            "kind", .text(max: 64, rule: .sku), isRequired: true, isFilterable: true, example: "welcome",
            help: "what the game is to make of it"),
        Field(
            "body", .json(maxBytes: Limits.metadataSizeMax), default: [:], example: ["title": "Welcome"],
            help: "what the game shows"),
        .rewards("rewards", "inbox_message_rewards", help: "what claiming it gives"),
        Field(
            "expires_at", .time, isFilterable: true, help: "until when it can be claimed; null for ever"),
    ]

    public static let send = VerbSchema(
        schema.name, "", scope: .playersWrite, needsIdempotencyKey: true, fields: sent,
        problems: [.notAvailable],
        help: "Sends a message to a player.")

    public static let claim = VerbSchema(
        schema.name, "claim", scope: .playersWrite, isForPlayers: true, needsIdempotencyKey: true,
        problems: [.wrongState, .notAvailable],
        help: "Gives the player the rewards, once.")
}
