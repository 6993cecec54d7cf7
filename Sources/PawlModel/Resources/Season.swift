/// A time in which players rise through tiers that give rewards; a pass makes the premium ones theirs.
public struct Season: Resource {
    public var gameID: ResourceID
    /// The pass.
    public var contentID: ResourceID?
    public var name: String
    public var startsAt: Timestamp
    public var endsAt: Timestamp
    /// Until when rewards can still be claimed.
    public var graceUntil: Timestamp?
    public var state: ScheduleState
    public var tiers: [Tier]

    public init(
        gameID: ResourceID, contentID: ResourceID? = nil, name: String, startsAt: Timestamp, endsAt: Timestamp,
        graceUntil: Timestamp? = nil, state: ScheduleState = .draft, tiers: [Tier] = []
    ) {
        self.gameID = gameID
        self.contentID = contentID
        self.name = name
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.graceUntil = graceUntil
        self.state = state
        self.tiers = tiers
    }

    /// A step of the season.
    public struct Tier: Codable, Hashable, Sendable {
        public var number: Int64
        /// The XP at which it is reached, counted from the season's start.
        public var xp: Int64
        public var free: [Reward]
        public var premium: [Reward]

        public init(number: Int64, xp: Int64, free: [Reward] = [], premium: [Reward] = []) {
            self.number = number
            self.xp = xp
            self.free = free
            self.premium = premium
        }
    }

    enum CodingKeys: String, CodingKey {
        case name, state, tiers
        case gameID = "game_id"
        case contentID = "content_id"
        case startsAt = "starts_at"
        case endsAt = "ends_at"
        case graceUntil = "grace_until"
    }
}

extension Season {
    public static let schema = ResourceSchema(
        "seasons", idPrefix: "sea", history: .reversible, ownership: .field("game_id"),
        readScope: .catalogRead, writeScope: .catalogWrite,
        fields: [
            .game,
            Field("content_id", .reference("contents"), isFilterable: true, help: "the pass; null for none"),
            .name(example: "Season 1"),
            Field("starts_at", .time, isRequired: true, isFilterable: true, help: "when it begins"),
            Field(
                "ends_at", .time, isRequired: true, isFilterable: true, example: "2027-02-22T08:30:00.000000Z",
                help: "when it ends"),
            Field(
                "grace_until", .time, example: "2027-03-01T08:30:00.000000Z",
                help: "until when rewards can still be claimed; null for its end"),
            .scheduleState,
            Field(
                "tiers",
                .rows(RowList("season_tiers", max: Limits.seasonTiersMax, uniques: [["number"]], fields: tier)),
                default: [],
                help: "its steps"),
        ],
        rules: [.before("starts_at", "ends_at"), .before("ends_at", "grace_until")],
        help: "A time in which players rise through tiers that give rewards.")

    private static let tier = [
        Field("number", .int(1...1000), isRequired: true, help: "the tier's number"),
        Field(
            "xp", .int(0...Limits.wholeNumberMax), isRequired: true,
            help: "the XP at which it is reached, counted from the season's start"),
        .rewards("free", "season_tier_free_rewards", help: "what every player is given"),
        .rewards("premium", "season_tier_premium_rewards", help: "what players with the pass are given besides"),
    ]

    public static let award = VerbSchema(
        schema.name, "award", scope: .playersWrite, needsIdempotencyKey: true,
        fields: [
            .player(help: "who is given the XP"),
            Field("xp", .int(1...Limits.pointsAwardMax), isRequired: true, help: "XP to add"),
            .reason,
        ],
        answer: .rowOf("season_progress"), problems: [.notAvailable],
        help: "Adds XP to a player's progress.")
}
