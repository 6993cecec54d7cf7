/// What the studio sells or gives: items and contents together, with a price in one currency or more.
public struct Pack: Resource {
    public var gameID: ResourceID
    public var sku: String
    public var name: String
    public var description: String?
    public var state: CatalogState
    public var availableFrom: Timestamp?
    public var availableUntil: Timestamp?
    public var giftable: Bool
    public var entries: [Entry]
    /// What it costs: any one of them.
    public var prices: [Price]
    /// How many one player can buy; nil for any number.
    public var limitPerPlayer: Int64?

    public init(
        gameID: ResourceID, sku: String, name: String, description: String? = nil, state: CatalogState = .draft,
        availableFrom: Timestamp? = nil, availableUntil: Timestamp? = nil, giftable: Bool = true,
        entries: [Entry] = [], prices: [Price] = [], limitPerPlayer: Int64? = nil
    ) {
        self.gameID = gameID
        self.sku = sku
        self.name = name
        self.description = description
        self.state = state
        self.availableFrom = availableFrom
        self.availableUntil = availableUntil
        self.giftable = giftable
        self.entries = entries
        self.prices = prices
        self.limitPerPlayer = limitPerPlayer
    }

    /// An item or a content, and how many of it.
    public struct Entry: Codable, Hashable, Sendable {
        public var itemID: ResourceID?
        public var contentID: ResourceID?
        public var quantity: Int64

        public init(itemID: ResourceID, quantity: Int64 = 1) {
            self.itemID = itemID
            self.quantity = quantity
        }

        public init(contentID: ResourceID, quantity: Int64 = 1) {
            self.contentID = contentID
            self.quantity = quantity
        }

        enum CodingKeys: String, CodingKey {
            case quantity
            case itemID = "item_id"
            case contentID = "content_id"
        }
    }

    /// What it costs in one currency.
    public struct Price: Codable, Hashable, Sendable {
        public var currencyID: ResourceID
        /// In the currency's smallest unit.
        public var amount: Int64

        public init(currencyID: ResourceID, amount: Int64) {
            self.currencyID = currencyID
            self.amount = amount
        }

        enum CodingKeys: String, CodingKey {
            case amount
            case currencyID = "currency_id"
        }
    }

    enum CodingKeys: String, CodingKey {
        case sku, name, description, state, giftable, entries, prices
        case gameID = "game_id"
        case availableFrom = "available_from"
        case availableUntil = "available_until"
        case limitPerPlayer = "limit_per_player"
    }
}

extension Pack {
    public static let schema = ResourceSchema(
        "packs", idPrefix: "pck", history: .reversible, ownership: .field("game_id"),
        readScope: .catalogRead, writeScope: .catalogWrite,
        fields: [
            .game,
            .sku(example: "starter"),
            .name(example: "Starter Pack"),
            .description,
            .catalogState,
            Field("available_from", .time, isFilterable: true, help: "from when on it is sold; null for always"),
            Field("available_until", .time, isFilterable: true, help: "until when it is sold; null for ever"),
            .giftable,
            Field(
                "entries",
                .rows(
                    RowList(
                        "pack_entries", max: 100, rules: [.exactlyOne(["item_id", "content_id"])], fields: entry)),
                default: [], help: "what is in it"),
            Field(
                "prices",
                .rows(RowList("pack_prices", max: 16, uniques: [["currency_id"]], fields: price)),
                default: [], help: "what it costs: any one of them"),
            Field(
                "limit_per_player", .int(1...Limits.wholeNumberMax),
                help: "how many one player can buy; null for any number"),
        ],
        uniques: [["game_id", "sku"]],
        rules: [.before("available_from", "available_until")],
        help: "What the studio sells or gives: items and contents together, with prices.")

    private static let entry = [
        Field("item_id", .reference("items"), help: "an item, or else"),
        Field("content_id", .reference("contents"), help: "a content"),
        .quantity,
    ]

    private static let price = [
        Field("currency_id", .reference("currencies"), isRequired: true, help: "what it is paid with"),
        Field(
            "amount", .int(0...Limits.wholeNumberMax), isRequired: true, help: "how much, in the smallest unit"),
    ]
}
