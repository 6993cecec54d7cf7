import Metadata
import PawlModel
import TestKit
import Testing

struct WritePathTests {
    @Test func eachChange_isJournalledBeforeAndAfter_andTold_inOrder() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            let asset = try await world.asset(game)
            let changed = try await world.update(Asset.schema, asset, ["title": "New"])
            try await world.delete(Asset.schema, changed)
            let journal = try await world.journal(of: asset)
            #expect(
                journal == [
                    .init(resource: "assets", step: 1, before: nil, after: asset),
                    .init(resource: "assets", step: 1, before: asset, after: changed),
                    .init(resource: "assets", step: 1, before: changed, after: nil),
                ])
            #expect(
                try await world.events() == ["games.created", "assets.created", "assets.updated", "assets.deleted"])
            let events = try await world.database.read { sql in
                try sql.rows("SELECT game_id, data FROM events ORDER BY sequence").map {
                    ($0.optionalText("game_id"), try JSONValue(parsing: try $0.text("data").utf8))
                }
            }
            #expect(events.allSatisfy { $0.0 == game["id"]?.string })
            #expect(events[2].1 == .object(changed))
        }
    }

    @Test func revisionGrows_andTimesFollow_onlyWhenSomethingChanges() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            #expect(game["revision"] == 1 && game["created_at"] == game["updated_at"])
            world.clock.advance(bySeconds: 5)
            let same = try await world.update(Game.schema, game, ["name": "A game", "id": game["id"]!])
            #expect(same == game)
            #expect(try await world.journal(of: game).count == 1)
            let changed = try await world.update(Game.schema, game, ["name": "B"])
            #expect(changed["revision"] == 2 && changed["created_at"] == game["created_at"])
            #expect(changed["updated_at"] == .string(world.clock.now.description))
            #expect(try await world.row(Game.schema, game) == changed)
        }
    }

    @Test func failedChangeset_leavesNothing_ofItsFirstStepsEither() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            let before = try await world.counts()
            let error = try await problem {
                try await world.writePath.apply(by: .daemon) { writer in
                    _ = try writer.update(Game.schema, game.resourceID, ifMatch: .any, patch: ["name": "C"])
                    return Answer(.created, .object(try writer.create(Game.schema, ["slug": "game", "name": "D"])))
                }
            }
            #expect(error.code == .notUnique)
            #expect(try await world.counts() == before)
            #expect(try await world.row(Game.schema, game) == game)
        }
    }

    @Test func validateOnly_answersAsIfDone_andLeavesNothing() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            let before = try await world.counts()
            let key = IdempotencyClaim(
                key: "k", route: "r", fingerprint: Digest(bytes: [UInt8](repeating: 0, count: 32))!)
            let made = try await world.create(Game.schema, ["slug": "b", "name": "B"], key: key, validateOnly: true)
            #expect(made["slug"] == "b" && made["revision"] == 1)
            let changed = try await world.update(Game.schema, game, ["name": "E"], validateOnly: true)
            #expect(changed["name"] == "E" && changed["revision"] == 2)
            try await world.delete(Game.schema, game, validateOnly: true)
            let taken = try await problem {
                try await world.create(Game.schema, ["slug": "game", "name": "B"], validateOnly: true)
            }
            #expect(taken.code == .notUnique)
            #expect(try await world.counts() == before)
            #expect(try await world.row(Game.schema, game) == game)
        }
    }

    @Test func staleRevision_isRefused_withCurrentAndAttempted() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            let changed = try await world.update(Game.schema, game, ["name": "B"], ifMatch: .revisions([1]))
            let stale = try await problem {
                try await world.update(Game.schema, game, ["name": "C"], ifMatch: .revisions([1, 7]))
            }
            #expect(stale.code == .preconditionFailed)
            #expect(stale.current == .object(changed) && stale.attempted == ["name": "C"])
            let refused = try await problem { try await world.delete(Game.schema, game, ifMatch: .revisions([])) }
            #expect(refused.code == .preconditionFailed)
            try await world.delete(Game.schema, game, ifMatch: .revisions([3, 2]))
        }
    }

    @Test func deletedAsset_isMarked_unseen_andFreesItsPath() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            let asset = try await world.asset(game)
            try await world.delete(Asset.schema, asset)
            #expect(try await problem { try await world.row(Asset.schema, asset) }.code == .notFound)
            #expect(try await problem { try await world.update(Asset.schema, asset, ["title": "x"]) }.code == .notFound)
            #expect(try await problem { try await world.delete(Asset.schema, asset) }.code == .notFound)
            let marked = try await world.database.read {
                try $0.row("SELECT deleted_at, revision FROM assets WHERE id = ?", [.id(asset.resourceID)])
            }
            #expect(try marked?.integer("deleted_at") == world.clock.now.microseconds)
            #expect(try marked?.integer("revision") == 2)
            let again = try await world.asset(game)
            #expect(again["id"] != asset["id"] && again["path"] == asset["path"])
        }
    }

    @Test func rowThatOthersReferTo_isInUse() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            try await world.asset(game)
            let before = try await world.counts()
            #expect(try await problem { try await world.delete(Game.schema, game) }.code == .inUse)
            #expect(try await world.counts() == before)
            #expect(try await world.row(Game.schema, game) == game)
        }
    }
}
