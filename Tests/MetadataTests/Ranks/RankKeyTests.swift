import Metadata
import PawlModel
import TestKit
import Testing

struct RankKeyTests {
    private typealias Column = Leaderboard.Column

    /// Every two keys of a small world compare as their columns, times and players do, in every mix of directions.
    @Test func keys_compareAsTheEntriesRank() throws {
        let numbers: [Int64] = [.min, -1, 0, 1, .max]
        for first in Leaderboard.Direction.allCases {
            for second in Leaderboard.Direction.allCases {
                let columns = try ScoreColumns([
                    Column(name: "a", operator: .best, direction: first),
                    Column(name: "b", operator: .best, direction: second),
                ])
                let entries = numbers.flatMap { a in
                    numbers.flatMap { b in
                        [Int64.min, -1, 7].flatMap { time in
                            [UInt128(5), UInt128(1) << 100].map { Entry([a, b], time, player: $0) }
                        }
                    }
                }
                let keys = entries.map { RankKey($0.standing, of: $0.player, by: columns) }
                for (left, leftKey) in zip(entries, keys) {
                    for (right, rightKey) in zip(entries, keys)
                    where !(leftKey < rightKey) == left.ranks(above: right, by: columns) {
                        Issue.record("\(left) and \(right), \(first) then \(second)")
                    }
                }
                #expect(Set(keys).count == entries.count)
            }
        }
    }

    @Test func keys_giveBackWhatTheyWereMadeFrom() throws {
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<2000 {
            let columns = try ScoreColumns(
                (0..<Int.random(in: 1...Limits.scoreColumnsMax, using: &generator)).map {
                    Column(name: "c\($0)", operator: .best, direction: .allCases.randomElement(using: &generator)!)
                })
            let standing = ScoreStanding(
                values: columns.columns.map { _ in Int64(bitPattern: generator.next()) },
                reachedAt: Timestamp(microseconds: Int64(bitPattern: generator.next())))
            let player = ResourceID(prefix: "ply", value: .random(in: 0...UInt128.max, using: &generator))
            let key = RankKey(standing, of: player, by: columns)
            #expect(key.standing(by: columns) == standing, "seed \(testSeed)")
            #expect(key.playerID == player, "seed \(testSeed)")
            #expect(RankKey(bytes: key.bytes) == key)
            #expect(RankKey(text: key.text) == key)
        }
    }

    @Test func bytesThatAreNoKey_areRefused() throws {
        for size in 0...100 {
            #expect((RankKey(bytes: Array(repeating: 255, count: size)) != nil) == [32, 40, 48, 56, 64].contains(size))
        }
        for text in ["", "0", "zz", String(repeating: "0", count: 63), String(repeating: "+1", count: 32)] {
            #expect(RankKey(text: text) == nil, "\(text)")
        }
        let key = try #require(RankKey(bytes: Array(repeating: 255, count: 40)))
        #expect(try key.standing(by: ScoreColumns([Column(name: "one")])) == nil)
    }

    private struct Entry {
        var standing: ScoreStanding
        var player: ResourceID

        init(_ values: [Int64], _ time: Int64, player: UInt128) {
            standing = ScoreStanding(values: values, reachedAt: Timestamp(microseconds: time))
            self.player = ResourceID(prefix: "ply", value: player)
        }

        func ranks(above other: Entry, by columns: ScoreColumns) -> Bool {
            standing.ranks(player, above: other.standing, of: other.player, by: columns)
        }
    }
}

extension ScoreStanding {
    /// Whether this standing of a player comes before another one's, column by column.
    func ranks(
        _ player: ResourceID, above other: ScoreStanding, of otherPlayer: ResourceID, by columns: ScoreColumns
    ) -> Bool {
        for (column, (mine, hers)) in zip(columns.columns, zip(values, other.values)) where mine != hers {
            return column.direction == .descending ? mine > hers : mine < hers
        }
        if reachedAt != other.reachedAt { return reachedAt < other.reachedAt }
        return player.value < otherPlayer.value
    }
}
