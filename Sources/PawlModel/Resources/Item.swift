/// A thing that players have: a potion, a sword.
public struct Item: Resource {
    public var gameID: ResourceID
    public var sku: String
    public var name: String
    public var description: String?
    public var iconAssetID: ResourceID?
    /// Whether what a player has of it is counted rather than listed.
    public var stackable: Bool
    public var giftable: Bool
    public var state: CatalogState
    public var metadata: JSONValue

    public init(
        gameID: ResourceID, sku: String, name: String, description: String? = nil, iconAssetID: ResourceID? = nil,
        stackable: Bool = false, giftable: Bool = true, state: CatalogState = .draft, metadata: JSONValue = [:]
    ) {
        self.gameID = gameID
        self.sku = sku
        self.name = name
        self.description = description
        self.iconAssetID = iconAssetID
        self.stackable = stackable
        self.giftable = giftable
        self.state = state
        self.metadata = metadata
    }

    enum CodingKeys: String, CodingKey {
        case sku, name, description, stackable, giftable, state, metadata
        case gameID = "game_id"
        case iconAssetID = "icon_asset_id"
    }

    public static let schema = ResourceSchema(
        "items", idPrefix: "itm", history: .reversible, ownership: .field("game_id"),
        readScope: .catalogRead, writeScope: .catalogWrite,
        fields: [
            .game,
            .sku(example: "potion.small"),
            .name(example: "Small Potion"),
            .description,
            Field("icon_asset_id", .reference("assets"), isFilterable: true, help: "the asset that shows it"),
            Field(
                "stackable", .bool, default: false, help: "whether what a player has of it is counted, not listed"),
            .giftable,
            .catalogState,
            Field(
                "metadata", .json(maxBytes: Limits.metadataSizeMax), default: [:],
                help: "free for the studio's own use"),
        ],
        uniques: [["game_id", "sku"]],
        help: "A thing that players have, such as a potion or a sword.")
}
