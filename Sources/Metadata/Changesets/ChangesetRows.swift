package import PawlModel

/// What the write path keeps of each changeset, and the journal of its rows.
package struct ChangesetRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    private static let columns = """
        id, created_at, created_by, message, game_id, reverts, irreversible,
        (SELECT COUNT(*) FROM journal WHERE journal.changeset_id = changesets.id) AS change_count
        """

    /// Those that a caller sees and a query asks for.
    package func page(_ query: ListQuery, seenBy caller: Caller, limit: Int) throws -> [Changeset] {
        var (conditions, arguments): ([String], [SQLValue]) = (["1 = 1"], [])
        if let game = caller.gameID {
            conditions.append("game_id = ?")
            arguments.append(.id(game))
        }
        for condition in query.conditions {
            conditions.append(
                condition.value.isNull
                    ? "\"\(condition.field)\" IS \(condition.comparison == .equal ? "" : "NOT ")NULL"
                    : "\"\(condition.field)\" \(condition.comparison.rawValue) ?")
            if !condition.value.isNull {
                arguments.append(Changeset.schema[field: condition.field]?.sqlValue(condition.value) ?? .null)
            }
        }
        if let after = query.after {
            conditions.append("id \(query.order.isDescending ? "<" : ">") ?")
            arguments.append(.id(after.id))
        }
        return try sql.rows(
            """
            SELECT \(Self.columns) FROM changesets WHERE \(conditions.joined(separator: " AND "))
            ORDER BY id \(query.order.isDescending ? "DESC" : "ASC") LIMIT ?
            """, arguments + [.integer(limit)]
        ).map { try changeset($0) }
    }

    /// Nil when there is none, or the caller does not see it.
    package func changeset(_ id: ResourceID, seenBy caller: Caller) throws -> Changeset? {
        guard let row = try sql.row("SELECT \(Self.columns) FROM changesets WHERE id = ?", [.id(id)]) else {
            return nil
        }
        let changeset = try changeset(row)
        return caller.sees(game: changeset.gameID) ? changeset : nil
    }

    private func changeset(_ row: SQLRow) throws -> Changeset {
        let id = try row.id("id")
        let irreversible = try row.optionalText("irreversible").map {
            try JSONValue(parsing: $0.utf8).decoded(as: [String].self)
        }
        return Changeset(
            id: id, createdAt: try row.time("created_at"), createdBy: row.optionalID("created_by"),
            message: row.optionalText("message"), gameID: row.optionalID("game_id"), reverts: row.optionalID("reverts"),
            revertedBy: try reverter(of: id), changeCount: try row.integer("change_count"),
            irreversible: irreversible ?? [])
    }

    /// The one that took it back and was not taken back itself.
    private func reverter(of id: ResourceID) throws -> ResourceID? {
        let reverters = try sql.rows("SELECT id FROM changesets WHERE reverts = ? ORDER BY id DESC", [.id(id)])
        return try reverters.map { try $0.id("id") }.first { try reverter(of: $0) == nil }
    }

    /// Its changes in order, those behind a step.
    package func changes(of id: ResourceID, after step: Int64 = 0, limit: Int = .max) throws -> [RowChange] {
        try sql.rows(
            """
            SELECT resource, row_id, before, after FROM journal WHERE changeset_id = ? AND step > ?
            ORDER BY step LIMIT ?
            """, [.id(id), .integer(step), .integer(limit)]
        ).map { row in
            func object(_ column: String) throws -> JSONObject? {
                try row.optionalText(column).flatMap { try JSONValue(parsing: $0.utf8).object }
            }
            return RowChange(
                resource: try row.text("resource"), rowID: try row.text("row_id"), before: try object("before"),
                after: try object("after"))
        }
    }

    /// Keeps which one a changeset takes back.
    func note(_ id: ResourceID, reverts other: ResourceID) throws {
        try sql.execute("UPDATE changesets SET reverts = ? WHERE id = ?", [.id(other), .id(id)])
    }
}
