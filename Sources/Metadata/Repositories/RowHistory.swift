package import PawlModel

/// What the journal tells of one row.
package struct RowHistory {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// The highest revision that a row ever had; 0 when it never was.
    package func lastRevision(of row: ResourceID) throws -> Int64 {
        try sql.rows("SELECT before, after FROM journal WHERE row_id = ?", [.id(row)]).reduce(0) { last, step in
            let state = step.optionalText("after") ?? step.optionalText("before") ?? "{}"
            return max(last, try JSONValue(parsing: state.utf8).object?["revision"]?.int ?? 0)
        }
    }

    /// The states that a row had, oldest first, each with whether its changeset also told the event `mark` of it.
    ///
    /// They come in the order of their events: changesets of one millisecond have ids in no order.
    package func states(of row: ResourceID, markedBy mark: String) throws -> [(state: JSONObject, isMarked: Bool)] {
        let marks = try sql.rows(
            "SELECT changeset_id FROM events WHERE subject = ? AND type = ?", [.id(row), .text(mark)])
        let marked = Set(marks.compactMap { $0.optionalText("changeset_id") })
        return try sql.rows(
            """
            SELECT journal.changeset_id AS changeset_id, journal.after AS after FROM journal
            JOIN events ON events.changeset_id = journal.changeset_id AND events.subject = journal.row_id
            WHERE journal.row_id = ? AND journal.after IS NOT NULL AND events.type <> ? ORDER BY events.sequence
            """, [.id(row), .text(mark)]
        ).map { row in
            (
                try JSONValue(parsing: try row.text("after").utf8).object ?? [:],
                marked.contains(try row.text("changeset_id"))
            )
        }
    }
}
