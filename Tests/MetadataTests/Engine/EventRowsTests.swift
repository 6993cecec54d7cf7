import Catalog
import Metadata
import PawlModel
import TestKit
import Testing

/// The outbox as its readers see it.
struct EventRowsTests {
    @Test func pages_haveEveryEventInOrder_andSayWhereToGoOn() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            for number in 0..<20 { try await world.asset(game, "p\(number)") }
            let feed = EventFeed(writePath: world.writePath, retention: 3600)
            for limit in [1, 7, 21, 50] {
                var met: [Event] = []
                var cursor = EventCursor.oldest
                var page: EventRowPage
                repeat {
                    page = try await feed.page(after: cursor, EventFilter(), limit: limit, for: .daemon)
                    #expect(page.rows.count <= limit)
                    met += try page.events
                    cursor = page.position.cursor
                } while page.hasMore
                #expect(met.map(\.type) == ["games.created"] + Array(repeating: "assets.created", count: 20))
                #expect(met.dropFirst().map { $0.data.object?["path"] } == (0..<20).map { .string("p\($0)") })
                #expect(Set(met.map(\.id)).count == 21)
                #expect(met.allSatisfy { $0.gameID == game.resourceID && $0.changesetID != nil })
                // Behind the last one there is nothing, and asking again changes nothing.
                let end = try await feed.page(after: cursor, EventFilter(), limit: limit, for: .daemon)
                #expect(end.rows.isEmpty && !end.hasMore && end.position.cursor == cursor)
                let latest = try await feed.page(after: .latest, EventFilter(), limit: limit, for: .daemon)
                #expect(latest.rows.isEmpty && latest.position.cursor == cursor)
            }
        }
    }

    @Test func filters_andCallers_seeWhatIsTheirs() async throws {
        try await EngineWorld.with { world in
            let (game, other) = (try await world.game(), try await world.game("other"))
            let asset = try await world.asset(game, "one")
            try await world.asset(other, "two")
            try await world.update(Asset.schema, asset, ["title": "New"])
            try await world.create(Key.schema, ["name": "k", "scopes": ["assets:read"], "game_id": game["id"]!])
            let admin = Caller.daemon
            let little = Caller(id: nil, scopes: [.eventsRead], gameID: nil)
            let reader = Caller(
                id: nil, scopes: [.eventsRead, .assetsRead, .catalogRead, .playersWrite], gameID: nil)
            let bound = Caller(id: nil, scopes: [.eventsRead, .assetsRead], gameID: game.resourceID)
            let all = [
                "games.created", "games.created", "assets.created", "assets.created", "assets.updated", "keys.created",
            ]
            #expect(try await types(world, EventFilter(), admin) == all)
            // What only admin may read is told to admin only.
            #expect(try await types(world, EventFilter(), reader) == all.dropLast())
            // Without the scopes to read them nobody learns of rows by their events, whatever she asks for.
            #expect(try await types(world, EventFilter(), little) == ["games.created", "games.created"])
            #expect(try await types(world, EventFilter(subject: asset.resourceID), little).isEmpty)
            #expect(
                try await types(world, EventFilter(), bound) == ["games.created", "assets.created", "assets.updated"])
            #expect(try await types(world, EventFilter(type: "assets.created"), admin).count == 2)
            #expect(try await types(world, EventFilter(type: "assets.*"), admin).count == 3)
            #expect(try await types(world, EventFilter(type: "asset.*"), admin).isEmpty)
            #expect(
                try await types(world, EventFilter(subject: asset.resourceID), bound) == [
                    "assets.created", "assets.updated",
                ])
            #expect(
                try await types(world, EventFilter(gameID: other.resourceID, type: "assets.*"), admin) == [
                    "assets.created"
                ])
            let refused = try await problem { try await types(world, EventFilter(gameID: other.resourceID), bound) }
            #expect(refused.code == .notFound)
            // An event of another game is not even a place to begin at.
            let feed = EventFeed(writePath: world.writePath, retention: 3600)
            let foreign = try await feed.page(
                after: .oldest, EventFilter(gameID: other.resourceID), limit: 1, for: admin)
            let expired = try await problem {
                try await feed.page(after: foreign.position.cursor, EventFilter(), limit: 1, for: bound)
            }
            #expect(expired.code == .eventsExpired)
        }
    }

    /// One event in thousands is of the type, the game or the row that is asked for: no page looks at more than it may,
    /// each moves on, and all are found.
    @Test func rareEvents_areFound_byPagesOfBoundedCost() async throws {
        try await EngineWorld.with { world in
            let (game, other) = (try await world.game(), try await world.game("other"))
            let rare = try await world.asset(other, "rare")
            let count = 3 * Limits.eventScanMax
            try await fill(world, game, count: count)
            try await world.update(Asset.schema, rare, ["title": "1"])
            try await fill(world, game, count: count)
            try await world.update(Asset.schema, rare, ["title": "2"])
            let feed = EventFeed(writePath: world.writePath, retention: 3600)
            for (filter, pagesMax) in [
                (EventFilter(type: "assets.updated"), 8), (EventFilter(gameID: other.resourceID), 1),
                (EventFilter(subject: rare.resourceID, type: "assets.updated"), 1),
                (EventFilter(gameID: game.resourceID, type: "assets.updated"), 8),
            ] {
                var met: [Event] = []
                var cursors: Set<EventCursor> = [.oldest]
                var cursor = EventCursor.oldest
                var page: EventRowPage
                repeat {
                    page = try await feed.page(after: cursor, filter, limit: 50, for: .daemon)
                    met += try page.events
                    cursor = page.position.cursor
                    #expect(cursors.insert(cursor).inserted, "a page did not move on")
                } while page.hasMore && cursors.count < 20
                #expect(cursors.count - 1 <= pagesMax, "\(filter)")
                let updates = met.filter { $0.type == "assets.updated" }
                #expect(
                    updates.map(\.subject)
                        == (filter.gameID == game.resourceID ? [] : [rare.resourceID, rare.resourceID]))
            }
        }
    }

    @Test func oldEvents_areForgotten_andAReaderWhoIsBehindIsTold() async throws {
        try await EngineWorld.with { world in
            let feed = EventFeed(writePath: world.writePath, retention: 100)
            let game = try await world.game()
            let asset = try await world.asset(game)
            let first = try await feed.page(after: .oldest, EventFilter(), limit: 1, for: .daemon).position.cursor
            world.clock.advance(bySeconds: 60)
            try await world.update(Asset.schema, asset, ["title": "New"])
            #expect(try await feed.forgetOld() == false)
            #expect(try await types(world, EventFilter(), .daemon).count == 3)

            world.clock.advance(bySeconds: 60)
            while try await feed.forgetOld() {}
            #expect(try await types(world, EventFilter(), .daemon) == ["assets.updated"])
            let expired = try await problem {
                try await feed.page(after: first, EventFilter(), limit: 1, for: .daemon)
            }
            #expect(expired.code == .eventsExpired)
            var follower = try await feed.follow(after: first, EventFilter(), for: .daemon)
            guard case .reset(let position) = try await follower.next(within: .zero) else {
                Issue.record("it was not told")
                return
            }
            let latest = try await feed.page(after: .latest, EventFilter(), limit: 1, for: .daemon).position
            #expect(position == latest)

            // The newest one stays for good, so that those to come are behind it.
            world.clock.advance(bySeconds: 1000)
            while try await feed.forgetOld() {}
            #expect(try await types(world, EventFilter(), .daemon) == ["assets.updated"])
            let changed = try await world.row(Asset.schema, asset)
            try await world.update(Asset.schema, changed, ["title": "Newer"])
            #expect(try await feed.page(after: latest.cursor, EventFilter(), limit: 5, for: .daemon).rows.count == 1)
        }
    }

    /// A rollback looks at what a channel was, however long ago: readers of events do not see that far.
    @Test func channels_keepTheirHistory_whenEventsAreForgotten() async throws {
        try await EngineWorld.with { world in
            let asset = try await world.asset(try await world.game())
            let versions = [
                try await world.version(of: asset, number: 1), try await world.version(of: asset, number: 2),
            ]
            let channel = try await world.create(
                Channel.schema,
                ["asset_id": asset["id"]!, "name": "live", "version_id": .string("\(versions[0])")])
            try await world.update(Channel.schema, channel, ["version_id": .string("\(versions[1])")])
            world.clock.advance(bySeconds: 1000)
            try await world.asset(["id": asset["game_id"]!], "later")
            let feed = EventFeed(writePath: world.writePath, retention: 100)
            while try await feed.forgetOld() {}
            #expect(try await types(world, EventFilter(), .daemon) == ["assets.created"])
            #expect(try await types(world, EventFilter(subject: channel.resourceID), .daemon).isEmpty)
            let states = try await world.database.read {
                try RowHistory($0).states(of: channel.resourceID, markedBy: "channels.rolled_back")
            }
            #expect(states.map { $0.state["version_id"] } == versions.map { .string("\($0)") })
        }
    }

    private func types(_ world: EngineWorld, _ filter: EventFilter, _ caller: Caller) async throws -> [String] {
        try await EventFeed(writePath: world.writePath, retention: 3600)
            .page(after: .oldest, filter, limit: 500, for: caller).rows.map(\.type)
    }

    /// Many events at once, as if rows of a game had been made.
    private func fill(_ world: EngineWorld, _ game: JSONObject, count: Int) async throws {
        let ids = (0..<count).map { _ in world.writePath.ambient.newID("evn") }
        let now = world.clock.now
        try await world.database.transaction { sql in
            for id in ids {
                try sql.execute(
                    "INSERT INTO events (id, created_at, type, game_id, subject, data) VALUES (?, ?, ?, ?, ?, '{}')",
                    [.id(id), .time(now), "assets.created", .id(game.resourceID), .id(game.resourceID)])
            }
        }
    }
}

extension EventRowPage {
    /// What a client makes of the rows.
    fileprivate var events: [Event] {
        get throws { try rows.map { try JSONValue(parsing: $0.json.utf8).decoded() } }
    }
}
