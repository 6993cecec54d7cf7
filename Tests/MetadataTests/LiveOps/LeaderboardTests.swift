import LiveOps
import Metadata
import PawlModel
import TestKit
import Testing

/// Scores by way of their verb, and what becomes of them.
struct LeaderboardTests {
    private func board(
        in world: PlayWorld, window: Leaderboard.Window = .allTime
    ) async throws -> Stored<Leaderboard> {
        try await world.make(
            Leaderboard(
                gameID: world.gameID, code: "run",
                columns: [.init(name: "seconds", direction: .ascending), .init(name: "coins", operator: .sum)],
                window: window))
    }

    private func submit(
        _ seconds: JSONValue, _ coins: JSONValue, of player: Stored<Player>, to board: Stored<Leaderboard>,
        in world: PlayWorld
    ) async throws -> Score {
        try await world.answer(
            of: Leaderboard.submit, board.id,
            ["player_id": player.json, "values": ["seconds": seconds, "coins": coins]])
    }

    @Test func submit_answersWhatThePlayerHas_andHerRank() async throws {
        try await PlayWorld.with { world in
            let board = try await board(in: world)
            let ann = try await world.player("Ann")
            let bob = try await world.player("Bob")
            #expect(try await submit(80, 5, of: ann, to: board, in: world).rank == 1)
            #expect(try await submit(70, 1, of: bob, to: board, in: world).rank == 1)
            world.clock.advance(bySeconds: 1)
            let score = try await submit(90, 2, of: ann, to: board, in: world)
            #expect(
                score
                    == Score(
                        leaderboardID: board.id, window: "all_time", playerID: ann.id, rank: 2,
                        values: ["seconds": 80, "coins": 7], reachedAt: world.clock.now))
        }
    }

    @Test func submit_isRefused_whenValuesOrPlayerDoNotFit() async throws {
        try await PlayWorld.with { world in
            let board = try await board(in: world)
            let ann = try await world.player("Ann")
            func refused(_ values: JSONValue, _ player: Stored<Player>) async throws -> Problem {
                try await problem {
                    try await world.call(
                        Leaderboard.submit, board.id, ["player_id": player.json, "values": values])
                }
            }
            let broken = try await refused(["seconds": "1", "coins": .double(1.5), "a/b": .null], ann)
            #expect(broken.code == .invalid)
            #expect(broken.violations.map(\.pointer) == ["/values/a~1b", "/values/coins", "/values/seconds"])
            let unknown = try await refused(["seconds": 1, "luck": 2], ann)
            #expect(Set(unknown.violations.map(\.pointer)) == ["/values/coins", "/values/luck"])
            let eve = try await world.player("Eve", state: .banned)
            #expect(try await refused(["seconds": 1, "coins": 1], eve).code == .notAvailable)
            let other = try await world.make(Game(slug: "other", name: "Other"))
            let stranger = try await world.make(Player(gameID: other.id, name: "Sue"))
            #expect(
                try await refused(["seconds": 1, "coins": 1], stranger).violations.map(\.pointer) == ["/player_id"])
            let large = try await refused(["seconds": 1, "coins": .int(Limits.wholeNumberMax + 1)], ann)
            #expect(large.code == .invalid && large.violations.map(\.pointer) == ["/values/coins"])
        }
    }

    @Test func windowsOfTime_areNotKeptSoFar() async throws {
        try await PlayWorld.with { world in
            for window in Leaderboard.Window.allCases where window != .allTime {
                let refused = try await problem { try await board(in: world, window: window) }
                #expect(refused.code == .invalid && refused.violations.map(\.pointer) == ["/window"])
            }
        }
    }

    @Test func playersAndBoards_goWithTheirScores() async throws {
        try await PlayWorld.with { world in
            let board = try await board(in: world)
            var players: [Stored<Player>] = []
            for (index, name) in ["Ann", "Bob", "Cid"].enumerated() {
                players.append(try await world.player(name))
                _ = try await submit(.int(Int64(index)), 1, of: players[index], to: board, in: world)
            }
            try await world.delete(players[0])
            #expect(try await submit(5, 1, of: players[2], to: board, in: world).rank == 2)
            try await world.delete(board)
            let left = try await world.database.read { sql in
                try ["score_boards", "scores", "score_submissions", "rank_nodes"].map {
                    try sql.row("SELECT COUNT(*) AS n FROM \($0)")!.integer("n")
                }
            }
            #expect(left == [0, 0, 0, 0])
            try await world.delete(players[1])
        }
    }
}
