/// One side of a transaction: what a wallet won or lost. The entries of a transaction sum to zero.
public struct LedgerEntry: Resource {
    /// The currency's.
    public var gameID: ResourceID?
    public var transactionID: String
    /// A player's id, or the name of an account of the system.
    public var wallet: String
    /// The player whose wallet it is; nil for one of the system.
    public var playerID: ResourceID?
    public var currencyID: ResourceID
    /// In the currency's smallest unit; negative when the wallet lost it.
    public var amount: Int64
    /// What the wallet has from then on, where that is kept.
    public var balanceAfter: Int64?

    enum CodingKeys: String, CodingKey {
        case wallet, amount
        case gameID = "game_id"
        case transactionID = "transaction_id"
        case playerID = "player_id"
        case currencyID = "currency_id"
        case balanceAfter = "balance_after"
    }

    public static let schema = ResourceSchema(
        "ledger_entries", idPrefix: "led", history: .byVerb,
        ownership: .parent(field: "currency_id", Currency.schema), readScope: .playersRead,
        writeScope: .playersWrite, players: .read(by: ["player_id"]),
        fields: [
            Field(
                "transaction_id", .text(max: 30), isRequired: true, change: .onCreate, isFilterable: true,
                help: "what its entries have in common; they sum to zero"),
            Field(
                "wallet", .text(max: 64), isRequired: true, change: .onCreate, isFilterable: true,
                help: "a player's id, or the name of an account of the system"),
            Field(
                "player_id", .reference("players"), change: .onCreate, isFilterable: true,
                help: "whose wallet it is; null for one of the system"),
            Field(
                "currency_id", .reference("currencies"), isRequired: true, change: .onCreate, isFilterable: true,
                help: "what was moved"),
            Field(
                "amount", .int(-Limits.wholeNumberMax...Limits.wholeNumberMax), isRequired: true, change: .onCreate,
                help: "how much the wallet won, in the smallest unit; negative when it lost it"),
            Field(
                "balance_after", .int(-Limits.wholeNumberMax...Limits.wholeNumberMax), change: .onCreate,
                help: "what the wallet had then, in the smallest unit, where that is kept"),
        ],
        help: "One side of a transaction: what a wallet won or lost.")
}
