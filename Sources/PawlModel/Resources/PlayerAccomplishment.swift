/// How far a player is with an accomplishment.
public struct PlayerAccomplishment: Resource {
    /// The player's.
    public var gameID: ResourceID?
    public var playerID: ResourceID
    public var accomplishmentID: ResourceID
    /// Counts, from 1 on, how often a repeatable one was begun.
    public var cycle: Int64
    public var progress: Int64
    public var reachedAt: Timestamp?

    enum CodingKeys: String, CodingKey {
        case cycle, progress
        case gameID = "game_id"
        case playerID = "player_id"
        case accomplishmentID = "accomplishment_id"
        case reachedAt = "reached_at"
    }

    public static let schema = ResourceSchema(
        "player_accomplishments", idPrefix: "pac", history: .byVerb,
        ownership: .parent(field: "player_id", Player.schema), readScope: .playersRead, writeScope: .playersWrite,
        players: .read(by: ["player_id"]),
        fields: [
            .player(help: "whose progress it is"),
            Field(
                "accomplishment_id", .reference("accomplishments"), isRequired: true, change: .onCreate,
                isFilterable: true, help: "what is to be reached"),
            Field(
                "cycle", .int(1...Limits.wholeNumberMax), change: .onCreate, default: 1,
                help: "counts from 1 on how often it was begun"),
            Field("progress", .int(0...Limits.wholeNumberMax), default: 0, help: "how far the player is"),
            Field("reached_at", .time, isFilterable: true, help: "when the goal was reached; null before"),
        ],
        uniques: [["player_id", "accomplishment_id", "cycle"]],
        help: "How far a player is with an accomplishment.")
}
