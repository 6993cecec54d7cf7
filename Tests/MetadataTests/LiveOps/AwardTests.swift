import LiveOps
import Metadata
import PawlModel
import TestKit
import Testing

/// Points of players, and XP of seasons.
struct AwardTests {
    @Test func points_addUp_andTheEventTellsWhy() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            try await world.call(Player.award, ann.id, ["points": 5])
            let after: Stored<Player> = try await world.answer(
                of: Player.award, ann.id, ["points": 1_000_000_000, "reason": "won"])
            #expect(after.points == 1_000_000_005)
            #expect(try await world.now(ann) == after)
            let told = try await world.database.read { sql in
                try sql.rows("SELECT data FROM events WHERE type = 'players.awarded' ORDER BY sequence").map {
                    try JSONValue(parsing: try $0.text("data").utf8).object?["reason"]
                }
            }
            #expect(told == [.null, "won"])
        }
    }

    @Test func points_areRefused_pastWhatReadersTellApart_orForTheBanned() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.make(
                Player(gameID: world.gameID, name: "Ann", points: Limits.wholeNumberMax - 1))
            let traces = try await world.traces()
            let full = try await problem { try await world.call(Player.award, ann.id, ["points": 2]) }
            #expect(full.code == .notAvailable)
            for points in [0, -1, 1_000_000_001, "1", .null] as [JSONValue] {
                let refused = try await problem { try await world.call(Player.award, ann.id, ["points": points]) }
                #expect(refused.code == .invalid && refused.violations.map(\.pointer) == ["/points"])
            }
            #expect(try await world.traces() == traces)
            try await world.call(Player.award, ann.id, ["points": 1])
            #expect(try await world.now(ann).points == Limits.wholeNumberMax)
            let eve = try await world.player("Eve", state: .banned)
            let banned = try await problem { try await world.call(Player.award, eve.id, ["points": 1]) }
            #expect(banned.code == .notAvailable)
        }
    }

    private func season(
        in world: PlayWorld, state: ScheduleState = .published, grace: Int64? = nil
    ) async throws -> Stored<Season> {
        let now = world.clock.now
        return try await world.make(
            Season(
                gameID: world.gameID, name: "One", startsAt: now.advanced(bySeconds: 10),
                endsAt: now.advanced(bySeconds: 20), graceUntil: grace.map { now.advanced(bySeconds: $0) },
                state: state))
    }

    private func award(
        _ season: Stored<Season>, _ player: Stored<Player>, _ xp: Int64 = 7, in world: PlayWorld
    ) async throws -> Stored<SeasonProgress> {
        try await world.answer(of: Season.award, season.id, ["player_id": player.json, "xp": .int(xp)])
    }

    @Test func xp_addsUpInOneRowOfAPlayerAndASeason() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let bob = try await world.player("Bob")
            let season = try await season(in: world)
            world.clock.advance(bySeconds: 10)
            let first = try await award(season, ann, in: world)
            #expect(first.xp == 7 && !first.premium && first.claims.isEmpty && first.gameID == world.gameID)
            let second = try await award(season, ann, 3, in: world)
            #expect(second.id == first.id && second.xp == 10 && second.revision == 2)
            #expect(try await award(season, bob, 1, in: world).xp == 1)
            #expect(try await world.all(SeasonProgress.self).count == 2)
            try await world.force(second, ["xp": .int(Limits.wholeNumberMax)])
            #expect(try await problem { try await award(season, ann, 1, in: world) }.code == .notAvailable)
        }
    }

    @Test func xp_isGivenWhileTheSeasonIsOn_andNotInItsGrace() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let seasons = [
                try await season(in: world), try await season(in: world, grace: 30),
                try await season(in: world, state: .draft), try await season(in: world, state: .ended),
            ]
            func open() async throws -> [Bool] {
                var open: [Bool] = []
                for season in seasons {
                    do {
                        _ = try await award(season, ann, in: world)
                        open.append(true)
                    } catch let problem as Problem {
                        #expect(problem.code == .notAvailable)
                        open.append(false)
                    }
                }
                return open
            }
            var told: [[Bool]] = []
            for seconds: Int64 in [9, 1, 9, 1, 9, 1] {
                world.clock.advance(bySeconds: seconds)
                told.append(try await open())
            }
            let (none, both) = ([false, false, false, false], [true, true, false, false])
            #expect(told == [none, both, both, none, none, none])
            let eve = try await world.player("Eve", state: .banned)
            #expect(try await problem { try await award(seasons[1], eve, in: world) }.code == .notAvailable)
        }
    }
}
