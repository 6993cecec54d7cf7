import PawlModel
import TestKit
import Testing

/// Five hundred operations that depend on each other, in any order, there and back.
struct LargeChangesetTests {
    @Test func shuffledOperations_areAppliedAndTakenBack_rowForRow() async throws {
        try await ChangesetWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let first = try await world.apply(Self.start.shuffled(using: &generator))
            let before = try await world.rows()
            #expect(before.count == Self.start.count)

            let operations = Self.season(on: first)
            #expect(operations.count == 500)
            let shuffled = operations.shuffled(using: &generator)
            let dry = try await world.apply(shuffled, validateOnly: true)
            #expect(dry.id == nil && dry.results.count == 500)
            #expect(try await world.rows() == before)
            let applied = try await world.apply(shuffled, expectPlan: dry.plan)
            #expect(applied.plan == dry.plan && applied.order == dry.order)
            #expect(applied.results.map(\.id) == shuffled.map(\.id))
            let after = try await world.rows()
            #expect(after != before)

            let reverted = try await world.revert(applied)
            #expect(try await world.rows() == before, "seed \(testSeed)")
            try await world.revert(reverted)
            #expect(try await world.rows() == after, "seed \(testSeed)")
            // No revision was given twice, also not over deletion and return.
            for (row, revisions) in try await world.revisions() {
                #expect(Set(revisions).count == revisions.count && revisions == revisions.sorted(), "\(row)")
            }
            #expect(try await world.events("changesets.applied").count == 4)
        }
    }

    /// What is there already: a game with items, packs of them, and goals.
    static let start: [ChangesetOperation] =
        [ChangesetOperation("game", .create, resource: "games", body: ["slug": "g", "name": "Game"])]
        + (0..<100).map { item($0, "old") }
        + (0..<50).map { pack($0, "old") }
        + (0..<50).map { goal($0, "old") }

    private static let game: JSONValue = ["$ref": "game"]

    private static func item(_ number: Int, _ kind: String, game: JSONValue = game) -> ChangesetOperation {
        ChangesetOperation(
            "\(kind)-item-\(number)", .create, resource: "items",
            body: [
                "game_id": game, "sku": .string("\(kind)-\(number)"), "name": .string("\(number)"), "stackable": true,
            ])
    }

    /// A pack of two items.
    private static func pack(_ number: Int, _ kind: String, game: JSONValue = game) -> ChangesetOperation {
        let items: [JSONValue] = [2 * number, 2 * number + 1].map {
            ["item_id": ["$ref": .string("\(kind)-item-\($0)")], "quantity": 2]
        }
        return ChangesetOperation(
            "\(kind)-pack-\(number)", .create, resource: "packs",
            body: ["game_id": game, "sku": .string("\(kind)-\(number)"), "name": "Pack", "entries": .array(items)])
    }

    /// A goal that needs the one before it.
    private static func goal(_ number: Int, _ kind: String, game: JSONValue = game) -> ChangesetOperation {
        let requires: [JSONValue] = number % 10 == 0 ? [] : [["$ref": .string("\(kind)-goal-\(number - 1)")]]
        return ChangesetOperation(
            "\(kind)-goal-\(number)", .create, resource: "accomplishments",
            body: [
                "game_id": game, "code": .string("\(kind)-\(number)"), "name": "Goal", "requires": .array(requires),
            ])
    }

    /// Makes a hundred items with packs and goals, renames what is there into the names of what goes, and lets half go.
    private static func season(on start: ChangesetOutcome) -> [ChangesetOperation] {
        let game = JSONValue.string(start.row("game").description)
        func row(_ kind: String, _ number: Int) -> ChangesetOperation.Target {
            .row(start.row("old-\(kind)-\(number)"))
        }
        var operations: [ChangesetOperation] = []
        operations += (0..<200).map { item($0, "new", game: game) }
        operations += (0..<100).map { pack($0, "new", game: game) }
        operations += (0..<50).map { goal($0, "new", game: game) }
        // The packs 25 to 49 go, and then the items in them.
        operations += (25..<50).map { ChangesetOperation("drop-pack-\($0)", .delete, target: row("pack", $0)) }
        operations += (50..<100).map { ChangesetOperation("drop-item-\($0)", .delete, target: row("item", $0)) }
        // Goals go the last one first: each is needed by the next one.
        operations += (0..<10).map { ChangesetOperation("drop-goal-\($0)", .delete, target: row("goal", $0)) }
        // Items that stay take the names of those that go.
        operations += (0..<50).map {
            ChangesetOperation(
                "rename-\($0)", .update, target: row("item", $0), body: ["sku": .string("old-\($0 + 50)")], ifMatch: 1)
        }
        operations += (10..<25).map {
            ChangesetOperation("look-\($0)", .test, target: row("goal", $0), body: ["name": "Goal"])
        }
        return operations
    }
}
