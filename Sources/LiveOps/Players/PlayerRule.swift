package import Metadata
package import PawlModel

/// A player's scores go with her.
package struct PlayerRule: RowRule {
    package let resource = Player.schema.name

    package init() {}

    package func lost(with row: JSONObject, in sql: any SQLConnection) throws -> String? {
        guard let id = row.id("id"), try ScoreRows(sql).hasAny(of: id) else { return nil }
        return "what she scored"
    }

    package func clear(_ row: JSONObject, in sql: any SQLConnection) throws {
        if let id = row.id("id") { try ScoreRows(sql).removeAll(of: id) }
    }
}
