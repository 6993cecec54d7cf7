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

    /// A grant stays, revoked, and so do those whom it names: that is said before, and does not keep the rest from going.
    @Test func whatAGrantNeeds_stays_andTheRestGoes() async throws {
        try await ChangesetWorld.with { world in
            let made = try await world.apply(
                Self.start + [
                    ChangesetOperation(
                        "grant", .call, resource: "entitlements",
                        body: ["owner_id": ["$ref": "player"], "item_id": ["$ref": "item"]]),
                    ChangesetOperation(
                        "other", .create, resource: "items",
                        body: ["game_id": ["$ref": "game"], "sku": "o", "name": "Other"]),
                ])
            for name in ["player", "item", "game"] {
                #expect(made.irreversible.contains { $0.hasPrefix("\(made.row(name))") }, "\(name)")
            }
            #expect(made.irreversible.count == 3)
            let listed = try #require(try await world.list().first { $0.id == made.id })
            #expect(listed.irreversible == made.irreversible)
            #expect(try await Self.code { try await world.revert(made) } == .irreversible)
            try await world.revert(made, .init(skipsIrreversible: true))
            let rows = try await world.rows()
            #expect(rows["\(made.row("grant"))"]?["state"] == "revoked")
            #expect(rows["\(made.row("item"))"] != nil && rows["\(made.row("other"))"] == nil)
        }
    }

    @Test func singleWrites_sayWhatDoesNotComeBack() async throws {
        try await ChangesetWorld.with { world in
            let secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
            let made = try await world.apply([
                ChangesetOperation(
                    "hook", .create, resource: "webhooks",
                    body: ["url": "https://example.com/x", "secret": .string(secret)])
            ])
            #expect(made.irreversible == [])
            world.clock.advance(bySeconds: 1)
            _ = try await world.writePath.apply(by: .daemon) { writer in
                try writer.delete(Webhook.schema, made.row("hook"), ifMatch: .any)
                return Answer(.deleted)
            }
            let deletion = try #require(try await world.list().last)
            #expect(deletion.irreversible.count == 1 && deletion.irreversible[0].contains("secret"))
            // A revert is a changeset like any other.
            world.clock.advance(bySeconds: 1)
            let again = try await world.apply([
                ChangesetOperation(
                    "hook", .create, resource: "webhooks",
                    body: ["url": "https://example.com/y", "secret": .string(secret)])
            ])
            world.clock.advance(bySeconds: 1)
            let reverted = try await world.revert(again)
            #expect(try await world.list().last?.id == reverted.id)
            #expect(try await world.list().last?.irreversible.count == 1)
            #expect(try await Self.code { try await world.revert(reverted) } == .irreversible)
            let dump = try await world.database.read { sql in
                try sql.rows("SELECT before, after FROM journal").map { "\($0)" }.joined()
            }
            #expect(!dump.contains(secret))
        }
    }

    /// What no journal tells of is a changeset, too, when it is sent as one.
    @Test func changesetOfScoresAlone_isKept() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply(
                Self.start + [
                    ChangesetOperation(
                        "board", .create, resource: "leaderboards",
                        body: [
                            "game_id": ["$ref": "game"], "code": "b",
                            "columns": [["name": "points", "direction": "descending"]],
                        ])
                ])
            world.clock.advance(bySeconds: 1)
            let scored = try await world.apply([
                ChangesetOperation(
                    "score", .call, target: .row(first.row("board")), verb: "submit",
                    body: ["player_id": .string("\(first.row("player"))"), "values": ["points": 7]])
            ])
            let id = try #require(scored.id)
            #expect(scored.changes == [] && scored.irreversible.count == 1)
            let listed = try #require(try await world.list().last)
            #expect(listed.id == id && listed.changeCount == 0 && listed.irreversible == scored.irreversible)
            #expect(listed.gameID == first.row("game"))
            #expect(try await world.events("changesets.applied").last?["id"] == .string("\(id)"))
            #expect(try await Self.code { try await world.revert(scored) } == .irreversible)
        }
    }

    /// What was deleted too long ago does not come back, nor does what needs it; the rest does.
    @Test func deletionWhoseTimeIsOver_isIrreversible() async throws {
        try await ChangesetWorld.with { world in
            let first = try await world.apply(
                Self.start + [
                    ChangesetOperation(
                        "asset", .create, resource: "assets", body: ["game_id": ["$ref": "game"], "path": "a"]),
                    ChangesetOperation(
                        "content", .create, resource: "contents",
                        body: [
                            "game_id": ["$ref": "game"], "sku": "c", "name": "C", "kind": "level",
                            "asset_id": ["$ref": "asset"],
                        ]),
                ])
            let gone = try await world.apply(
                ["asset", "content", "item"].map { ChangesetOperation($0, .delete, target: .row(first.row($0))) })
            #expect(gone.irreversible == [])
            world.clock.advance(bySeconds: 3601)
            let refused = try await problem { try await world.revert(gone) }
            #expect(refused.code == .irreversible)
            #expect(refused.members["irreversible"].map { "\($0)".contains("\(first.row("content"))") } == true)
            let back = try await world.revert(gone, .init(skipsIrreversible: true))
            #expect(back.changes.map(\.rowID) == ["\(first.row("item"))"])
        }
    }

    @Test func assets_comeBack() async throws {
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
