import Metadata
import PawlModel
import TestKit
import Testing

struct RankTests {
    private typealias Column = Leaderboard.Column

    /// Boards that grow, churn and drain by chance, with every question compared to a naive recount on the way.
    @Test(arguments: [RankNodeSizes(leaf: 3, fanOut: 3), RankWorld.smallNodes, RankNodeSizes(leaf: 16, fanOut: 5)])
    func ranks_areThoseOfARecount(_ sizes: RankNodeSizes) async throws {
        try await RankWorld.with(sizes: sizes) { world in
            let players = 120
            try await world.insertPlayers(0..<players)
            let mixed = [
                Column(name: "laps"), Column(name: "seconds", direction: .ascending),
                Column(name: "runs", operator: .sum), Column(name: "mood", operator: .last, direction: .ascending),
                Column(name: "worst", operator: .min),
            ]
            let boards = [
                try await world.board(1), try await world.board(2, mixed),
                try await world.board(2, window: "2026-11-23", mixed),
                try await world.board(3, [Column(name: "total", operator: .sum)]),
            ]
            var model = RankModel(boards, generator: SeededGenerator(seed: testSeed))
            for round in 0..<24 {
                let removals = [2, 2, 25, 75][round / 3 % 4]
                let before = model
                let (after, findings) = try await world.rows { rows in
                    var model = before
                    var findings = try (0..<80).flatMap { _ in
                        try model.change(rows, players: players, removals: removals)
                    }
                    findings += try model.compare(rows, players: players)
                    return (model, findings)
                }
                #expect(findings == [], "round \(round), seed \(testSeed)")
                #expect(try await world.audit() == [], "round \(round), seed \(testSeed)")
                model = after
            }
        }
    }

    /// Keys that only rise, fall or come in order are the worst for a tree: it must neither grow nor rot.
    @Test(arguments: [1, -1] as [Int64])
    func climbingScores_leaveNoEmptyNodesBehind(_ direction: Int64) async throws {
        try await RankWorld.with { world in
            try await world.insertPlayers(0..<60)
            let board = try await world.board()
            for round in 1...20 {
                try await world.rows { rows in
                    for player in 0..<60 {
                        try rows.removeAll(of: RankWorld.player(player))
                        try rows.submit(player, [direction * Int64(60 * round + player)], at: round, to: board)
                    }
                }
                let audit = try await world.audit(board: 1)
                #expect(audit.findings == [])
                // Leaves of two and inner nodes of two at least: 30 + 15 + 7 + 3 + 1.
                #expect(audit.nodeCount <= 56 && audit.height <= 5)
            }
            try await world.rows { rows in
                for player in 0..<60 { try rows.removeAll(of: RankWorld.player(player)) }
            }
            let rest = try await world.audit(board: 1)
            #expect(rest.nodeCount == 0 && rest.findings == [])
        }
    }

    @Test func tie_isWonByTheFirst_andRepeatingAScoreKeepsIt() async throws {
        try await RankWorld.with { world in
            try await world.insertPlayers(0..<3)
            let board = try await world.board()
            try await world.rows { rows in
                try rows.submit(2, [10], at: 1, to: board)
                try rows.submit(1, [10], at: 2, to: board)
                try rows.submit(0, [11], at: 3, to: board)
            }
            let (score, isChanged) = try await world.rows { try $0.submit(2, [10], at: 4, to: board) }
            #expect(!isChanged && score.rank == 2 && score.reachedAt == Timestamp(microseconds: 1))
            let page = try await world.rows { try $0.page(of: board, limit: 10) }
            #expect(page.scores.map(\.playerID) == [0, 2, 1].map(RankWorld.player))
            #expect(page.next == nil)
        }
    }

    @Test func submissions_areAllKept_untilThePlayerGoes() async throws {
        try await RankWorld.with { world in
            try await world.insertPlayers(0..<2)
            let board = try await world.board(1, [Column(name: "a"), Column(name: "b", operator: .sum)])
            try await world.rows { rows in
                for run in 1...5 { try rows.submit(0, [Int64(-run), 1], at: run, to: board) }
                try rows.submit(1, [0, 0], at: 6, to: board)
            }
            let kept = try await world.submissions(of: 0, to: board)
            #expect(kept.map(\.values) == (1...5).map { [-$0, 1] })
            #expect(kept.map(\.submittedAt.microseconds) == [1, 2, 3, 4, 5])
            try await world.rows { try $0.removeAll(of: RankWorld.player(0)) }
            #expect(try await world.submissions(of: 0, to: board) == [])
            // Nothing refers to the player any more.
            try await world.database.transaction { sql in
                try sql.execute("DELETE FROM players WHERE id = ?", [.id(RankWorld.player(0))])
            }
        }
    }

    /// A run that breaks a rule changes nothing; who is not there is told as the database tells it.
    @Test func refusedRuns_leaveNoTrace() async throws {
        try await RankWorld.with { world in
            try await world.insertPlayers(0..<1)
            let board = try await world.board(1, [Column(name: "total", operator: .sum)])
            let largest = Limits.wholeNumberMax
            try await world.rows { _ = try $0.submit(0, [largest], at: 1, to: board) }
            let problem = await #expect(throws: Problem.self) {
                try await world.rows { _ = try $0.submit(0, [1], at: 2, to: board) }
            }
            #expect(problem?.violations.map(\.pointer) == ["/values/total"])
            let error = await #expect(throws: SQLError.self) {
                try await world.rows { _ = try $0.submit(1, [1], at: 2, to: board) }
            }
            #expect(error?.code == .foreignKey)
            let nowhere = ScoreBoard(
                ResourceID(prefix: "lbd", value: 99), window: "all_time", columns: board.columns)
            let unknown = await #expect(throws: SQLError.self) {
                try await world.rows { _ = try $0.submit(0, [1], at: 2, to: nowhere) }
            }
            #expect(unknown?.code == .foreignKey)
            let scores = try await world.rows { try $0.page(of: board, limit: 5).scores }
            #expect(scores.map(\.values) == [["total": largest]])
            #expect(try await world.submissions(of: 0, to: board).count == 1)
            #expect(try await world.audit() == [])
            let empty = try await world.rows { try $0.page(of: nowhere, limit: 5) }
            #expect(empty.scores.isEmpty && empty.next == nil)
        }
    }
}
