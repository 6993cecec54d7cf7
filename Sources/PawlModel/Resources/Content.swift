/// A part of the game that players unlock, a battle pass among it.
public struct Content: Resource {
    public var gameID: ResourceID
    public var sku: String
    public var name: String
    public var description: String?
    public var kind: Kind
    /// What an entitled player may download.
    public var assetID: ResourceID?
    /// The asset's channel whose version that is; nil for the newest one.
    public var channel: String?
    public var giftable: Bool
    public var state: CatalogState

    public init(
        gameID: ResourceID, sku: String, name: String, description: String? = nil, kind: Kind,
        assetID: ResourceID? = nil, channel: String? = nil, giftable: Bool = true, state: CatalogState = .draft
    ) {
        self.gameID = gameID
        self.sku = sku
        self.name = name
        self.description = description
        self.kind = kind
        self.assetID = assetID
        self.channel = channel
        self.giftable = giftable
        self.state = state
    }

    public enum Kind: String, Codable, Sendable, CaseIterable {
        case battlePass = "battle_pass"
        case level, cosmetic, other
    }

    enum CodingKeys: String, CodingKey {
        case sku, name, description, kind, channel, giftable, state
        case gameID = "game_id"
        case assetID = "asset_id"
    }

    public static let schema = ResourceSchema(
        "contents", idPrefix: "cnt", modelVersion: 2, history: .reversible, ownership: .field("game_id"),
        readScope: .catalogRead, writeScope: .catalogWrite,
        fields: [
            .game,
            .sku(example: "pass.season-1"),
            .name(example: "Season 1 Pass"),
            .description,
            Field(
                "kind", .choice(Kind.allCases.map(\.rawValue)), isRequired: true, isFilterable: true,
                help: "what is unlocked"),
            Field("asset_id", .reference("assets"), isFilterable: true, help: "what an entitled player may download"),
            Field(
                "channel", .text(max: 64, rule: .channelName), example: "live",
                help: "the asset's channel whose version that is; null for the newest one"),
            .giftable,
            .catalogState,
        ],
        uniques: [["game_id", "sku"]],
        help: "A part of the game that players unlock, a battle pass among it.")
}
