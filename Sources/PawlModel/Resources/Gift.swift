/// Something that one player offers to another one.
public struct Gift: Resource {
    /// The giver's.
    public var gameID: ResourceID?
    public var fromID: ResourceID
    public var toID: ResourceID
    public var entitlementID: ResourceID?
    public var purchaseID: ResourceID?
    public var message: String?
    public var state: State
    /// Until when it can be accepted.
    public var expiresAt: Timestamp?

    public enum State: String, Codable, Sendable, CaseIterable {
        case offered, accepted, declined, cancelled, expired
    }

    enum CodingKeys: String, CodingKey {
        case message, state
        case gameID = "game_id"
        case fromID = "from_id"
        case toID = "to_id"
        case entitlementID = "entitlement_id"
        case purchaseID = "purchase_id"
        case expiresAt = "expires_at"
    }

    public static let schema = ResourceSchema(
        "gifts", idPrefix: "gif", history: .byVerb,
        ownership: .parent(field: "from_id", Player.schema), readScope: .playersRead, writeScope: .playersWrite,
        players: .read(by: ["from_id", "to_id"]),
        fields: [
            .player("from_id", help: "who gives it"),
            .player("to_id", help: "who is to get it"),
            Field(
                "entitlement_id", .reference("entitlements"), change: .onCreate, isFilterable: true,
                help: "what the giver had, or else"),
            Field(
                "purchase_id", .reference("purchases"), change: .onCreate, isFilterable: true,
                help: "what the giver bought for it"),
            Field("message", .text(max: 200), change: .onCreate, help: "words for who gets it"),
            Field(
                "state", .choice(State.allCases.map(\.rawValue)), isFilterable: true, default: "offered",
                help: "what became of it"),
            Field("expires_at", .time, isFilterable: true, help: "until when it can be accepted; null for ever"),
        ],
        rules: [.exactlyOne(["entitlement_id", "purchase_id"])],
        help: "Something that one player offers to another one.")
}
