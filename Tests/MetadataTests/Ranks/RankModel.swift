import Metadata
import PawlModel
import TestKit

/// Boards as dictionaries, ranked by sorting: what the tree is held against.
struct RankModel: Sendable {
    let boards: [ScoreBoard]
    private(set) var standings: [[ResourceID: ScoreStanding]]
    private var generator: SeededGenerator
    private var step = 0

    init(_ boards: [ScoreBoard], generator: SeededGenerator) {
        self.boards = boards
        standings = boards.map { _ in [:] }
        self.generator = generator
    }

    /// Changes the rows and itself by chance.
    ///
    /// - Parameters:
    ///   - players: How many there are.
    ///   - removals: Of a hundred changes.
    mutating func change(_ rows: ScoreRows, players: Int, removals: Int) throws -> [String] {
        step += 1
        let index = Int.random(in: boards.indices, using: &generator)
        let number = Int.random(in: 0..<players, using: &generator)
        let player = RankWorld.player(number)
        if Int.random(in: 0..<100, using: &generator) < removals {
            for index in boards.indices { standings[index][player] = nil }
            try rows.removeAll(of: player)
            return []
        }
        // Few different values, and few different times: most entries tie with others in some column.
        let columns = boards[index].columns
        let values = columns.columns.map { _ in Int64.random(in: -3...3, using: &generator) }
        let time = step / 4
        let old = standings[index][player]
        let new = try columns.combine(old, with: values, at: Timestamp(microseconds: Int64(time)))
        standings[index][player] = new
        let (score, isChanged) = try rows.submit(number, values, at: time, to: boards[index], number: step)
        let expected = self.score(of: player, index)
        return score == expected && isChanged == (old != new) ? [] : ["submit told \(score), not \(expected)"]
    }

    /// Every question about every board, compared with the answer by sorting.
    mutating func compare(_ rows: ScoreRows, players: Int) throws -> [String] {
        try boards.indices.flatMap { index in
            let expected = scores(index)
            let board = boards[index]
            var findings: [String] = []
            func expect(_ condition: Bool, _ finding: String) {
                if !condition { findings.append("\(board.leaderboardID) \(board.window): \(finding)") }
            }
            for score in expected {
                expect(try rows.score(of: score.playerID, on: board) == score, "rank \(score.rank)")
            }
            let absent = (0..<players).map(RankWorld.player).first { standings[index][$0] == nil }
            if let absent {
                expect(try rows.score(of: absent, on: board) == nil, "a score of nobody")
                expect(try rows.scores(around: absent, on: board, limit: 3) == [], "around nobody")
            }
            expect(try pages(rows, board, size: Int.random(in: 1...20, using: &generator)) == expected, "pages")
            let limit = Int.random(in: 0...5, using: &generator)
            for place in expected.indices {
                let page = try rows.page(of: board, fromRank: Int64(place + 1), limit: limit + 1)
                expect(page.scores == Array(expected[place...].prefix(limit + 1)), "page from \(place + 1)")
                expect((page.next == nil) == (place + limit + 1 >= expected.count), "last page from \(place + 1)")
                let around = expected[max(0, place - limit)..<min(expected.count, place + limit + 1)]
                let told = try rows.scores(around: expected[place].playerID, on: board, limit: limit)
                expect(told == Array(around), "around \(place + 1)")
            }
            let behind = try rows.page(of: board, fromRank: Int64(expected.count + 1), limit: 5)
            expect(behind.scores.isEmpty && behind.next == nil, "a page behind the last")
            return findings
        }
    }

    private func pages(_ rows: ScoreRows, _ board: ScoreBoard, size: Int) throws -> [Score] {
        var scores: [Score] = []
        var position: RankKey?
        repeat {
            let page = try rows.page(of: board, after: position, limit: size)
            scores += page.scores
            position = page.next
        } while position != nil
        return scores
    }

    private func scores(_ index: Int) -> [Score] {
        let columns = boards[index].columns
        return standings[index].sorted { $0.value.ranks($0.key, above: $1.value, of: $1.key, by: columns) }
            .enumerated().map { place, entry in
                Score(
                    leaderboardID: boards[index].leaderboardID, window: boards[index].window, playerID: entry.key,
                    rank: Int64(place + 1), values: columns.named(entry.value.values),
                    reachedAt: entry.value.reachedAt)
            }
    }

    private func score(of player: ResourceID, _ index: Int) -> Score? {
        scores(index).first { $0.playerID == player }
    }
}
