import LiveOps
import Metadata
import PawlModel
import TestKit
import Testing

struct AccomplishmentTests {
    private func reach(
        _ accomplishment: Stored<Accomplishment>, _ player: Stored<Player>, _ progress: Int64? = nil,
        in world: PlayWorld
    ) async throws -> Stored<PlayerAccomplishment> {
        try await world.answer(
            of: Accomplishment.reach, accomplishment.id,
            ["player_id": player.json, "progress": progress.map { .int($0) } ?? .null])
    }

    private func make(
        _ code: String, goal: Int64 = 1, points: Int64 = 0, repeatable: Bool = false, requires: [ResourceID] = [],
        reward: [Reward] = [], in world: PlayWorld
    ) async throws -> Stored<Accomplishment> {
        try await world.make(
            Accomplishment(
                gameID: world.gameID, code: code, name: code, goal: goal, repeatable: repeatable, requires: requires,
                reward: reward + (points > 0 ? [.points(points)] : [])))
    }

    @Test func progressAddsUp_andTheGoalGivesPointsAndRewardOnce() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let sword = try await world.item()
            let gold = try await world.make(Currency(gameID: world.gameID, code: "GLD"))
            let hunter = try await make(
                "hunter", goal: 10, points: 50,
                reward: [.item(sword.id, quantity: 1), .currency(gold.id, amount: 7), .points(5)], in: world)
            let begun = try await reach(hunter, ann, 4, in: world)
            #expect(begun.progress == 4 && begun.cycle == 1 && begun.reachedAt == nil)
            #expect(try await world.now(ann).points == 0)
            world.clock.advance(bySeconds: 1)
            let reached = try await reach(hunter, ann, 8, in: world)
            #expect(reached.id == begun.id && reached.progress == 10 && reached.reachedAt == world.clock.now)
            #expect(try await world.now(ann).points == 55)
            let entitlements = try await world.all(Entitlement.self)
            #expect(entitlements.map(\.itemID) == [sword.id] && entitlements[0].unlockerID == nil)
            #expect(entitlements[0].source == .init(.reward, id: reached.id.description))
            #expect(try await world.all(LedgerEntry.self).map(\.amount).sorted() == [-7, 7])
            #expect(
                try await world.events(of: reached.id) == [
                    "player_accomplishments.created", "player_accomplishments.updated",
                    "player_accomplishments.reached",
                ])
            let traces = try await world.traces()
            #expect(try await reach(hunter, ann, 3, in: world) == reached)
            #expect(try await world.traces() == traces)
        }
    }

    @Test func withoutProgress_theWholeGoalIsReached() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let all = try await make("all", goal: Limits.wholeNumberMax, in: world)
            let some = try await reach(all, ann, Limits.wholeNumberMax - 1, in: world)
            #expect(some.reachedAt == nil)
            let reached = try await reach(all, ann, in: world)
            #expect(reached.progress == Limits.wholeNumberMax && reached.reachedAt != nil)
        }
    }

    @Test func repeatableOne_beginsANewCycleAtTheNextCall() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let daily = try await make("daily", goal: 2, points: 10, repeatable: true, in: world)
            var cycles: [Int64] = []
            for _ in 0..<6 { cycles.append(try await reach(daily, ann, 1, in: world).cycle) }
            #expect(cycles == [1, 1, 2, 2, 3, 3])
            #expect(try await world.now(ann).points == 30)
        }
    }

    @Test func requirements_areTheSamePlayersOwn() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let bob = try await world.player("Bob")
            let first = try await make("first", in: world)
            let second = try await make("second", goal: 2, in: world)
            let third = try await make("third", points: 1, requires: [first.id, second.id], in: world)
            _ = try await reach(first, ann, in: world)
            _ = try await reach(second, ann, 1, in: world)
            _ = try await reach(second, bob, in: world)
            for (player, missing) in [(ann, [second.json]), (bob, [first.json])] {
                let refused = try await problem { try await reach(third, player, in: world) }
                #expect(refused.code == .requirementsMissing && refused.members["missing"] == .array(missing))
            }
            _ = try await reach(second, ann, 1, in: world)
            #expect(try await reach(third, ann, in: world).reachedAt != nil)
        }
    }

    @Test func reach_isRefused_forTheBannedAndForPlayersOfOtherGames() async throws {
        try await PlayWorld.with { world in
            let first = try await make("first", in: world)
            let banned = try await world.player("Eve", state: .banned)
            #expect(try await problem { try await reach(first, banned, in: world) }.code == .notAvailable)
            let other = try await world.make(Game(slug: "other", name: "Other"))
            let stranger = try await world.make(Player(gameID: other.id, name: "Sue"))
            let refused = try await problem { try await reach(first, stranger, in: world) }
            #expect(refused.code == .invalid && refused.violations.map(\.pointer) == ["/player_id"])
        }
    }

    /// What cannot be given keeps the goal from being reached, so that it can be reached later.
    @Test func rewardThatCannotBeGiven_leavesEverythingAsItWas() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let draft = try await world.item("draft", state: .draft)
            let gold = try await world.make(Currency(gameID: world.gameID, code: "GLD"))
            let hunter = try await make(
                "hunter", points: 5, reward: [.currency(gold.id, amount: 1), .item(draft.id, quantity: 1)], in: world)
            let traces = try await world.traces()
            #expect(try await problem { try await reach(hunter, ann, in: world) }.code == .notAvailable)
            #expect(try await world.traces() == traces)
            #expect(try await world.all(LedgerEntry.self).isEmpty)
            try await world.update(draft, ["state": "active"])
            _ = try await reach(hunter, ann, in: world)
            #expect(try await world.now(ann).points == 5)
        }
    }

    @Test func requirementsThatLeadBack_areRefusedWithTheirPath() async throws {
        try await PlayWorld.with { world in
            let a = try await make("a", in: world)
            let b = try await make("b", requires: [a.id], in: world)
            let c = try await make("c", requires: [a.id, b.id], in: world)
            let d = try await make("d", in: world)
            let refused = try await problem {
                try await world.update(a, ["requires": [d.json, c.json]])
            }
            #expect(refused.code == .invalid && refused.violations.map(\.pointer) == ["/requires/1"])
            let detail = refused.violations.first?.detail ?? ""
            #expect(detail.hasSuffix("\(a.id) → \(c.id) → \(a.id)"), "\(detail)")
            let own = try await problem { try await world.update(d, ["requires": [d.json]]) }
            #expect(own.violations.first?.detail.hasSuffix("\(d.id) → \(d.id)") == true)
            try await world.update(d, ["requires": [c.json]])
            let long = try await problem { try await world.update(a, ["requires": [d.json]]) }
            #expect(long.violations.first?.detail.contains("\(a.id) → \(d.id) → \(c.id) → \(a.id)") == true)
            try await world.update(a, ["requires": []])
        }
    }
}
