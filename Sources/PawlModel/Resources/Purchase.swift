/// A pack that was bought: what for, by whom and for whom.
public struct Purchase: Resource {
    /// The player's.
    public var gameID: ResourceID?
    /// Who paid.
    public var playerID: ResourceID
    public var packID: ResourceID
    public var quantity: Int64
    /// What it was paid with; nil when it was free.
    public var currencyID: ResourceID?
    /// In the currency's smallest unit, for all of them.
    public var amount: Int64
    /// Who gets it; nil for who paid.
    public var recipientID: ResourceID?
    /// What proves a payment made elsewhere.
    public var receipt: String?
    public var state: State

    public enum State: String, Codable, Sendable, CaseIterable {
        case done, refunded
    }

    enum CodingKeys: String, CodingKey {
        case quantity, amount, receipt, state
        case gameID = "game_id"
        case playerID = "player_id"
        case packID = "pack_id"
        case currencyID = "currency_id"
        case recipientID = "recipient_id"
    }

    public static let schema = ResourceSchema(
        "purchases", idPrefix: "pur", history: .byVerb,
        ownership: .parent(field: "player_id", Player.schema), readScope: .playersRead, writeScope: .playersWrite,
        players: .read(by: ["player_id"]),
        fields: [
            .player(help: "who paid"),
            Field(
                "pack_id", .reference("packs"), isRequired: true, change: .onCreate, isFilterable: true,
                help: "what was bought"),
            Field(
                "quantity", .int(1...Limits.quantityMax), change: .onCreate, default: 1, help: "how many of it"),
            Field(
                "currency_id", .reference("currencies"), change: .onCreate, isFilterable: true,
                help: "what it was paid with; null when it was free"),
            Field(
                "amount", .int(0...Limits.wholeNumberMax), change: .onCreate, default: 0,
                help: "what it cost in all, in the currency's smallest unit"),
            Field(
                "recipient_id", .reference("players"), change: .onCreate, isFilterable: true,
                help: "who gets it; null for who paid"),
            Field(
                "receipt", .text(max: 255), change: .onCreate, isFilterable: true,
                help: "what proves a payment made elsewhere, such as a shop's order number; it counts once"),
            Field(
                "state", .choice(State.allCases.map(\.rawValue)), isFilterable: true, default: "done",
                help: "whether it was given back"),
        ],
        uniques: [["receipt"]],
        help: "A pack that was bought: what for, by whom and for whom.")
}
