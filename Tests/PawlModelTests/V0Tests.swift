import PawlModel
import TestKit
import Testing

/// V0 and back: what a client of V0 sent is what it reads, and nothing that only today's model knows is lost on the way.
struct V0Tests {
    private static let game = V0Game(
        id: ResourceID(prefix: "gam", value: 1), currencyID: ResourceID(prefix: "cur", value: 1))

    /// `down(up(x)) == x`, for payloads of every resource as its declaration takes them.
    @Test(arguments: V0.resources.map(\.name))
    func payload_comesBackAsItWasSent(_ name: String) throws {
        let resource = try #require(V0.resources.first { $0.name == name })
        var generator = SeededGenerator(seed: testSeed)
        for round in 0..<200 {
            let place: Comment = "\(name), round \(round), seed \(testSeed)"
            let payload = try resource.creation(from: Self.payload(of: resource, &generator))
            let (row, account) = resource.up(payload, in: Self.game)
            #expect(
                resource.down(row, account: account, in: Self.game).filter { payload[$0.key] != nil } == payload, place)
        }
    }

    /// A change by V0 of one field changes that field as V0 sees it, and leaves all that V0 does not see.
    @Test func change_leavesWhatV0DoesNotKnow() {
        let (one, two): (JSONValue, JSONValue) = ("itm_00000000000000000000000001", "itm_00000000000000000000000002")
        let euro: JSONValue = ["currency_id": "cur_00000000000000000000000009", "amount": 4]
        let pack: JSONObject = [
            "name": "P", "sku": "s", "limit_per_player": 3, "prices": [euro],
            "entries": [["item_id": one, "content_id": .null, "quantity": 5]],
        ]
        let priced = V0.packs.up(["price": 950], over: pack, in: Self.game).row
        #expect(priced == ["prices": [euro, ["currency_id": .string("\(Self.game.currencyID!)"), "amount": 950]]])
        let packed = V0.packs.up(["items": [two, one]], over: pack, in: Self.game).row
        #expect(
            packed == ["entries": [["item_id": two], ["item_id": one, "content_id": .null, "quantity": 5]]])
        let after = pack.merging(priced) { $1 }.merging(packed) { $1 }
        let seen = V0.packs.down(after, in: Self.game)
        #expect(seen["price"] == 950 && seen["items"] == [two, one] && seen["name"] == "P")
        #expect(V0.packs.up(["price": .null], over: after, in: Self.game).row == ["prices": [euro]])

        let goal: JSONObject = [
            "name": "W", "reward": [["points": 2], ["item_id": one, "quantity": 1], ["points": 3]],
        ]
        #expect(V0.accomplishments.down(goal, in: Self.game)["point"] == 5)
        #expect(V0.accomplishments.up(["point": 5], over: goal, in: Self.game).row == [:])
        let more = V0.accomplishments.up(["point": 7], over: goal, in: Self.game).row
        #expect(more == ["reward": [["item_id": one, "quantity": 1], ["points": 7]]])
        #expect(
            V0.accomplishments.up(["point": 0], over: goal, in: Self.game).row
                == ["reward": [["item_id": one, "quantity": 1]]])
    }

    @Test func problem_namesV0sFields() {
        let problem = Problem.invalid(
            "players", [.init("/points", "a"), .init("/prices/0/amount", "b"), .init("/x", "c")])
        #expect(
            V0.users.down(problem, in: Self.game).violations.map(\.pointer) == ["/point", "/prices/0/amount", "/x"])
        #expect(V0.packs.down(problem, in: Self.game).violations.map(\.pointer)[1] == "/price")
    }

    private static func payload(of resource: V0Resource, _ generator: inout SeededGenerator) -> JSONObject {
        var payload: JSONObject = [:]
        for field in resource.declaration where field.change != .byServer {
            guard field.isRequired || Bool.random(using: &generator) else { continue }
            payload[field.name] = value(of: field.type, field, &generator)
        }
        return payload
    }

    private static func value(of type: FieldType, _ field: Field, _ generator: inout SeededGenerator) -> JSONValue {
        switch type {
        case .int(let range): return .int(Int64.random(in: range, using: &generator))
        case .reference(let resource):
            let prefix = field.name == "pack_id" ? "pck" : String(resource.prefix(3))
            return .string("\(ResourceID(prefix: prefix, value: UInt128(generator.next())))")
        case .list(let element, _):
            return .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in value(of: element, field, &generator) })
        default: return field.example ?? .string("text \(generator.next())")
        }
    }
}
