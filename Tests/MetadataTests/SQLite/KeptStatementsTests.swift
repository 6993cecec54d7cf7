import Metadata
import MetadataOnSQLite
import PawlModel
import TestKit
import Testing

/// Connections keep a bounded number of compiled statements, however many shapes the filters have.
struct KeptStatementsTests {
    @Test func thousandsOfFilters_areAnsweredRight_andKeptWithinTheBound() async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            var rows: [JSONObject] = []
            for number in 0..<5 {
                world.clock.advance(bySeconds: 1)
                rows.append(try await world.asset(game, "p\(number)"))
            }
            let middle = rows[2]
            for number in 0..<2000 {
                let terms = Self.terms(number)
                let filter = terms.map { "\($0)\($1.rawValue)\"\(middle[$0]?.string ?? "")\"" }.joined(
                    separator: " AND ")
                let query = try ListQuery(
                    filter: filter, orderBy: nil, pageSize: nil, pageToken: nil, of: Asset.schema)
                let met = try await world.reader.page(Asset.schema, query, for: .daemon).rows
                let expected = rows.filter { row in
                    terms.allSatisfy { Self.holds(row[$0]?.string ?? "", $1, middle[$0]?.string ?? "") }
                }
                #expect(met == expected, "\(filter)")
            }
            // Whichever of the readers they came to.
            for _ in 0..<100 {
                let kept = try await world.database.read { ($0 as? SQLiteConnection)?.statementsKept }
                #expect(try #require(kept) <= Limits.statementsKept)
            }
        }
    }

    /// Four conditions, others for each number below 12⁴.
    private static func terms(_ number: Int) -> [(String, ListQuery.Comparison)] {
        var rest = number
        return (0..<4).map { _ in
            defer { rest /= 12 }
            let comparisons = ListQuery.Comparison.allCases
            return (rest % 12 < 6 ? "path" : "created_at", comparisons[rest % 6])
        }
    }

    private static func holds(_ text: String, _ comparison: ListQuery.Comparison, _ bound: String) -> Bool {
        switch comparison {
        case .equal: text == bound
        case .notEqual: text != bound
        case .less: text < bound
        case .lessOrEqual: text <= bound
        case .greater: text > bound
        case .greaterOrEqual: text >= bound
        }
    }
}
