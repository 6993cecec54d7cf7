import Foundation
import Metadata
import PawlModel
import TestKit
import Testing

/// A large board with nodes of their real size. It prints what ranks cost, and asserts only what does not hang on the
/// machine: with `PAWL_SOAK` or `PAWL_TEST_FIGURES` a million players, otherwise some thousands.
struct RankFigures {
    private static let isLarge = ["PAWL_SOAK", "PAWL_TEST_FIGURES"].contains {
        ProcessInfo.processInfo.environment[$0] != nil
    }
    private static let players = isLarge ? 1_000_000 : 10_000
    private static let batch = 10_000

    @Test func largeBoard_ranksExactly() async throws {
        try await RankWorld.with(sizes: RankNodeSizes()) { world in
            let board = try await world.board()
            // The points of player i are order[i]: her rank is known without counting.
            var generator = SeededGenerator(seed: testSeed)
            let order = (0..<Self.players).shuffled(using: &generator)
            let filling = try await fill(world, board, order)
            let reading = try await read(world, board, order)
            print("scores of \(Self.players) players: \(filling) each, in transactions of \(Self.batch)")
            print("rank among \(Self.players) players: \(reading)")
            let audit = try await world.audit(board: 1)
            #expect(audit.findings == [], "seed \(testSeed)")
            // Splits leave halves: no more than twice the nodes that full ones would be, and those above.
            #expect(audit.nodeCount <= 2 * Self.players / Limits.rankLeafMax * 11 / 10 + 2)
            #expect(audit.height <= 3)
        }
    }

    private func fill(_ world: RankWorld, _ board: ScoreBoard, _ order: [Int]) async throws -> Duration {
        var spent = Duration.zero
        for start in stride(from: 0, to: order.count, by: Self.batch) {
            try await world.insertPlayers(start..<start + Self.batch)
            spent += try await ContinuousClock().measure {
                try await world.rows { rows in
                    for player in start..<start + Self.batch {
                        try rows.submit(player, [Int64(order[player])], at: player, to: board)
                    }
                }
            }
        }
        return spent / order.count
    }

    /// Asks for the ranks of players all over the board, twice, and tells the second round's times.
    private func read(_ world: RankWorld, _ board: ScoreBoard, _ order: [Int]) async throws -> String {
        let (times, wrong) = try await world.database.read { sql in
            var generator = SeededGenerator(seed: testSeed)
            let rows = ScoreRows(sql)
            var times: [Duration] = []
            var wrong = 0
            for round in 0..<2 {
                for _ in 0..<5000 {
                    let player = Int.random(in: order.indices, using: &generator)
                    var rank: Int64?
                    let time = try ContinuousClock().measure {
                        rank = try rows.score(of: RankWorld.player(player), on: board)?.rank
                    }
                    if rank != Int64(order.count - order[player]) { wrong += 1 }
                    if round == 1 { times.append(time) }
                }
            }
            return (times.sorted(), wrong)
        }
        #expect(wrong == 0, "seed \(testSeed)")
        return "median \(times[times.count / 2]), p99 \(times[times.count * 99 / 100]), at most \(times.last!)"
    }
}
