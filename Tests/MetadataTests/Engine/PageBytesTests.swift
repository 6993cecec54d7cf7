import Catalog
import Metadata
import PawlModel
import TestKit
import Testing

/// Pages of large rows end on their bytes: together they still are everything, once and in order.
struct PageBytesTests {
    @Test func pagesOfRows_endOnTheirBytes() async throws {
        try await withPlayers { world, players in
            var met: [JSONObject] = []
            var token: String?
            var pages = 0
            repeat {
                let query = try ListQuery(
                    filter: nil, orderBy: "created_at desc", pageSize: "500", pageToken: token, of: Player.schema)
                let page = try await world.reader.page(Player.schema, query, for: .daemon)
                let sizes = page.rows.map { JSONValue.object($0).data.count }
                #expect(sizes.dropLast().reduce(0, +) < Limits.pageBytesMax)
                met += page.rows
                token = page.nextToken
                pages += 1
            } while token != nil
            #expect(pages == 2 && met == players.reversed())
        }
    }

    @Test func pagesOfEvents_endOnTheirBytes() async throws {
        try await withPlayers { world, players in
            let feed = EventFeed(writePath: world.writePath, retention: 3600)
            let filter = EventFilter(type: "players.*")
            var met: [String] = []
            var cursor = EventCursor.oldest
            var pages = 0
            var page: EventRowPage
            repeat {
                page = try await feed.page(after: cursor, filter, limit: 500, for: .daemon)
                #expect(page.rows.dropLast().reduce(0) { $0 + $1.json.utf8.count } < Limits.pageBytesMax)
                met += try page.rows.map { row in
                    try JSONValue(parsing: row.json.utf8).object?["subject"]?.string ?? ""
                }
                cursor = page.position.cursor
                pages += 1
            } while page.hasMore
            #expect(pages == 2 && met == players.map { $0["id"]?.string })
        }
    }

    /// A hundred players with 60 kB each.
    private func withPlayers(_ body: (EngineWorld, [JSONObject]) async throws -> Void) async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            let data: JSONValue = ["save": .string(String(repeating: "x", count: 60_000))]
            var players: [JSONObject] = []
            for number in 0..<100 {
                world.clock.advance(bySeconds: 1)
                let fields: JSONObject = [
                    "game_id": game["id"] ?? .null, "name": .string("p\(number)"), "data": data,
                ]
                players.append(try await world.create(Player.schema, fields))
            }
            try await body(world, players)
        }
    }
}
