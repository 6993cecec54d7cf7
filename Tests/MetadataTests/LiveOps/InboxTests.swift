import LiveOps
import Metadata
import PawlModel
import TestKit
import Testing

struct InboxTests {
    private func send(
        _ rewards: JSONValue, to player: Stored<Player>, expiresAt: Timestamp? = nil, in world: PlayWorld
    ) async throws -> Stored<InboxMessage> {
        try await world.answer(
            of: InboxMessage.send, nil,
            [
                "player_id": player.json, "kind": "welcome", "body": ["title": "Hello"], "rewards": rewards,
                "expires_at": expiresAt.map { .string($0.description) } ?? .null,
            ])
    }

    @Test func claim_givesWhatCameWithTheMessage() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let potion = try await world.item("potion", stackable: true)
            let message = try await send(
                [["item_id": potion.json, "quantity": 3], ["points": 9], ["points": 1]], to: ann, in: world)
            #expect(message.claimedAt == nil && message.rewards.count == 3 && message.gameID == world.gameID)
            #expect(try await world.all(Entitlement.self).isEmpty)
            let claimed: Stored<InboxMessage> = try await world.answer(of: InboxMessage.claim, message.id)
            #expect(claimed.claimedAt == world.clock.now && claimed.rewards == message.rewards)
            #expect(try await world.now(message) == claimed)
            #expect(try await world.now(ann).points == 10)
            let given = try await world.all(Entitlement.self)
            #expect(given.map(\.quantity) == [3] && given[0].ownerID == ann.id)
            #expect(given[0].source == .init(.reward, id: message.id.description))
            #expect(
                try await world.events(of: message.id)
                    == ["inbox_messages.created", "inbox_messages.updated", "inbox_messages.claimed"])
        }
    }

    /// A player reads her inbox and nothing of the catalog, and yet is given what it brings.
    @Test func player_claimsHerOwn_andNobodyElses() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let bob = try await world.player("Bob")
            let sword = try await world.item()
            let gold = try await world.make(Currency(gameID: world.gameID, code: "GLD", initial: 3))
            let message = try await send(
                [
                    ["item_id": sword.json, "quantity": 1], ["currency_id": gold.json, "amount": 2], ["points": 1],
                ], to: ann, in: world)
            let other = Caller.player(bob.id, of: world.gameID)
            #expect(
                try await problem { try await world.call(InboxMessage.claim, message.id, by: other) }.code == .notFound)
            try await world.call(InboxMessage.claim, message.id, by: .player(ann.id, of: world.gameID))
            #expect(try await world.all(Entitlement.self).map(\.ownerID) == [ann.id])
            #expect(try await world.all(LedgerEntry.self).count == 4)
        }
    }

    @Test func fiftyClaims_giveOnce() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let sword = try await world.item()
            let message = try await send(
                [["item_id": sword.json, "quantity": 1], ["points": 10]], to: ann, in: world)
            let codes = try await withThrowingTaskGroup(of: ProblemCode?.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        do {
                            try await world.call(InboxMessage.claim, message.id)
                            return nil
                        } catch let problem as Problem {
                            return problem.code
                        }
                    }
                }
                return try await group.reduce(into: [ProblemCode?]()) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 1 && codes.count { $0 == .wrongState } == 49)
            #expect(try await world.now(ann).points == 10)
            #expect(try await world.all(Entitlement.self).count == 1)
        }
    }

    @Test func claim_isRefused_whenLateOrBanned_andDryRunsGiveNothing() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let soon = world.clock.now.advanced(bySeconds: 10)
            let message = try await send([["points": 10]], to: ann, expiresAt: soon, in: world)
            let traces = try await world.traces()
            let dry: Stored<InboxMessage> = try await world.answer(
                of: InboxMessage.claim, message.id, validateOnly: true)
            #expect(dry.claimedAt != nil)
            #expect(try await world.traces() == traces)
            try await world.update(ann, ["state": "banned"])
            func refused() async throws -> ProblemCode {
                try await problem { try await world.call(InboxMessage.claim, message.id) }.code
            }
            #expect(try await refused() == .notAvailable)
            try await world.update(ann, ["state": "active"])
            world.clock.advance(bySeconds: 10)
            #expect(try await refused() == .notAvailable)
            #expect(try await world.now(ann).points == 0)
        }
    }

    @Test func send_isRefused_withWhatCannotBeKept() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let eve = try await world.player("Eve", state: .banned)
            let sword = try await world.item()
            let other = try await world.make(Game(slug: "other", name: "Other"))
            let foreign = try await world.make(Item(gameID: other.id, sku: "s", name: "S", state: .active))
            func refused(_ rewards: JSONValue, expiresAt: Timestamp? = nil) async throws -> [String] {
                let refused = try await problem { try await send(rewards, to: ann, expiresAt: expiresAt, in: world) }
                #expect(refused.code == .invalid)
                return refused.violations.map(\.pointer)
            }
            #expect(try await problem { try await send([], to: eve, in: world) }.code == .notAvailable)
            #expect(try await refused([], expiresAt: world.clock.now) == ["/expires_at"])
            let one: JSONValue = ["points": 1]
            #expect(try await refused([one, ["item_id": sword.json, "quantity": 2]]) == ["/rewards/1/quantity"])
            #expect(try await refused([["item_id": foreign.json, "quantity": 1]]) == ["/rewards/0/item_id"])
            #expect(try await refused([one, [:]]).first?.hasPrefix("/rewards/1") == true)
            #expect(try await world.all(InboxMessage.self).isEmpty)
        }
    }
}
