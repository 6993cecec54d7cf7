/// What a pack is paid with. Amounts are whole numbers of its smallest unit.
public struct Currency: Resource {
    public var gameID: ResourceID
    public var code: String
    public var name: String?
    public var kind: Kind
    /// Digits behind the point when an amount is shown.
    public var decimals: Int64
    /// What a new player has of it.
    public var initial: Int64
    /// The most that a player can have; nil for any amount.
    public var max: Int64?

    public init(
        gameID: ResourceID, code: String, name: String? = nil, kind: Kind = .virtual, decimals: Int64 = 0,
        initial: Int64 = 0, max: Int64? = nil
    ) {
        self.gameID = gameID
        self.code = code
        self.name = name
        self.kind = kind
        self.decimals = decimals
        self.initial = initial
        self.max = max
    }

    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// It is only worth something in the game.
        case virtual
        /// Money.
        case real
    }

    enum CodingKeys: String, CodingKey {
        case code, name, kind, decimals, initial, max
        case gameID = "game_id"
    }

    public static let schema = ResourceSchema(
        "currencies", idPrefix: "cur", history: .reversible, ownership: .field("game_id"),
        readScope: .catalogRead, writeScope: .catalogWrite,
        fields: [
            .game,
            .code(max: 16, example: "GEM"),
            Field("name", .text(max: 200), example: "Gems", help: "its name for people"),
            Field(
                "kind", .choice(Kind.allCases.map(\.rawValue)), change: .onCreate, isFilterable: true,
                default: "virtual", help: "money, or worth something in the game only"),
            Field(
                "decimals", .int(0...9), change: .onCreate, default: 0,
                help: "digits behind the point when an amount is shown"),
            Field(
                "initial", .int(0...Limits.wholeNumberMax), default: 0,
                help: "what a new player has, in the smallest unit"),
            Field(
                "max", .int(1...Limits.wholeNumberMax),
                help: "the most a player can have, in the smallest unit; null for any amount"),
        ],
        uniques: [["game_id", "code"]],
        rules: [.atMost("initial", "max")],
        help: "What a pack is paid with; amounts are whole numbers of its smallest unit.")
}
