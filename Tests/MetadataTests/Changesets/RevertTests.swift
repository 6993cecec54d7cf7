import Metadata
import PawlModel
import TestKit
import Testing

/// Taking back: what was changed since is in the way, what cannot be taken back is said before.
struct RevertTests {
    private static let start = [
        ChangesetOperation("game", .create, resource: "games", body: ["slug": "g", "name": "G"]),
        ChangesetOperation(
            "item", .create, resource: "items",
            body: ["game_id": ["$ref": "game"], "sku": "s", "name": "Sword", "state": "active"]),
        ChangesetOperation(
            "player", .create, resource: "players", body: ["game_id": ["$ref": "game"], "name": "Ada"]),
    ]

    @Test func whatWasChangedAgain_isInTheWay_byField() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply(Self.start)
            func change(_ body: JSONObject) async throws -> ChangesetOutcome {
                try await world.apply([ChangesetOperation("u", .update, target: .row(first.row("item")), body: body)])
            }
            let renamed = try await change(["name": "Axe", "description": "sharp"])
            // Another field is nobody's concern.
            try await change(["giftable": false])
            let dry = try await world.revert(renamed, .init(validateOnly: true))
            #expect(dry.id == nil && dry.changes.map(\.fields) == [["description", "name"]])
            try await change(["name": "Bow"])
            let problem = try await problem { try await world.revert(renamed) }
            #expect(problem.code == .revertConflict)
            guard case .array(let conflicts)? = problem.members["conflicts"] else { return }
            #expect(conflicts.count == 1)
            let conflict = conflicts[0].object ?? [:]
            #expect(conflict["field"] == "name" && conflict["base"] == "Axe")
            #expect(conflict["theirs"] == "Bow" && conflict["ours"] == "Sword")
            try await change(["name": "Axe"])
            let reverted = try await world.revert(renamed)
            let row = try await world.rows()["\(first.row("item"))"]
            #expect(row?["name"] == "Sword" && row?["description"] == .null && row?["giftable"] == false)
            // Once is enough, and the way back from there is to revert the revert.
            #expect(try await RevertTests.code { try await world.revert(renamed) } == .wrongState)
            try await world.revert(reverted)
            #expect(try await world.rows()["\(first.row("item"))"]?["name"] == "Axe")
            try await world.revert(renamed)
        }
    }

    @Test func whatIsNeededMeanwhile_isNotTakenAway() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply(Self.start)
            try await world.apply([
                ChangesetOperation(
                    "late", .create, resource: "items",
                    body: ["game_id": .string("\(first.row("game"))"), "sku": "t", "name": "T"])
            ])
            let before = try await world.rows()
            let problem = try await problem { try await world.revert(first) }
            #expect(problem.code == .revertConflict)
            #expect(try await world.rows() == before)
        }
    }

    @Test func verbs_areTakenBackByWhatTheyDeclare_orSaidToStay() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply(Self.start)
            let granted = try await world.apply([
                ChangesetOperation(
                    "grant", .call, resource: "entitlements",
                    body: [
                        "owner_id": .string("\(first.row("player"))"), "item_id": .string("\(first.row("item"))"),
                    ]),
                ChangesetOperation(
                    "points", .call, target: .row(first.row("player")), verb: "award", body: ["points": 5]),
            ])
            #expect(granted.irreversible == [])
            try await world.revert(granted)
            let rows = try await world.rows()
            #expect(rows["\(granted.row("grant"))"]?["state"] == "revoked")
            #expect(rows["\(first.row("player"))"]?["points"] == 0)

            let mixed = try await world.apply([
                ChangesetOperation(
                    "mail", .call, resource: "inbox_messages",
                    body: ["player_id": .string("\(first.row("player"))"), "kind": "note", "body": ["text": "hi"]]),
                ChangesetOperation("name", .update, target: .row(first.row("item")), body: ["name": "Axe"]),
            ])
            #expect(mixed.irreversible.count == 1 && mixed.irreversible[0].contains("\(mixed.row("mail"))"))
            let refused = try await problem { try await world.revert(mixed) }
            #expect(refused.code == .irreversible)
            let skipped = try await world.revert(mixed, .init(skipsIrreversible: true))
            #expect(skipped.changes.map(\.resource) == ["items"])
        }
    }

    @Test func assetsAndVersions_comeBack() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply(
                Self.start + [
                    ChangesetOperation(
                        "asset", .create, resource: "assets", body: ["game_id": ["$ref": "game"], "path": "a"])
                ])
            let before = try await world.rows()
            let gone = try await world.apply([ChangesetOperation("d", .delete, target: .row(first.row("asset")))])
            #expect(try await world.rows().count == before.count - 1)
            try await world.revert(gone)
            #expect(try await world.rows() == before)
        }
    }

    static func code<Value>(_ body: () async throws -> Value) async throws -> ProblemCode {
        try await problem(body).code
    }
}
