package import Metadata
package import PawlModel

/// A leaderboard counts for ever: windows of time are declared, and not kept so far. Its scores go with it.
package struct LeaderboardRule: RowRule {
    package let resource = Leaderboard.schema.name

    package init() {}

    package func violations(
        after: JSONObject, before: JSONObject?, in sql: any SQLConnection
    ) throws -> [Problem.Violation] {
        after["window"] == .string(Leaderboard.Window.allTime.rawValue)
            ? [] : [.init("/window", "must be all_time: no other is kept so far")]
    }

    package func lost(with row: JSONObject, in sql: any SQLConnection) throws -> String? {
        guard let id = row.id("id"), try ScoreRows(sql).hasAny(on: id) else { return nil }
        return "its scores"
    }

    package func clear(_ row: JSONObject, in sql: any SQLConnection) throws {
        if let id = row.id("id") { try ScoreRows(sql).removeAll(on: id) }
    }
}
