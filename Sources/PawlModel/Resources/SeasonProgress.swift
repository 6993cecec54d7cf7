/// How far a player is in a season.
public struct SeasonProgress: Resource {
    /// The season's.
    public var gameID: ResourceID?
    public var seasonID: ResourceID
    public var playerID: ResourceID
    public var xp: Int64
    /// Whether the player has the pass.
    public var premium: Bool
    /// The rewards that the player has taken.
    public var claims: [Claim]

    /// A reward that was taken; there is one at most for each tier and track.
    public struct Claim: Codable, Hashable, Sendable {
        public var tier: Int64
        public var track: Track

        public init(tier: Int64, track: Track) {
            self.tier = tier
            self.track = track
        }
    }

    public enum Track: String, Codable, Sendable, CaseIterable {
        case free, premium
    }

    enum CodingKeys: String, CodingKey {
        case xp, premium, claims
        case gameID = "game_id"
        case seasonID = "season_id"
        case playerID = "player_id"
    }

    public static let schema = ResourceSchema(
        "season_progress", idPrefix: "spr", history: .byVerb,
        ownership: .parent(field: "season_id", Season.schema), readScope: .playersRead, writeScope: .playersWrite,
        players: .read(by: ["player_id"]),
        fields: [
            Field(
                "season_id", .reference("seasons"), isRequired: true, change: .onCreate, isFilterable: true,
                help: "the season"),
            .player(help: "whose progress it is"),
            Field(
                "xp", .int(0...Limits.wholeNumberMax), isFilterable: true, default: 0,
                help: "what the player has collected"),
            Field("premium", .bool, default: false, help: "whether the player has the pass"),
            Field(
                "claims", .list(.object(claim), max: 1000), default: [], example: [["tier": 1, "track": "free"]],
                help: "the rewards that the player has taken"),
        ],
        uniques: [["season_id", "player_id"]],
        help: "How far a player is in a season.")

    private static let claim = [
        Field("tier", .int(1...1000), isRequired: true, help: "the tier's number"),
        Field("track", .choice(Track.allCases.map(\.rawValue)), isRequired: true, help: "which of its rewards"),
    ]
}
