import PawlModel
import Testing

struct RewardTests {
    private static let id = ResourceID(prefix: "itm", value: 7)
    private static let text = JSONValue.string(id.description)

    private static let forms: [(reward: Reward, wire: JSONObject)] = [
        (.item(id, quantity: 2), ["item_id": text, "quantity": 2]),
        (.content(id, quantity: 1), ["content_id": text, "quantity": 1]),
        (.currency(id, amount: Limits.wholeNumberMax), ["currency_id": text, "amount": .int(Limits.wholeNumberMax)]),
        (.points(500), ["points": 500]),
    ]

    /// A verb that takes a reward, to look at it as a request is looked at.
    private static let verb = VerbSchema(
        "x", "give", scope: .admin,
        fields: [Field("reward", .rows(.rewards("x_rewards")), default: [], help: "what is given")], help: "Gives.")

    @Test func eachForm_isCodedAsOnTheWire() throws {
        for (reward, wire) in Self.forms {
            #expect(try JSONValue(reward) == .object(wire))
            #expect(try JSONValue.object(wire).decoded(as: Reward.self) == reward)
            // As a row holds it, with a null for each column that is not used.
            let row = try Self.verb.input(from: ["reward": [.object(wire)]])
            guard case .array(let elements)? = row["reward"] else { return #expect(Bool(false), "\(row)") }
            #expect(elements[0].object?.count == 6)
            #expect(try elements.map { try $0.decoded(as: Reward.self) } == [reward])
        }
    }

    @Test(
        arguments: [
            [:], ["quantity": 1], ["item_id": text], ["item_id": text, "amount": 1],
            ["item_id": text, "quantity": 1, "points": 1], ["item_id": text, "quantity": 1, "amount": 1],
            ["item_id": text, "content_id": text, "quantity": 1], ["currency_id": text],
            ["currency_id": text, "quantity": 1], ["currency_id": text, "amount": 1, "quantity": 1],
            ["points": 1, "quantity": 1], ["points": 1, "amount": 1], ["points": 0],
            ["currency_id": text, "amount": 0],
            ["item_id": text, "quantity": 1_000_001], ["points": 1, "item": text],
        ] as [JSONObject])
    func otherForms_areRefused(_ element: JSONObject) throws {
        let problem = try #require(throws: Problem.self) { try Self.verb.input(from: ["reward": [.object(element)]]) }
        #expect(problem.violations.allSatisfy { $0.pointer.hasPrefix("/reward/0/") }, "\(problem.violations)")
    }

    @Test func objectsOfNoForm_areNotDecoded() {
        for text in ["{}", "{\"item_id\":\"\(Self.id)\"}", "{\"currency_id\":\"\(Self.id)\",\"quantity\":1}", "7"] {
            #expect(throws: DecodingError.self) {
                try JSONValue(parsing: text.utf8).decoded(as: Reward.self)
            }
        }
    }
}
