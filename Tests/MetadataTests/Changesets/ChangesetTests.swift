import Catalog
import Metadata
import PawlModel
import TestKit
import Testing

/// What a changeset does, what it refuses, and how that is told.
struct ChangesetTests {
    private static let game = ChangesetOperation("game", .create, resource: "games", body: ["slug": "g", "name": "G"])

    private static func item(_ id: String, sku: JSONValue? = nil, game: JSONValue = ["$ref": "game"])
        -> ChangesetOperation
    {
        ChangesetOperation(
            id, .create, resource: "items", body: ["game_id": game, "sku": sku ?? .string(id), "name": .string(id)])
    }

    @Test func everyIndependentMistake_isTold_andNothingIsWritten() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply([Self.game, Self.item("a"), Self.item("b")])
            let before = try await world.rows()
            let operations = [
                ChangesetOperation("good", .update, target: .row(first.row("a")), body: ["name": "A"]),
                ChangesetOperation("bad", .update, target: .row(first.row("b")), body: ["name": 5, "nix": 1]),
                ChangesetOperation("gone", .delete, target: .row(ResourceID(prefix: "itm", value: 9))),
                ChangesetOperation("later", .test, target: .row(first.row("a")), body: [:], dependsOn: ["bad"]),
                ChangesetOperation("last", .test, target: .row(first.row("a")), body: [:], dependsOn: ["later"]),
                ChangesetOperation("held", .delete, target: .row(first.row("game"))),
                ChangesetOperation("verbs", .create, resource: "entitlements"),
            ]
            for validateOnly in [true, false] {
                let problem = try await problem { try await world.apply(operations, validateOnly: validateOnly) }
                #expect(problem.code == .changesetFailed)
                let states = ["good", "bad", "gone", "later", "last", "held", "verbs"].map { problem.state(of: $0) }
                #expect(states == ["ok", "invalid", "not_found", "skipped", "skipped", "in_use", "invalid"])
                #expect(
                    problem.violations.map(\.pointer).prefix(2)
                        == ["/operations/1/body/nix", "/operations/1/body/name"])
                #expect(try await world.rows() == before)
            }
        }
    }

    @Test func rowsThatAreThere_areTaken_andTestsHold() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply([Self.game, Self.item("a")])
            let game = JSONValue.string(first.row("game").description)
            var again = Self.item("again", sku: "a", game: game)
            again.ifNoneExist = ["game_id": game, "sku": "a"]
            let second = try await world.apply([
                again,
                ChangesetOperation(
                    "name", .update, target: .result(.init(operation: "again")), body: ["name": "New"]),
            ])
            #expect(second.results.map(\.outcome) == [.existing, .updated])
            #expect(second.row("name") == first.row("a"))

            let test = ChangesetOperation("t", .test, target: .row(first.row("a")), body: ["name": "Old"])
            let failed = try await problem { try await world.apply([test, Self.item("b", game: game)]) }
            #expect(failed.code == .testFailed && failed.current?.object?["name"] == "New")
            let unchanged = try await world.apply([
                ChangesetOperation("u", .update, target: .row(first.row("a")), body: ["name": "New"])
            ])
            #expect(unchanged.id == nil && unchanged.results.map(\.outcome) == [.unchanged])
        }
    }

    @Test func ringsAndOpenOrders_areRefused() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply([Self.game, Self.item("a")])
            var (one, two) = (Self.item("one"), Self.item("two", sku: ["$ref": "one"]))
            one.dependsOn = ["two"]
            let ring = try await problem { try await world.apply([Self.game, one, two]) }
            #expect(ring.code == .dependencyCycle && ring.members["path"] == ["one", "two", "one"])
            one = ChangesetOperation("one", .update, target: .row(first.row("a")), body: ["name": "1"])
            two = ChangesetOperation("two", .update, target: .row(first.row("a")), body: ["name": "2"])
            let open = try await problem { try await world.apply([two, one]) }
            #expect(open.code == .ambiguousOrder && open.members["operations"] == ["two", "one"])
            two.dependsOn = ["one"]
            #expect(try await world.apply([two, one]).order == ["one", "two"])
            // The same row under two names.
            let game = JSONValue.string("\(first.row("game"))")
            var found = Self.item("found", sku: "a", game: game)
            found.ifNoneExist = ["game_id": game, "sku": "a"]
            two = ChangesetOperation("two", .update, target: .result(.init(operation: "found")), body: ["name": "2"])
            let hidden = try await problem { try await world.apply([found, two, one]) }
            #expect(hidden.code == .ambiguousOrder)
            one.dependsOn = ["two"]
            #expect(try await world.apply([found, two, one]).order == ["found", "two", "one"])
        }
    }

    /// Whichever stands first in the list: what is to be referred to cannot go.
    @Test func rowThatIsToBeReferredTo_isNotDeleted() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply([Self.game])
            let operations = [
                ChangesetOperation("gone", .delete, target: .row(first.row("game"))),
                Self.item("new", game: .string("\(first.row("game"))")),
            ]
            for list in [operations, operations.reversed()] {
                let problem = try await problem { try await world.apply(list) }
                #expect(problem.state(of: "gone") == "in_use" && problem.state(of: "new") == "ok")
            }
        }
    }

    @Test func listOfThem_isFiltered_alsoByTime() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply([Self.game, Self.item("a")])
            world.clock.advance(bySeconds: 10)
            let second = try await world.apply([
                ChangesetOperation("u", .update, target: .row(first.row("a")), body: ["name": "New"])
            ])
            let all = try await world.list()
            #expect(all.map(\.id) == [first.id, second.id])
            #expect(try await world.list("created_at>=\"\(all[1].createdAt)\"").map(\.id) == [second.id])
            #expect(try await world.list("created_at<\"\(all[1].createdAt)\"").map(\.id) == [first.id])
        }
    }

    @Test func tooManyOperations_areRefused() async throws {
        try await ChangesetWorld.with { world in
            func operations(_ count: Int) -> [ChangesetOperation] {
                [Self.game] + (1..<count).map { Self.item("i\($0)") }
            }
            let refused = try await problem { try await world.apply(operations(1001)) }
            #expect(refused.code == .invalid && refused.violations.map(\.pointer) == ["/operations"])
            #expect(try await world.apply(operations(1000)).changes.count == 1000)
        }
    }

    @Test func planThatChanged_isNotApplied() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply([Self.game, Self.item("a")])
            let rename = [ChangesetOperation("r", .update, target: .row(first.row("a")), body: ["name": "N"])]
            let plan = try await world.apply(rename, validateOnly: true).plan
            try await world.apply([
                ChangesetOperation("x", .update, target: .row(first.row("a")), body: ["description": "d"])
            ])
            let problem = try await problem { try await world.apply(rename, expectPlan: plan) }
            #expect(problem.code == .planChanged)
            #expect(try await world.rows()["\(first.row("a"))"]?["name"] == "a")
        }
    }

    /// Two designers change the same item: the second one learns which rows and fields stand against it.
    @Test func twoAtOnce_oneIsToldOfTheOther() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply([Self.game, Self.item("a"), Self.item("b")])
            func rename(_ name: JSONValue) -> [ChangesetOperation] {
                ["a", "b"].map {
                    ChangesetOperation($0, .update, target: .row(first.row($0)), body: ["name": name], ifMatch: 1)
                }
            }
            async let one = problem { try await world.apply(rename("one")) }
            async let two = problem { try await world.apply(rename("two")) }
            let results = [try? await one, try? await two]
            let refused = try #require(results.compactMap(\.self).first)
            #expect(results.count { $0 == nil } == 1 && refused.code == .preconditionFailed)
            #expect(["a", "b"].allSatisfy { refused.state(of: $0) == "precondition_failed" })
            let (won, lost): (JSONValue, JSONValue) = results[0] == nil ? ("one", "two") : ("two", "one")
            #expect(refused.current?.object?["name"] == won)
            #expect(refused.attempted?.object?["name"] == lost)
        }
    }

    @Test func scopesAndGames_holdForEachOperation() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply([Self.game, Self.item("a")])
            let reader = Caller(id: ResourceID(prefix: "key", value: 1), scopes: [.catalogRead], gameID: nil)
            let update = ChangesetOperation("u", .update, target: .row(first.row("a")), body: ["name": "N"])
            let refused = try await problem { try await world.apply([update], by: reader) }
            #expect(refused.code == .forbidden)
            let other = Caller(
                id: ResourceID(prefix: "key", value: 2), scopes: [.catalogWrite],
                gameID: ResourceID(prefix: "gam", value: 1))
            #expect(try await problem { try await world.apply([update], by: other) }.code == .notFound)
            let id = try #require(first.id)
            #expect(
                try await problem { try await world.changesets.changeset(id, after: 0, for: other) }.code == .notFound)
            let seen = try await world.changesets.changeset(id, after: 0, for: reader)
            #expect(seen.changes.map(\.resource) == ["games", "items"] || seen.changes.map(\.resource) == ["items"])
        }
    }
}
