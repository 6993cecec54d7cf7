import Glibc
import PawlClient
import PawlModel
import TestKit
import Testing

extension LiveTests {
    /// Following what happens with the SDK and the command line.
    @Suite(.timeLimit(.minutes(5))) struct EventFollowTests {
        /// Somebody follows while others write and the daemon is killed again and again: in the end every event of the
        /// list was told, once and in order.
        @Test func follower_missesNothing_whenTheDaemonIsKilled() async throws {
            try await Site.with { site in
                try await site.withClient { client in
                    let game = try await client.create(Game(slug: "game", name: "game"))
                    let filter = Filter("type", "assets.*")
                    let following = Task { try await follow(client, filter, until: "assets.deleted") }
                    for round in 0..<3 {
                        let writing = Task {
                            try await withThrowingTaskGroup(of: Void.self) { group in
                                for writer in 0..<8 {
                                    group.addTask {
                                        for number in 0..<10 {
                                            _ = try await client.create(
                                                Asset(gameID: game.id, path: "r\(round)w\(writer)n\(number)"))
                                        }
                                    }
                                }
                                try await group.waitForAll()
                            }
                        }
                        // In the middle of the writes, as the events themselves tell.
                        try await reach(client, filter, count: 80 * round + 20)
                        try await site.restart()
                        try await writing.value
                    }
                    let asset = try await client.list(Asset.self, pageSize: 1).items[0]
                    try await client.delete(asset)
                    let told = try await following.value
                    var listed: [ResourceID] = []
                    var cursor = EventCursor.oldest
                    var page: EventPage
                    repeat {
                        page = try await client.events(after: cursor, filter: filter, pageSize: 100)
                        listed += page.items.map(\.id)
                        cursor = page.nextAfter
                    } while page.hasMore
                    #expect(told == listed && told.count >= 241)
                }
            }
        }

        private func follow(_ client: PawlClient, _ filter: Filter, until type: String) async throws -> [ResourceID] {
            var told: [ResourceID] = []
            for try await notice in client.followEvents(after: .oldest, filter: filter) {
                guard case .event(let event) = notice else { continue }
                told.append(event.id)
                if event.type == type { break }
            }
            return told
        }

        /// Returns when so many events are there.
        private func reach(_ client: PawlClient, _ filter: Filter, count: Int) async throws {
            var met = 0
            for try await notice in client.followEvents(after: .oldest, filter: filter) {
                if case .event = notice { met += 1 }
                if met == count { return }
            }
        }

        @Test func command_printsWhatAnotherCommandDoes() async throws {
            try await Site.with { site in
                let tool = try site.pawl(["events", "--follow", "--after", "oldest", "--json", "--type", "channels.*"])
                try RandomFile.write(site.path("source"), size: 100_000, seed: testSeed)
                try await summary(site, ["push", site.path("source"), "game/file", "--channel", "live", "--json"])
                var event: Event?
                for await line in tool.lines {
                    event = try JSONValue(parsing: line.utf8).decoded()
                    break
                }
                #expect(event?.type == "channels.created" && event?.data.object?["name"] == "live")
                tool.send(SIGINT)
                #expect(await tool.status() == 0)
                #expect(tool.errors == "")

                let list = try site.pawl(["events", "--game", "game"])
                #expect(await list.status() == 0)
                let lines = list.output.split(separator: "\n")
                #expect(lines.count == 5, "\(list.output)")
                #expect(lines.first?.contains("  games.created ") == true && lines[0].contains("  by key_"))
                let subject = try site.pawl(["events", "--subject", "\(try #require(event).subject)", "--json"])
                #expect(await subject.status() == 0)
                #expect(subject.output.split(separator: "\n").count == 1)
                for wrong in [["--after", "x"], ["--type", "*"]] {
                    #expect(await (try site.pawl(["events"] + wrong)).status() != 0)
                }
            }
        }

        private func summary(_ site: Site, _ arguments: [String]) async throws {
            _ = try await site.summary(of: try site.pawl(arguments))
        }
    }
}
