/// An address that is told what happens.
public struct Webhook: Resource {
    /// The only game whose happenings are told; nil for all.
    public var gameID: ResourceID?
    public var url: String
    /// Types of events, or families of them; empty for all.
    public var events: [String]
    /// What the messages are signed with. It is sent, and never answered.
    public var secret: String?
    public var state: State

    public init(
        gameID: ResourceID? = nil, url: String, events: [String] = [], secret: String, state: State = .active
    ) {
        self.gameID = gameID
        self.url = url
        self.events = events
        self.secret = secret
        self.state = state
    }

    public enum State: String, Codable, Sendable, CaseIterable {
        case active, paused
    }

    enum CodingKeys: String, CodingKey {
        case url, events, secret, state
        case gameID = "game_id"
    }

    public static let schema = ResourceSchema(
        "webhooks", idPrefix: "whk", history: .reversible, ownership: .field("game_id"),
        readScope: .admin, writeScope: .admin,
        fields: [
            Field(
                "game_id", .reference("games"), change: .onCreate, isFilterable: true,
                help: "the only game whose happenings are told; null for all"),
            Field(
                "url", .text(max: 2000, rule: .httpURL), isRequired: true, example: "https://example.com/pawl",
                help: "where messages are sent to"),
            Field(
                "events", .list(.text(max: 100), max: 64), default: [], example: ["players"],
                help: "types of events, or families of them; empty for all"),
            Field(
                "secret", .text(max: 128, rule: .secret), isRequired: true, isWriteOnly: true,
                example: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", help: "what messages are signed with"),
            Field(
                "state", .choice(State.allCases.map(\.rawValue)), isFilterable: true, default: "active",
                help: "a paused one is sent nothing"),
        ],
        help: "An address that is told what happens.")
}
