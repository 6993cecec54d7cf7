import Metadata
import PawlModel
import TestKit
import Testing

/// What a body may not say, and to what it may not refer.
struct RuleTests {
    @Test func everyMistake_isToldAtOnce_withItsPointer() async throws {
        try await EngineWorld.with { world in
            let error = try await problem {
                try await world.create(
                    Asset.schema,
                    [
                        "path": "../x", "nothing": 1, "a/b~c": 2, "kind": "file", "tags": ["ok", 7], "metadata": [],
                        "visibility": "maybe", "title": .string(String(repeating: "x", count: 201)), "id": "ast_x",
                    ])
            }
            #expect(error.code == .invalid)
            #expect(
                Set(error.violations.map(\.pointer)) == [
                    "/game_id", "/path", "/nothing", "/a~1b~0c", "/kind", "/tags/1", "/metadata", "/visibility",
                    "/title",
                ])
            #expect(try await world.counts().allSatisfy { $0 == 0 })
        }
    }

    @Test func reference_mustNameALivingRow_ofAGameThatTheCallerSees() async throws {
        try await EngineWorld.with { world in
            let mine = try await world.game("mine")
            let other = try await world.game("other")
            let caller = Caller(id: nil, scopes: [.admin], gameID: mine.resourceID)
            func refused(_ id: JSONValue, _ caller: Caller) async throws -> [Problem.Violation] {
                try await problem {
                    try await world.create(Asset.schema, ["game_id": id, "path": "a"], by: caller)
                }.violations
            }
            let unknown = try await refused("gam_00000000000000000000000000", caller)
            #expect(unknown.map(\.pointer) == ["/game_id"])
            #expect(try await refused(other["id"]!, caller) == unknown)
            #expect(try await refused("ast_00000000000000000000000000", .daemon).map(\.pointer) == ["/game_id"])
            try await world.create(Asset.schema, ["game_id": mine["id"]!, "path": "a"], by: caller)
        }
    }

    @Test func takenName_isNotUnique_withWhatIsThere() async throws {
        try await EngineWorld.with { world in
            let (game, second) = (try await world.game("a"), try await world.game("b"))
            let asset = try await world.asset(game)
            try await world.asset(second)
            let error = try await problem { try await world.asset(game) }
            #expect(error.code == .notUnique && error.current == .object(asset))
            #expect(error.violations.map(\.pointer) == ["/path"])
            let renamed = try await world.asset(game, "other")
            let again = try await problem { try await world.update(Asset.schema, renamed, ["path": "builds/win64"]) }
            #expect(again.code == .notUnique)
        }
    }

    @Test func keyOfOneGame_seesAndMakesNothingOfAnother() async throws {
        try await EngineWorld.with { world in
            let mine = try await world.game("mine")
            let other = try await world.game("other")
            let asset = try await world.asset(other)
            let caller = Caller(id: nil, scopes: [.admin], gameID: mine.resourceID)
            #expect(try await problem { try await world.row(Asset.schema, asset, for: caller) }.code == .notFound)
            #expect(try await problem { try await world.row(Game.schema, other, for: caller) }.code == .notFound)
            #expect(
                try await problem { try await world.update(Asset.schema, asset, ["title": "x"], by: caller) }.code
                    == .notFound)
            #expect(try await problem { try await world.delete(Asset.schema, asset, by: caller) }.code == .notFound)
            for schema in Model.schemas where schema.name != "games" {
                #expect(try await world.reader.page(schema, ListQuery(), for: caller).rows.isEmpty)
            }
            #expect(try await world.reader.page(Game.schema, ListQuery(), for: caller).rows == [mine])
            // Nor does it make a key, or a game, beyond its own.
            let key = try await problem {
                try await world.create(Key.schema, ["name": "all", "scopes": ["admin"]], by: caller)
            }
            #expect(key.code == .forbidden)
            let game = try await problem {
                try await world.create(Game.schema, ["slug": "x", "name": "X"], by: caller)
            }
            #expect(game.code == .forbidden)
            try await world.create(
                Key.schema, ["name": "own", "scopes": ["admin"], "game_id": mine["id"]!], by: caller)
        }
    }

    /// A version of another game is refused with the words for one that does not exist.
    @Test func channel_pointsAtAReadyVersionOfItsAsset_andTellsNothingOfOthers() async throws {
        try await EngineWorld.with { world in
            let asset = try await world.asset(try await world.game("a"))
            let foreign = try await world.version(of: try await world.asset(try await world.game("b")), number: 2)
            let own = try await world.version(of: asset)
            func make(_ version: String) async throws -> Problem {
                try await problem {
                    try await world.create(
                        Channel.schema, ["asset_id": asset["id"]!, "name": "live", "version_id": .string(version)])
                }
            }
            let unknown = try await make("ver_00000000000000000000000000")
            #expect(unknown.violations.map(\.pointer) == ["/version_id"])
            #expect(try await make("\(foreign)") == unknown)
            #expect(try await make("ast_00000000000000000000000000").violations.map(\.pointer) == ["/version_id"])
            try await world.create(
                Channel.schema, ["asset_id": asset["id"]!, "name": "live", "version_id": .string("\(own)")])
        }
    }

    // MARK: Merge patch

    @Test func patch_nullClears_absentKeeps_andJSONIsMergedDeeply() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            let asset = try await world.create(
                Asset.schema,
                [
                    "game_id": game["id"]!, "path": "a", "title": "T", "tags": ["x", "y"], "visibility": "public",
                    "metadata": ["keep": 1, "drop": 2, "deep": ["a": 1, "b": [1, 2]]],
                ])
            let changed = try await world.update(
                Asset.schema, asset,
                [
                    "title": .null, "tags": ["z"], "visibility": .null,
                    "metadata": ["drop": .null, "deep": ["b": [3], "c": ["d": .null, "e": 1]], "new": "n"],
                ])
            #expect(changed["title"] == .null && changed["tags"] == ["z"] && changed["path"] == "a")
            #expect(changed["visibility"] == "private", "null brings the default back")
            #expect(changed["metadata"] == ["keep": 1, "deep": ["a": 1, "b": [3], "c": ["e": 1]], "new": "n"])
            let cleared = try await world.update(Asset.schema, asset, ["metadata": .null, "tags": .null])
            #expect(cleared["metadata"] == [:] && cleared["tags"] == [])
            #expect(try await world.row(Asset.schema, asset) == cleared)
        }
    }

    @Test func patch_cannotClearWhatIsRequired_orChangeWhatIsFixed() async throws {
        try await EngineWorld.with { world in
            let (game, other) = (try await world.game("a"), try await world.game("b"))
            let asset = try await world.asset(game)
            let error = try await problem {
                try await world.update(
                    Asset.schema, asset,
                    ["path": .null, "game_id": other["id"]!, "kind": "file", "x": 1, "metadata": 3])
            }
            #expect(error.code == .invalid)
            #expect(Set(error.violations.map(\.pointer)) == ["/path", "/game_id", "/kind", "/x", "/metadata"])
            // What it read, a client may send back.
            #expect(try await world.update(Asset.schema, asset, asset) == asset)
        }
    }
}
