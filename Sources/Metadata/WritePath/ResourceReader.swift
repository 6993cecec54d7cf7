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
        try await database.read { sql in
            let table = ResourceTable(schema)
            var conditions = ["1 = 1" + table.onlyLiving]
            var arguments: [SQLValue] = []
            if let game = caller.gameID {
                let condition = table.condition(game: game)
                conditions.append(condition.sql)
                arguments.append(condition.argument)
            }
            for condition in query.conditions {
                conditions.append("\(condition.field) \(condition.comparison.rawValue) ?")
                arguments.append(table.sqlValue(condition.value, of: field(condition.field, of: schema)))
            }
            let direction = query.order.isDescending ? "DESC" : "ASC"
            if let after = query.after {
                conditions.append("(\(query.order.field), id) \(query.order.isDescending ? "<" : ">") (?, ?)")
                arguments.append(table.sqlValue(after.value, of: field(query.order.field, of: schema)))
                arguments.append(.id(after.id))
            }
            // One row more than asked for tells whether there is a next page.
            let rows = try sql.rows(
                """
                SELECT \(table.columns) FROM \(schema.name) WHERE \(conditions.joined(separator: " AND "))
                ORDER BY \(query.order.field) \(direction), id \(direction) LIMIT ?
                """,
                arguments + [.integer(query.pageSize + 1)]
            ).map(table.object)
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

    private func field(_ name: String, of schema: ResourceSchema) -> Field? {
        schema[field: name] ?? ResourceSchema.headFields.first { $0.name == name }
    }
}
