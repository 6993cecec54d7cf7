/// One element of what is given: a list of them is a reward, and has the same shape wherever there is one.
///
/// On the wire it is an object with exactly one of `item_id`, `content_id`, `currency_id` and `points`; beside the
/// first two stands a `quantity`, beside the third an `amount`.
public enum Reward: Hashable, Sendable {
    case item(ResourceID, quantity: Int64)
    case content(ResourceID, quantity: Int64)
    case currency(ResourceID, amount: Int64)
    case points(Int64)
}

extension RowList {
    /// A reward whose elements are rows of `table`.
    public static func rewards(_ table: String) -> RowList {
        RowList(
            table, max: Limits.rewardMax,
            rules: [
                .exactlyOne(["item_id", "content_id", "currency_id", "points"]),
                // Together with the first rule: a quantity is told of items and contents, and an amount of currencies.
                .exactlyOne(["quantity", "currency_id", "points"]),
                .exactlyOne(["amount", "item_id", "content_id", "points"]),
            ],
            fields: [
                Field("item_id", .reference("items"), help: "the item given"),
                Field("content_id", .reference("contents"), help: "the content given"),
                Field("quantity", .int(1...Limits.quantityMax), help: "how many of the item or content"),
                Field("currency_id", .reference("currencies"), help: "the currency given"),
                Field(
                    "amount", .int(1...Limits.wholeNumberMax),
                    help: "how much of the currency, in its smallest unit"),
                Field("points", .int(1...Limits.pointsAwardMax), help: "points given"),
            ])
    }
}

extension Field {
    /// A field that holds a reward, none by default.
    static func rewards(_ name: String, _ table: String, help: String) -> Field {
        Field(name, .rows(.rewards(table)), default: [], help: help)
    }
}

extension Reward: Codable {
    private enum CodingKeys: String, CodingKey {
        case quantity, amount, points
        case itemID = "item_id"
        case contentID = "content_id"
        case currencyID = "currency_id"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let id = try container.decodeIfPresent(ResourceID.self, forKey: .itemID) {
            self = .item(id, quantity: try container.decode(Int64.self, forKey: .quantity))
        } else if let id = try container.decodeIfPresent(ResourceID.self, forKey: .contentID) {
            self = .content(id, quantity: try container.decode(Int64.self, forKey: .quantity))
        } else if let id = try container.decodeIfPresent(ResourceID.self, forKey: .currencyID) {
            self = .currency(id, amount: try container.decode(Int64.self, forKey: .amount))
        } else {
            self = .points(try container.decode(Int64.self, forKey: .points))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .item(let id, let quantity):
            try container.encode(id, forKey: .itemID)
            try container.encode(quantity, forKey: .quantity)
        case .content(let id, let quantity):
            try container.encode(id, forKey: .contentID)
            try container.encode(quantity, forKey: .quantity)
        case .currency(let id, let amount):
            try container.encode(id, forKey: .currencyID)
            try container.encode(amount, forKey: .amount)
        case .points(let points):
            try container.encode(points, forKey: .points)
        }
    }
}
