import LiveOps
import Metadata
import PawlModel
import TestKit
import Testing

/// What a player has, how it is taken back, and how it is given on.
struct EntitlementTests {
    @Test func grant_givesWhatTheGameOffers_andTheOwnerUnlockedIt() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let bob = try await world.player("Bob")
            let sword = try await world.item()
            let granted = try await world.grant(sword, to: ann)
            #expect(granted.ownerID == ann.id && granted.unlockerID == ann.id && granted.itemID == sword.id)
            #expect(granted.quantity == 1 && granted.state == .active && granted.source == .init(.grant))
            #expect(granted.contentID == nil && granted.expiresAt == nil && granted.gameID == world.gameID)
            #expect(try await world.now(granted) == granted)
            #expect(try await world.events(of: granted.id) == ["entitlements.created"])
            let paid: Stored<Entitlement> = try await world.answer(
                of: Entitlement.grant, nil,
                ["owner_id": ann.json, "item_id": sword.json, "unlocker_id": bob.json])
            #expect(paid.ownerID == ann.id && paid.unlockerID == bob.id)
        }
    }

    @Test func grant_ofContentAndOfManyStackableThings() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let pass = try await world.make(
                Content(gameID: world.gameID, sku: "pass", name: "Pass", kind: .battlePass, state: .active))
            let potion = try await world.item("potion", stackable: true)
            let until = world.clock.now.advanced(bySeconds: 60)
            let first: Stored<Entitlement> = try await world.answer(
                of: Entitlement.grant, nil,
                ["owner_id": ann.json, "content_id": pass.json, "expires_at": .string(until.description)])
            #expect(first.contentID == pass.id && first.itemID == nil && first.expiresAt == until)
            let second: Stored<Entitlement> = try await world.answer(
                of: Entitlement.grant, nil, ["owner_id": ann.json, "item_id": potion.json, "quantity": 12])
            #expect(second.quantity == 12)
            for (field, good) in [("content_id", pass.json), ("item_id", try await world.item().json)] {
                let refused = try await problem {
                    try await world.call(
                        Entitlement.grant, nil, ["owner_id": ann.json, field: good, "quantity": 2])
                }
                #expect(refused.code == .invalid && refused.violations.map(\.pointer) == ["/quantity"])
            }
        }
    }

    @Test func grant_isRefused_whereThereIsNothingToGiveOrNobodyToTakeIt() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let banned = try await world.player("Eve", state: .banned)
            let sword = try await world.item()
            let other = try await world.make(Game(slug: "other", name: "Other"))
            let foreign = try await world.make(Item(gameID: other.id, sku: "s", name: "S", state: .active))
            let before = try await world.traces()
            func refused(_ body: JSONObject) async throws -> Problem {
                try await problem { try await world.call(Entitlement.grant, nil, body) }
            }
            #expect(try await refused(["owner_id": banned.json, "item_id": sword.json]).code == .notAvailable)
            let past = world.clock.now.description
            let late = try await refused([
                "owner_id": ann.json, "item_id": sword.json, "expires_at": .string(past),
            ])
            #expect(late.code == .invalid && late.violations.map(\.pointer) == ["/expires_at"])
            let elsewhere = try await refused(["owner_id": ann.json, "item_id": foreign.json])
            #expect(elsewhere.code == .invalid && elsewhere.violations.map(\.pointer) == ["/item_id"])
            #expect(try await refused(["owner_id": ann.json]).code == .invalid)
            #expect(try await world.traces() == before)
            for state in [CatalogState.draft, .retired] {
                let item = try await world.item(state.rawValue, state: state)
                #expect(try await refused(["owner_id": ann.json, "item_id": item.json]).code == .notAvailable)
            }
            #expect(try await world.all(Entitlement.self).isEmpty)
        }
    }

    @Test func revoke_takesBackOnce_andNotWhatIsGone() async throws {
        try await PlayWorld.with { world in
            let entitlement = try await world.grant(try await world.item(), to: try await world.player("Ann"))
            let revoked: Stored<Entitlement> = try await world.answer(
                of: Entitlement.revoke, entitlement.id, ["reason": "a mistake"])
            #expect(revoked.state == .revoked && revoked.revision == 2)
            #expect(
                try await world.events(of: entitlement.id)
                    == ["entitlements.created", "entitlements.updated", "entitlements.revoked"])
            let again: Stored<Entitlement> = try await world.answer(of: Entitlement.revoke, entitlement.id)
            #expect(again == revoked)
            try await world.force(entitlement, ["state": "consumed"])
            let consumed = try await problem { try await world.call(Entitlement.revoke, entitlement.id) }
            #expect(consumed.code == .wrongState && consumed.current?.object?["state"] == "consumed")
        }
    }

    @Test func transfer_changesTheOwner_andNotTheUnlocker() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let bob = try await world.player("Bob")
            let entitlement = try await world.grant(try await world.item(), to: ann)
            let given: Stored<Entitlement> = try await world.answer(
                of: Entitlement.transfer, entitlement.id, ["to_id": bob.json, "message": "For you"])
            #expect(given.ownerID == bob.id && given.unlockerID == ann.id && given.state == .active)
            #expect(try await world.now(given) == given)
            let told = try await world.database.read { sql in
                try sql.row("SELECT data FROM events WHERE type = 'entitlements.transferred'")!.text("data")
            }
            #expect(try JSONValue(parsing: told.utf8).object?["message"] == "For you")
        }
    }

    @Test func transfer_isRefused_forWhatCannotBeGiven() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let bob = try await world.player("Bob")
            let banned = try await world.player("Eve", state: .banned)
            let other = try await world.make(Game(slug: "other", name: "Other"))
            let stranger = try await world.make(Player(gameID: other.id, name: "Sue"))
            let entitlement = try await world.grant(try await world.item(), to: ann)
            let bound = try await world.grant(try await world.item("crown", giftable: false), to: ann)
            func refused(_ row: Stored<Entitlement>, _ to: Stored<Player>) async throws -> Problem {
                try await problem { try await world.call(Entitlement.transfer, row.id, ["to_id": to.json]) }
            }
            #expect(try await refused(bound, bob).code == .notGiftable)
            #expect(try await refused(entitlement, banned).code == .notAvailable)
            for player in [ann, stranger] {
                let problem = try await refused(entitlement, player)
                #expect(problem.code == .invalid && problem.violations.map(\.pointer) == ["/to_id"])
            }
            try await world.force(
                entitlement, ["expires_at": .string(world.clock.now.advanced(bySeconds: 5).description)])
            world.clock.advance(bySeconds: 5)
            #expect(try await refused(entitlement, bob).code == .wrongState)
            for state in Entitlement.State.allCases where state != .active {
                try await world.force(entitlement, ["state": .string(state.rawValue), "expires_at": .null])
                let problem = try await refused(entitlement, bob)
                #expect(problem.code == .wrongState)
                #expect(problem.current?.object?["state"] == .string(state.rawValue))
            }
        }
    }

    /// Random grants, transfers and revocations leave what a dictionary says, and what is refused leaves nothing.
    @Test func owners_areWhatANaiveModelSays() async throws {
        try await PlayWorld.with { world in
            var random = SeededGenerator(seed: testSeed)
            let items = [try await world.item("a"), try await world.item("b", giftable: false)]
            var players: [Stored<Player>] = []
            for name in ["Ann", "Bob", "Cid", "Dee"] { players.append(try await world.player(name)) }
            try await world.update(players[3], ["state": "banned"])
            var model: [ResourceID: Held] = [:]
            for _ in 0..<200 {
                let player = players.randomElement(using: &random)!
                guard let id = model.keys.sorted().randomElement(using: &random), let held = model[id],
                    Int.random(in: 0..<4, using: &random) > 0
                else {
                    let item = Int.random(in: 0..<2, using: &random)
                    if let row = try await unlessRefused({ try await world.grant(items[item], to: player) }) {
                        model[row.id] = Held(owner: player.id, unlocker: player.id, isGiftable: item == 0)
                        #expect(player.id != players[3].id, "seed \(testSeed)")
                    }
                    continue
                }
                if Int.random(in: 0..<8, using: &random) == 0 {
                    try await world.call(Entitlement.revoke, id)
                    model[id]?.isRevoked = true
                } else {
                    let isLegal =
                        held.isGiftable && !held.isRevoked && held.owner != player.id && player.id != players[3].id
                    let given = try await unlessRefused {
                        try await world.call(Entitlement.transfer, id, ["to_id": player.json])
                    }
                    #expect((given != nil) == isLegal, "seed \(testSeed)")
                    if given != nil { model[id]?.owner = player.id }
                }
            }
            let kept = try await world.all(Entitlement.self).map { row in
                (row.id, Held(row, isGiftable: row.itemID == items[0].id))
            }
            #expect(Dictionary(uniqueKeysWithValues: kept) == model, "seed \(testSeed)")
        }
    }

    private struct Held: Equatable {
        var owner: ResourceID
        var unlocker: ResourceID?
        var isGiftable: Bool
        var isRevoked = false

        init(owner: ResourceID, unlocker: ResourceID?, isGiftable: Bool) {
            self.owner = owner
            self.unlocker = unlocker
            self.isGiftable = isGiftable
        }

        init(_ row: Stored<Entitlement>, isGiftable: Bool) {
            self.init(owner: row.ownerID, unlocker: row.unlockerID, isGiftable: isGiftable)
            isRevoked = row.state == .revoked
        }
    }

    private func unlessRefused<Value>(_ body: () async throws -> Value) async throws -> Value? {
        do { return try await body() } catch is Problem { return nil }
    }
}
