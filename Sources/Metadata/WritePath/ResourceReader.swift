package import PawlModel

/// Reads declared resources: one row, or a page of a list. Reads see what is committed, on a snapshot.
package struct ResourceReader: Sendable {
    private let database: any SQLDatabase
    private let registry: ResourceRegistry

    package init(database: any SQLDatabase, registry: ResourceRegistry) {
        self.database = database
        self.registry = registry
    }

    /// The row that `caller` may see, or a `not_found` problem.
    package func row(_ schema: ResourceSchema, _ id: ResourceID, for caller: Caller) async throws -> JSONObject {
        try await database.read { sql in try registry.visibleRow(schema, id, to: caller, in: sql) }
    }

    /// One page, by keyset: the cost of a page does not grow with its distance from the first.
    ///
    /// It ends with the row that brings it to `Limits.pageBytesMax`, also before it has as many as were asked for. Rows
    /// are read a batch at a time, so that no more than a batch is read in vain.
    package func page(_ schema: ResourceSchema, _ query: ListQuery, for caller: Caller) async throws -> Page {
        guard let visible = Self.conditions(seenBy: caller, of: schema) else { return Page(rows: []) }
        return try await database.read { sql in
            let table = ResourceTable(schema)
            var (page, bytes, batch) = (Page(rows: []), 0, query)
            while true {
                // One row more than asked for tells whether there is a next page.
                let limit = min(Limits.readBatch, query.pageSize - page.rows.count + 1)
                let rows = try table.rows(
                    where: visible + Self.conditions(batch, table), orderBy: query.order, limit: limit, in: sql)
                for row in rows {
                    if page.rows.count == query.pageSize || bytes >= Limits.pageBytesMax {
                        page.nextToken = page.rows.last.flatMap(query.position(of:))
                            .map { query.token(after: $0, of: schema) }
                        return page
                    }
                    bytes += JSONValue.object(row).textSize
                    page.rows.append(row)
                }
                guard rows.count == limit, let last = rows.last else { return page }
                batch.after = query.position(of: last)
            }
        }
    }

    package struct Page: Sendable {
        package var rows: [JSONObject]
        /// The token of the next page; nil on the last one.
        package var nextToken: String?
    }

    private typealias Condition = (sql: String, arguments: [SQLValue])

    /// What holds for the rows that a caller sees, as `Caller.sees` has it; nil when there are none.
    private static func conditions(seenBy caller: Caller, of schema: ResourceSchema) -> [Condition]? {
        var conditions: [Condition] = []
        if let game = caller.gameID {
            guard let field = schema.gameField else { return nil }
            conditions.append(("\"\(field)\" = ?", [.id(game)]))
        }
        if let player = caller.player {
            let fields = schema.playerFields
            guard !fields.isEmpty else { return nil }
            let condition = fields.map { "\"\($0)\" = ?" }.joined(separator: " OR ")
            conditions.append(("(\(condition))", fields.map { _ in .id(player) }))
        }
        return conditions
    }

    /// What holds for the rows that a query asks for, behind the last one of the page or the batch before.
    private static func conditions(_ query: ListQuery, _ table: ResourceTable) -> [Condition] {
        let asked = query.conditions.filter { !query.implies($0) }.map { condition($0, table) }
        guard let after = query.after else { return asked }
        return asked + [condition(after, query, table)]
    }

    private static func condition(_ condition: ListQuery.Condition, _ table: ResourceTable) -> Condition {
        let column = "\"\(condition.field)\""
        guard !condition.value.isNull else {
            return (column + (condition.comparison == .equal ? " IS NULL" : " IS NOT NULL"), [])
        }
        return ("\(column) \(condition.comparison.rawValue) ?", [table.sqlValue(condition.value, of: condition.field)])
    }

    /// What holds for the rows behind the last one of the page before.
    private static func condition(
        _ after: ListQuery.Position, _ query: ListQuery, _ table: ResourceTable
    ) -> Condition {
        let order = query.order
        let comparison = order.isDescending ? "<" : ">"
        guard order.field != "id", !query.holdsOrderFixed else { return ("id \(comparison) ?", [.id(after.id)]) }
        return (
            "(\"\(order.field)\", id) \(comparison) (?, ?)",
            [table.sqlValue(after.value, of: order.field), .id(after.id)]
        )
    }
}

extension ListQuery {
    /// Where a row stands in the order.
    fileprivate func position(of row: JSONObject) -> Position? {
        row.rowID.map { Position(value: row[order.field] ?? .null, id: $0) }
    }

    /// Whether all rows have the same value of the order's field, so that their ids alone are in order.
    fileprivate var holdsOrderFixed: Bool {
        conditions.contains { $0.field == order.field && $0.comparison == .equal }
    }

    /// Whether every row behind the page before meets a condition, as that page's last row does. Said twice, SQLite may
    /// take the wrong one of the two for where to begin, and read all pages again.
    fileprivate func implies(_ condition: Condition) -> Bool {
        guard let after, condition.field == order.field, order.field != "id", !holdsOrderFixed else { return false }
        let (value, bound) = (after.value, condition.value)
        switch (condition.comparison, order.isDescending) {
        case (.greaterOrEqual, false): return value == bound || bound.precedes(value)
        case (.greater, false): return bound.precedes(value)
        case (.lessOrEqual, true): return value == bound || value.precedes(bound)
        case (.less, true): return value.precedes(bound)
        default: return false
        }
    }
}

extension JSONValue {
    /// As a column orders them: numbers by size, text, times among it, by bytes. False when it cannot be told.
    fileprivate func precedes(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.int(let first), .int(let second)): first < second
        case (.string(let first), .string(let second)): first.utf8.lexicographicallyPrecedes(second.utf8)
        default: false
        }
    }
}
