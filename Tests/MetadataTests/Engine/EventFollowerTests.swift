import Catalog
import Metadata
import PawlModel
import TestKit
import Testing

/// Following what happens: nothing is lost, nobody polls, and every wait ends.
@Suite(.timeLimit(.minutes(5))) struct EventFollowerTests {
    @Test func signal_wakesEverybody_whoWaitedForThatGeneration() async {
        let signal = EventSignal()
        let generation = signal.generation
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 { group.addTask { await signal.wait(after: generation) } }
            signal.signal()
        }
        // What was missed between reading and waiting ends the wait at once.
        await signal.wait(after: generation)
        #expect(signal.generation == generation + 1)
    }

    @Test func wait_ends_byCancellationByCloseAndInTime() async {
        let signal = EventSignal()
        let task = Task { await signal.wait(after: 0) }
        task.cancel()
        await task.value
        await signal.wait(after: 0, until: .now)
        let waiting = Task { await signal.wait(after: 0) }
        signal.close()
        await waiting.value
        await signal.wait(after: 0)
        #expect(signal.isClosed)
    }

    /// Sixteen writers at once: a follower gets every event once, in the order of the list, and those of each row in
    /// the order of its revisions.
    @Test func follower_getsEverything_whileSixteenWrite() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            let feed = EventFeed(writePath: world.writePath, retention: 3600)
            let follower = try await feed.follow(after: .latest, EventFilter(type: "assets.*"), for: .daemon)
            let (writers, changes) = (16, 25)
            let reading = Task {
                var follower = follower
                var met: [Event] = []
                while met.count < writers * changes {
                    guard case .events(let rows) = try await follower.next(within: .seconds(20)) else { break }
                    met += try rows.map { try JSONValue(parsing: $0.json.utf8).decoded() }
                }
                return met
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<writers {
                    group.addTask {
                        var asset = try await world.asset(game, "p\(writer)")
                        for change in 1..<changes {
                            asset = try await world.update(Asset.schema, asset, ["title": .string("\(change)")])
                        }
                    }
                }
                try await group.waitForAll()
            }
            let met = try await reading.value
            #expect(Set(met.map(\.id)).count == writers * changes)
            for events in Dictionary(grouping: met, by: \.subject).values {
                #expect(events.map { $0.data.object?["revision"] } == (1...changes).map { .int(Int64($0)) })
            }
            let listed = try await feed.page(
                after: .oldest, EventFilter(type: "assets.*"), limit: 500, for: .daemon)
            #expect(listed.rows.map(\.id) == met.map(\.id))
        }
    }

    @Test func quietFollower_movesOverWhatIsNotForIt() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            let feed = EventFeed(writePath: world.writePath, retention: 3600)
            var follower = try await feed.follow(after: .oldest, EventFilter(type: "channels.*"), for: .daemon)
            for number in 0..<3 { try await world.asset(game, "p\(number)") }
            guard case .quiet(let position) = try await follower.next(within: .zero) else {
                Issue.record("there is nothing for it")
                return
            }
            let latest = try await feed.page(after: .latest, EventFilter(), limit: 1, for: .daemon).position
            #expect(position == latest)
        }
    }

    /// Where there is much that is not for it, it comes back in time and goes on from there.
    @Test func follower_keepsItsPatience_whereThereIsMore() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game().resourceID
            let feed = EventFeed(writePath: world.writePath, retention: 3600)
            let ids = (0..<2 * Limits.eventScanMax).map { _ in world.writePath.ambient.newID("evn") }
            let now = world.clock.now
            try await world.database.transaction { sql in
                for id in ids {
                    try sql.execute(
                        """
                        INSERT INTO events (id, created_at, type, game_id, subject, data)
                        VALUES (?, ?, ?, ?, ?, '{}')
                        """,
                        [.id(id), .time(now), "games.updated", .id(game), .id(game)])
                }
            }
            var follower = try await feed.follow(after: .oldest, EventFilter(type: "assets.*"), for: .daemon)
            let end = try await feed.page(after: .latest, EventFilter(), limit: 1, for: .daemon).position
            var positions: [EventPosition] = []
            while positions.last != end, positions.count < 9 {
                guard case .quiet(let position) = try await follower.next(within: .zero) else { break }
                positions.append(position)
            }
            #expect(positions.count == 3 && positions.last == end)
        }
    }

    @Test func closedFeed_endsItsFollowers() async throws {
        try await EngineWorld.with { world in
            let feed = EventFeed(writePath: world.writePath, retention: 3600)
            let follower = try await feed.follow(after: .latest, EventFilter(), for: .daemon)
            let waiting = Task {
                var follower = follower
                guard case .closed = try await follower.next(within: .seconds(60)) else { return false }
                return true
            }
            feed.close()
            #expect(try await waiting.value)
        }
    }
}
