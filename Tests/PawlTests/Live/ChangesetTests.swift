import Foundation
import PawlClient
import PawlModel
import TestKit
import Testing

extension MoreLiveTests {
    /// Many changes at once, by the commands that people type and against a daemon that is killed.
    @Suite(.timeLimit(.minutes(5))) struct ChangesetTests {
        private static let season = """
            message: Season 4
            operations:
              - id: pack
                op: create
                resource: packs
                body: {game_id: {$ref: game}, sku: s4, name: Season, entries: [{item_id: {$ref: sword}}]}
              - id: sword
                op: create
                resource: items
                body: {game_id: {$ref: game}, sku: sunblade, name: Sunblade}
              - {id: game, op: create, resource: games, body: {slug: g, name: Game}, if_none_exist: {slug: g}}
            """

        @Test func file_isShown_applied_andTakenBack() async throws {
            try await Site.with { site in
                let file = site.path("season.yaml")
                try Self.season.write(toFile: file, atomically: true, encoding: .utf8)
                let dry = try await site.lines(["apply", file, "--dry-run"])
                #expect(dry.contains { $0.hasPrefix("+ items sunblade") })
                #expect(dry.contains("    name: \"Sunblade\""))
                let plan = try #require(dry.last?.split(separator: " ").last.map(String.init))
                #expect(try await site.lines(["list", "items"]) == [])
                let applied = try await site.lines(["apply", file, "--expect-plan", plan])
                let id = try #require(applied.last?.split(separator: " ").dropFirst(2).first?.dropLast()).description
                #expect(id.hasPrefix("chs_") && applied.last?.contains("3 rows made") == true)
                // Once more, it would be something else.
                let again = try site.pawl(["apply", file, "--expect-plan", plan])
                #expect(await again.status() == 1)
                #expect(again.errors.contains("season.yaml:7: sword: "), "\(again.errors)")

                let games = try await site.lines(["list", "games", "--json"])
                let game = try #require(try JSONValue(parsing: games[0].utf8).object?["id"]?.string)
                try await site.lines(["update", "games", game, "--name", "Renamed"])
                let conflict = try site.pawl(["revert", id])
                #expect(await conflict.status() == 1)
                #expect(
                    conflict.errors.contains(
                        "name: it left \"Game\", now there is \"Renamed\", and the revert wants null"),
                    "\(conflict.errors)")
                try await site.lines(["update", "games", game, "--name", "Game"])
                #expect(try await site.lines(["revert", id, "--dry-run"]).last?.contains("3 rows deleted") == true)
                let reverted = try await site.lines(["revert", id])
                #expect(reverted.last?.contains("3 rows deleted") == true)
                #expect(try await site.lines(["list", "games", "--json"]) == [])
                let list = try await site.lines(["changesets"])
                #expect(list.contains { $0.hasPrefix(id) && $0.contains("taken back") && $0.contains("Season 4") })
                #expect(try await site.lines(["changesets", id]).contains { $0.hasPrefix("+ packs s4") })
            }
        }

        /// The daemon is killed at random moments of a changeset and of its revert: it is done as a whole, or not at all,
        /// and what was answered is done.
        @Test func killedAtAnyMoment_itIsAllOrNothing() async throws {
            let kills = isSoak ? 200 : 10
            try await Site.with { site in
                var random = SeededGenerator(seed: testSeed)
                let game = try await site.withClient { try await $0.create(Game(slug: "game", name: "Game")) }.id
                let request = ChangesetRequest(
                    operations: (0..<200).map { number in
                        ChangesetOperation(
                            "item\(number)", .create, resource: "items",
                            body: [
                                "game_id": .string(game.description), "sku": .string("sku\(number)"), "name": "Item",
                            ])
                    })
                var (applied, outcomes): (ResourceID?, [Bool]) = (nil, [])
                for number in 1...kills {
                    let target = applied
                    let (client, address, key) = (PawlClient.self, site.address, site.key)
                    let work = Task {
                        try await client.withClient(.init(server: address, key: key, retryFor: .zero)) { client in
                            if let target { return try await client.revert(target) }
                            return try await client.apply(request)
                        }
                    }
                    try await Task.sleep(for: .microseconds(Int.random(in: 0...60_000, using: &random)))
                    await site.killDaemon()
                    let answer = try? await work.value
                    try await site.start()
                    let (items, newest) = try await site.withClient { client in
                        (
                            try await client.all(Item.self).count,
                            try await client.changesets(pageSize: 1).items.first
                        )
                    }
                    let place: Comment = "kill \(number), seed \(testSeed)"
                    #expect(items == 0 || items == 200, place)
                    let isDone = items == (target == nil ? 200 : 0)
                    #expect(isDone || answer == nil, place)
                    #expect(answer == nil || answer?.id == newest?.id, place)
                    if isDone { applied = target == nil ? newest?.id : nil }
                    outcomes.append(isDone)
                }
                figure("\(kills) kills: \(outcomes.count { $0 }) done before, \(outcomes.count { !$0 }) not")
                try await site.expectSound()
            }
        }
    }
}

extension Site {
    /// The lines that a command prints, which is expected to end well.
    @discardableResult
    fileprivate func lines(
        _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [String] {
        let tool = try pawl(arguments)
        let status = await tool.status()
        note(tool)
        try #require(status == 0, "\(tool.errors)", sourceLocation: sourceLocation)
        return tool.output.split(separator: "\n").map(String.init)
    }
}
