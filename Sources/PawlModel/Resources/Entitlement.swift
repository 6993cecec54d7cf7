/// A player has an item or a content.
public struct Entitlement: Resource {
    /// The owner's.
    public var gameID: ResourceID?
    /// Who has it.
    public var ownerID: ResourceID
    /// Who paid for it, or earned it; it stays when the owner changes.
    public var unlockerID: ResourceID?
    public var itemID: ResourceID?
    public var contentID: ResourceID?
    public var quantity: Int64
    public var state: State
    public var source: Source
    public var expiresAt: Timestamp?

    public enum State: String, Codable, Sendable, CaseIterable {
        case active
        /// On offer as a gift.
        case held
        case consumed, revoked, expired
    }

    /// Where it came from.
    public struct Source: Codable, Hashable, Sendable {
        public var kind: Kind
        /// The id of the purchase, the gift or what gave the reward.
        public var id: String?

        public init(_ kind: Kind, id: String? = nil) {
            self.kind = kind
            self.id = id
        }

        enum CodingKeys: String, CodingKey { case kind, id }

        /// An absent id is written as null, as everywhere in an answer.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(kind, forKey: .kind)
            try container.encode(id, forKey: .id)
        }

        public enum Kind: String, Codable, Sendable, CaseIterable {
            case purchase, gift, reward, grant
        }
    }

    enum CodingKeys: String, CodingKey {
        case quantity, state, source
        case gameID = "game_id"
        case ownerID = "owner_id"
        case unlockerID = "unlocker_id"
        case itemID = "item_id"
        case contentID = "content_id"
        case expiresAt = "expires_at"
    }
}

extension Entitlement {
    public static let schema = ResourceSchema(
        "entitlements", idPrefix: "ent", history: .byVerb,
        ownership: .parent(field: "owner_id", Player.schema), readScope: .playersRead, writeScope: .playersWrite,
        players: .read(by: ["owner_id"]),
        fields: [
            // The transfer changes it; both players are of one game.
            .player("owner_id", change: .free, help: "who has it"),
            unlocker,
            item,
            content,
            .quantity,
            Field(
                "state", .choice(State.allCases.map(\.rawValue)), isFilterable: true, default: "active",
                help: "what became of it"),
            Field("source", .object(source), isRequired: true, change: .onCreate, help: "where it came from"),
            expiry,
        ],
        rules: [oneThing],
        help: "A player has an item or a content.")

    private static let unlocker = Field(
        "unlocker_id", .reference("players"), change: .onCreate, isFilterable: true,
        help: "who paid for it or earned it; the owner, unless given")
    private static let item = Field(
        "item_id", .reference("items"), change: .onCreate, isFilterable: true, help: "an item, or else")
    private static let content = Field(
        "content_id", .reference("contents"), change: .onCreate, isFilterable: true, help: "a content")
    private static let expiry = Field(
        "expires_at", .time, isFilterable: true, help: "when the player has it no more; null for never")
    private static let oneThing = FieldRule.exactlyOne(["item_id", "content_id"])

    private static let source = [
        Field("kind", .choice(Source.Kind.allCases.map(\.rawValue)), isRequired: true, help: "what gave it"),
        Field("id", .text(max: 64), help: "the id of the purchase, the gift or what gave the reward"),
    ]

    public static let grant = VerbSchema(
        schema.name, "", scope: .playersWrite, needsIdempotencyKey: true,
        fields: [.player("owner_id", help: "who is given it"), unlocker, item, content, .quantity, expiry],
        rules: [oneThing], problems: [.notAvailable],
        help: "Gives a player an item or a content.")

    public static let revoke = VerbSchema(
        schema.name, "revoke", scope: .playersWrite, fields: [.reason], problems: [.wrongState],
        help: "Takes it away; it stays in the player's history.")

    public static let transfer = VerbSchema(
        schema.name, "transfer", scope: .playersWrite, needsIdempotencyKey: true,
        fields: [
            .player("to_id", help: "who has it from now on"),
            Field("message", .text(max: 200), help: "words for the new owner"),
        ],
        problems: [.wrongState, .notGiftable, .notAvailable],
        help: "Gives it to another player of the game; who unlocked it stays the same.")
}
