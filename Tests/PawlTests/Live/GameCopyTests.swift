import Foundation
import NIOCore
import PawlModel
import TestKit
import Testing

extension MoreLiveTests {
    /// A whole game from one daemon into another.
    @Suite(.timeLimit(.minutes(5))) struct GameCopyTests {
        private static let rows = """
            - {id: account, op: create, resource: accounts, body: {display_name: A, email: a@example.com}}
            - {id: ada, op: create, resource: players, body: {game_id: GAME, name: Ada, account_id: {$ref: account}}}
            - {id: bob, op: create, resource: players, body: {game_id: GAME, name: Bob}}
            - {id: sword, op: create, resource: items, body: {game_id: GAME, sku: sword, name: Sword, state: active}}
            - {id: axe, op: create, resource: items, body: {game_id: GAME, sku: axe, name: Axe}}
            - {id: pack, op: create, resource: packs, body: {game_id: GAME, sku: p, name: P, entries: [{item_id: {$ref: sword}}]}}
            - {id: board, op: create, resource: leaderboards, body: {game_id: GAME, code: b, columns: [{name: points}]}}
            - {id: one, op: call, target: {$ref: board}, verb: submit, body: {player_id: {$ref: ada}, values: {points: 7}}}
            - {id: two, op: call, target: {$ref: board}, verb: submit, body: {player_id: {$ref: bob}, values: {points: 9}}}
            - {id: grant, op: call, resource: entitlements, body: {owner_id: {$ref: ada}, item_id: {$ref: sword}}}
            - {id: award, op: call, target: {$ref: bob}, verb: award, body: {points: 5}}
            """

        /// Two versions of a folder, one of them on a channel, and rows of most kinds.
        private func fill(_ site: Site) async throws {
            let source = try FolderSample.random(site.path("v1"), fileCount: 40, sizeMax: 100_000, seed: testSeed)
            try RandomFile.write(source.path + "/large", size: 12 * mebibyte, seed: testSeed)
            try await site.command(["push", source.path, "game/build", "--channel", "live"])
            let next = try source.copy(to: site.path("v2"))
            try next.write("d0/f0", "changed")
            try await site.command(["push", next.path, "game/build", "--label", "two"])
            let game = try #require(try await site.rows("games").first?["id"]?.string)
            let file = site.path("rows.yaml")
            try Self.rows.replacing("GAME", with: game).write(toFile: file, atomically: true, encoding: .utf8)
            try await site.command(["apply", file])
            let items = try await site.rows("items")
            let axe = try #require(items.first { $0["sku"] == "axe" }?["id"]?.string)
            try await site.command(["update", "items", axe, "--name", "Great Axe"])
        }

        /// Killed in the middle, both go on, and the other daemon has what the first one had.
        @Test func exportedGame_isImportedAsItWas_overKills() async throws {
            try await Site.with { one in
                try await fill(one)
                let file = one.path("game.pawl")
                try await withRelay(to: one.daemon.port) { relay in
                    relay.hold(.toClient, after: 6 * mebibyte)
                    let export = try one.pawl(["export", "game", file, "--json"], through: relay.address)
                    while RandomFile.writtenBytes(in: file + ".pawl-partial") < 2 * mebibyte, export.endedAs == nil {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    await export.kill()
                    #expect(!FileManager.default.fileExists(atPath: file))
                }
                let written = try await one.summary(["export", "game", file, "--json"])
                let total = written["bytes_total"]?.int ?? 0
                #expect(total > 12 * mebibyte && written["versions"] == 2)
                #expect(written["bytes_sent"]?.int ?? total <= total - mebibyte, "\(written)")

                try await Site.with { two in
                    try await withRelay(to: two.daemon.port) { relay in
                        relay.hold(.toServer, after: 6 * mebibyte)
                        let first = try two.pawl(["import", file, "--json"], through: relay.address)
                        #expect(await relay.reached(6 * mebibyte, .toServer, while: first))
                        await first.kill()
                    }
                    // Nothing but the game is seen, and what came is kept over a stop of the daemon.
                    #expect(try await two.rows("games").count == 1)
                    #expect(try await two.rows("items") == [])
                    try await two.restart()
                    let done = try await two.summary(["import", file, "--json"])
                    #expect(done["bytes_sent"]?.int ?? total <= total - mebibyte, "\(done)")
                    for schema in Model.schemas where !["keys", "webhooks"].contains(schema.name) {
                        let rows = try await one.rows(schema.name)
                        #expect(try await two.rows(schema.name) == rows, "\(schema.name)")
                    }
                    let board = try #require(try await one.rows("leaderboards").first?["id"]?.string)
                    let scores = try await one.ask("GET", "/v1/leaderboards/\(board)/scores").body
                    #expect(try await two.ask("GET", "/v1/leaderboards/\(board)/scores").body == scores)
                    #expect(String(buffer: scores).contains("\"points\":9"))
                    for (name, version) in [("v1", ":live"), ("v2", "")] {
                        try await two.command(["pull", "game/build" + version, two.path(name)])
                        #expect(try FolderSample(two.path(name)).isEqual(FolderSample(one.path(name))))
                    }
                    try await two.expectSound()
                    // Once more is harmless, and a number is not given again.
                    #expect(try await two.summary(["import", file, "--json"])["was_there"] == true)
                    try await two.command(["push", one.path("v1"), "game/build"])
                    #expect(try await two.versions(of: "game/build").map(\.number).max() == 3)
                }
            }
        }

        /// What staging has becomes a changeset for the other daemon, and a file of rows does, too.
        @Test func differenceOfTwoDaemons_isAChangeset() async throws {
            try await Site.with { one in
                try await fill(one)
                try await Site.with { two in
                    let file = two.path("changes.yaml")
                    try "- {id: g, op: create, resource: games, body: {slug: game, name: Other}}\n"
                        .write(toFile: file, atomically: true, encoding: .utf8)
                    try await two.command(["apply", file])
                    let with = ["--with", one.address, "--with-key", one.key]
                    try await two.command(["diff", "game"] + with + ["--into", file])
                    try await two.command(["apply", file])
                    let same = try two.pawl(["diff", "game"] + with)
                    #expect(await same.status() == 0)
                    #expect(same.output.hasPrefix("There is no difference."), "\(same.output)")
                    let (names, here) = (try await one.rows("packs"), try await two.rows("packs"))
                    #expect(names.map { $0["sku"] } == here.map { $0["sku"] })
                    #expect(here.first?["id"] != names.first?["id"])

                    let rows = two.path("rows.yaml")
                    try """
                    items:
                      - {sku: sword, name: Sharper Sword}
                      - {sku: bow, name: Bow}
                    packs:
                      - {sku: p, name: P, entries: [{item_id: {$ref: items/bow}}]}
                    """.write(toFile: rows, atomically: true, encoding: .utf8)
                    try await two.command(["diff", "game", "--with", rows, "--into", file])
                    try await two.command(["apply", file])
                    #expect(try await two.rows("items").contains { $0["name"] == "Sharper Sword" })
                    let again = try await two.summary(["diff", "game", "--with", rows, "--json"])
                    #expect(again["operations"] == [], "\(again)")
                }
            }
        }

        @Test func gameThatWasDeleted_isImportedAgain() async throws {
            try await Site.with { site in
                let file = site.path("game.pawl")
                try "- {id: g, op: create, resource: games, body: {slug: game, name: Game}}\n"
                    .write(toFile: site.path("game.yaml"), atomically: true, encoding: .utf8)
                try await site.command(["apply", site.path("game.yaml")])
                try await site.command(["export", "game", file])
                let game = try await site.rows("games")
                for _ in 0..<2 {
                    try await site.command(["delete", "games", game.first?["id"]?.string ?? ""])
                    #expect(try await site.summary(["import", file, "--json"])["was_there"] == false)
                    #expect(try await site.rows("games") == game)
                }
            }
        }

        @Test func whatIsNoExport_orAGameThatIsThere_isRefused() async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("file"), size: 2 * mebibyte, seed: testSeed)
                try await site.push(site.path("file"), to: "game/file")
                let file = site.path("game.pawl")
                try await site.command(["export", "game", file])
                let here = try site.pawl(["import", file])
                #expect(await here.status() == 1 && here.errors.contains("is here already"), "\(here.errors)")

                try await Site.with { other in
                    for (name, edit) in Self.damages {
                        var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
                        edit(&bytes)
                        let broken = other.path(name)
                        try bytes.write(to: URL(fileURLWithPath: broken))
                        let tool = try other.pawl(["import", broken])
                        #expect(await tool.status() == 1, "\(name)")
                        #expect(tool.errors.contains("is no whole export"), "\(name): \(tool.errors)")
                        #expect(try await other.rows("assets") == [], "\(name)")
                    }
                    // What came of the broken ones is used.
                    try await other.command(["import", file])
                    try await other.command(["pull", "game/file", other.path("copy")])
                    #expect(RandomFile.areEqual(other.path("copy"), site.path("file")))
                }
            }
        }

        private static let damages: [(name: String, edit: @Sendable (inout Data) -> Void)] = [
            ("flipped", { $0[$0.count / 2] ^= 1 }), ("cut", { $0 = $0.prefix($0.count / 2) }),
            ("longer", { $0.append(contentsOf: [1, 2, 3]) }), ("endless", { $0 = $0.dropLast(64) }),
            ("empty", { $0 = Data() }), ("text", { $0 = Data("a text that is no export at all".utf8) }),
        ]
    }
}

extension Site {
    /// All rows of a resource.
    fileprivate func rows(_ resource: String) async throws -> [JSONObject] {
        try await output(["list", resource, "--json"]).compactMap { try JSONValue(parsing: $0.utf8).object }
    }

    /// The last line of a command that is expected to end well.
    fileprivate func summary(_ arguments: [String]) async throws -> JSONObject {
        try JSONValue(parsing: (try await output(arguments).last ?? "").utf8).object ?? [:]
    }

    private func output(_ arguments: [String]) async throws -> [String] {
        let tool = try pawl(arguments)
        try #require(await tool.status() == 0, "\(arguments): \(tool.errors)")
        return tool.output.split(separator: "\n").map(String.init)
    }
}
