/// A happening in a game, once or again and again, with what it opens.
public struct LiveEvent: Resource {
    public var gameID: ResourceID
    public var code: String
    public var name: String
    public var startsAt: Timestamp
    public var endsAt: Timestamp
    /// When it happens again: a recurrence rule of RFC 5545 §3.3.10.
    public var recurrence: String?
    public var timeZone: String
    public var phases: [Phase]
    public var seasonIDs: [ResourceID]
    public var leaderboardIDs: [ResourceID]
    public var packIDs: [ResourceID]
    public var contentIDs: [ResourceID]
    public var state: ScheduleState

    public init(
        gameID: ResourceID, code: String, name: String, startsAt: Timestamp, endsAt: Timestamp,
        recurrence: String? = nil, timeZone: String = "UTC", phases: [Phase] = [], seasonIDs: [ResourceID] = [],
        leaderboardIDs: [ResourceID] = [], packIDs: [ResourceID] = [], contentIDs: [ResourceID] = [],
        state: ScheduleState = .draft
    ) {
        self.gameID = gameID
        self.code = code
        self.name = name
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.recurrence = recurrence
        self.timeZone = timeZone
        self.phases = phases
        self.seasonIDs = seasonIDs
        self.leaderboardIDs = leaderboardIDs
        self.packIDs = packIDs
        self.contentIDs = contentIDs
        self.state = state
    }

    /// A part of the event's time.
    public struct Phase: Codable, Hashable, Sendable {
        public var name: String
        public var startsAt: Timestamp
        public var endsAt: Timestamp

        public init(name: String, startsAt: Timestamp, endsAt: Timestamp) {
            self.name = name
            self.startsAt = startsAt
            self.endsAt = endsAt
        }

        enum CodingKeys: String, CodingKey {
            case name
            case startsAt = "starts_at"
            case endsAt = "ends_at"
        }
    }

    enum CodingKeys: String, CodingKey {
        case code, name, recurrence, phases, state
        case gameID = "game_id"
        case startsAt = "starts_at"
        case endsAt = "ends_at"
        case timeZone = "time_zone"
        case seasonIDs = "season_ids"
        case leaderboardIDs = "leaderboard_ids"
        case packIDs = "pack_ids"
        case contentIDs = "content_ids"
    }
}

extension LiveEvent {
    public static let schema = ResourceSchema(
        "live_events", idPrefix: "evt", history: .reversible, ownership: .field("game_id"),
        readScope: .catalogRead, writeScope: .catalogWrite,
        fields: [
            .game,
            .code(example: "summer-2027"),
            .name(example: "Summer Games"),
            Field("starts_at", .time, isRequired: true, isFilterable: true, help: "when it begins"),
            Field(
                "ends_at", .time, isRequired: true, isFilterable: true, example: later,
                help: "when it ends, the first time if it recurs"),
            Field(
                "recurrence", .text(max: 500), example: "FREQ=WEEKLY;BYDAY=FR",
                help: "when it happens again, as a rule of RFC 5545; null for never"),
            .timeZone,
            Field("phases", .list(.object(phase), max: 32), default: [], help: "the parts of its time"),
            opened("season_ids", "live_event_seasons", "season_id", "seasons"),
            opened("leaderboard_ids", "live_event_leaderboards", "leaderboard_id", "leaderboards"),
            opened("pack_ids", "live_event_packs", "pack_id", "packs"),
            opened("content_ids", "live_event_contents", "content_id", "contents"),
            .scheduleState,
        ],
        uniques: [["game_id", "code"]],
        rules: [.before("starts_at", "ends_at")],
        help: "A happening in a game, once or again and again, with what it opens.")

    private static let later: JSONValue = "2026-11-29T08:30:00.000000Z"

    private static let phase = [
        Field("name", .text(max: 200), isRequired: true, example: "Finals", help: "its name for people"),
        Field("starts_at", .time, isRequired: true, help: "when it begins"),
        Field("ends_at", .time, isRequired: true, example: later, help: "when it ends"),
    ]

    /// The ids of what of one resource the event opens.
    private static func opened(_ name: String, _ table: String, _ column: String, _ resource: String) -> Field {
        let element = Field(column, .reference(resource), isRequired: true, help: "what it opens")
        return Field(
            name, .rows(RowList(table, max: Limits.liveEventReferencesMax, of: element)), default: [],
            help: "the \(resource) it opens")
    }
}
