import PawlModel
import Testing

struct ScoreColumnsTests {
    private typealias Column = Leaderboard.Column

    /// Every two operators with every two directions, over every three runs of small numbers, against the definition
    /// over the whole history.
    @Test func combine_isWhatTheHistorySays() throws {
        let numbers: [Int64] = [-1, 0, 1]
        let runs = numbers.flatMap { first in numbers.map { [first, $0] } }
        for columns in try Self.everyPair() {
            for first in runs {
                for second in runs {
                    for third in runs {
                        try check(columns, [first, second, third])
                    }
                }
            }
        }
    }

    private func check(_ columns: ScoreColumns, _ history: [[Int64]]) throws {
        var standing: ScoreStanding?
        var expectedTime = 0
        for count in 1...history.count {
            standing = try columns.combine(
                standing, with: history[count - 1], at: Timestamp(microseconds: Int64(count)))
            let expected = Self.expected(columns, history.prefix(count))
            if count == 1 || expected != Self.expected(columns, history.prefix(count - 1)) { expectedTime = count }
            #expect(standing?.values == expected, "\(columns.columns), \(history)")
            #expect(standing?.reachedAt.microseconds == Int64(expectedTime), "\(columns.columns), \(history)")
        }
    }

    /// What the operators say of a whole history of runs.
    private static func expected(_ columns: ScoreColumns, _ history: ArraySlice<[Int64]>) -> [Int64] {
        let best = columns.columns.indices.filter { columns.columns[$0].operator == .best }
        let bestRun = history.reduce(history.first!) { champion, run in
            let difference = best.first { champion[$0] != run[$0] }
            guard let difference else { return champion }
            let isMore = run[difference] > champion[difference]
            return isMore == (columns.columns[difference].direction == .descending) ? run : champion
        }
        return columns.columns.indices.map { index in
            let values = history.map { $0[index] }
            return switch columns.columns[index].operator {
            case .best: bestRun[index]
            case .last: values.last!
            case .sum: values.reduce(0, +)
            case .min: values.min()!
            case .max: values.max()!
            }
        }
    }

    private static func everyPair() throws -> [ScoreColumns] {
        let kinds = Leaderboard.Operator.allCases.flatMap { operation in
            Leaderboard.Direction.allCases.map { (operation, $0) }
        }
        return try kinds.flatMap { first in
            try kinds.map { second in
                try ScoreColumns([
                    Column(name: "first", operator: first.0, direction: first.1),
                    Column(name: "second", operator: second.0, direction: second.1),
                ])
            }
        }
    }

    /// Beyond it, readers of JSON would take different sums for equal.
    @Test func sumBeyondTheLargestWholeNumber_isAViolation_atBothEnds() throws {
        let max = Limits.wholeNumberMax
        let columns = try ScoreColumns([
            Column(name: "kills", operator: .sum), Column(name: "a/b", operator: .sum),
            Column(name: "c", operator: .sum),
        ])
        let standing = ScoreStanding(values: [max, -max, 0], reachedAt: Timestamp(microseconds: 1))
        let problem = #expect(throws: Problem.self) {
            try columns.combine(standing, with: [1, -1, 1], at: Timestamp(microseconds: 2))
        }
        #expect(problem?.code == .invalid)
        #expect(problem?.violations.map(\.pointer) == ["/values/kills", "/values/a~1b"])
        #expect(throws: Problem.self) {
            try columns.combine(standing, with: [.max, .min, 0], at: Timestamp(microseconds: 2))
        }
        let edge = try columns.combine(standing, with: [0, 0, -max], at: Timestamp(microseconds: 2))
        #expect(edge.values == [max, -max, -max])
    }

    @Test func values_areTakenByName_withEveryViolation() throws {
        let columns = try ScoreColumns([
            Column(name: "laps"), Column(name: "time", operator: .best, direction: .ascending),
        ])
        #expect(try columns.ordered(["time": 90, "laps": 3]) == [3, 90])
        #expect(columns.named([3, 90]) == ["laps": 3, "time": 90])
        let problem = #expect(throws: Problem.self) { try columns.ordered(["laps": 3, "x~y": 1, "stars": 5]) }
        #expect(problem?.violations.map(\.pointer) == ["/values/time", "/values/stars", "/values/x~0y"])
    }

    @Test func columns_areOneToFive_withNamesOfTheirOwn() throws {
        let five = (1...Limits.scoreColumnsMax).map { Column(name: "c\($0)") }
        #expect(try ScoreColumns(five).columns == five)
        #expect(throws: Problem.self) { try ScoreColumns([]) }
        #expect(throws: Problem.self) { try ScoreColumns(five + [Column(name: "more")]) }
        let problem = #expect(throws: Problem.self) { try ScoreColumns([five[0], five[1], five[0]]) }
        #expect(problem?.violations.map(\.pointer) == ["/columns/2/name"])
    }

    @Test func wireForms_stayAsTheyAre() throws {
        let column = try JSONValue(parsing: Array(#"{"name":"t","operator":"min","direction":"ascending"}"#.utf8))
        #expect(try column.decoded() == Column(name: "t", operator: .min, direction: .ascending))
        #expect(try JSONValue(Column(name: "t", operator: .min, direction: .ascending)) == column)
        let score = Score(
            leaderboardID: ResourceID(prefix: "lbd", value: 1), window: "all_time",
            playerID: ResourceID(prefix: "ply", value: 2), rank: 3, values: ["kills": -4],
            reachedAt: Timestamp(microseconds: 0))
        let json = try JSONValue(score)
        #expect(
            json.text == """
                {"leaderboard_id":"lbd_00000000000000000000000001","player_id":"ply_00000000000000000000000002",\
                "rank":3,"reached_at":"1970-01-01T00:00:00.000000Z","values":{"kills":-4},"window":"all_time"}
                """)
        #expect(try json.decoded() == score)
    }
}
