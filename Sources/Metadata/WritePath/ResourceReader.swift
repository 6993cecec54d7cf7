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
    package func page(_ schema: ResourceSchema, _ query: ListQuery, for caller: Caller) async throws -> Page {
        guard let visible = Self.conditions(seenBy: caller, of: schema) else { return Page(rows: []) }
        return try await database.read { sql in
            let table = ResourceTable(schema)
            var conditions = visible
            for condition in query.conditions where !query.implies(condition) {
                conditions.append(
                    (
                        "\"\(condition.field)\" \(condition.comparison.rawValue) ?",
                        [table.sqlValue(condition.value, of: condition.field)]
                    ))
            }
            if let after = query.after { conditions.append(Self.condition(after, query, table)) }
            // One row more than asked for tells whether there is a next page.
            let rows = try table.rows(
                where: conditions, orderBy: query.order, limit: query.pageSize + 1, in: sql)
            let page = Array(rows.prefix(query.pageSize))
            var next: ListQuery.Position?
            if rows.count > page.count, let last = page.last, let id = last["id"]?.string.flatMap({ ResourceID($0) }) {
                next = ListQuery.Position(value: last[query.order.field] ?? .null, id: id)
            }
            return Page(rows: page, nextToken: next.map(query.token(after:)))
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
