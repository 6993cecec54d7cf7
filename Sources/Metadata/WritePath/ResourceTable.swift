package import PawlModel

/// A declared resource's rows in its table: the columns are the fields' names. Lists of rows are in tables of their own.
package struct ResourceTable {
    package let schema: ResourceSchema
    /// The fields that have a column and are answered.
    private let fields: [Field]
    private let secrets: [Field]
    private let lists: [ElementTable]

    package init(_ schema: ResourceSchema) {
        self.schema = schema
        let all = ResourceSchema.headFields + schema.fields
        fields = all.filter { !$0.isWriteOnly && $0.list == nil }
        secrets = all.filter(\.isWriteOnly)
        lists = all.compactMap { field in field.list.map { ElementTable($0, of: field.name) } }
    }

    private var columns: String { fields.map(\.column).joined(separator: ", ") }

    /// A further condition, where rows or their parents are only marked when they are deleted. Of a parent it asks row by
    /// row: `IN` would have a list read all parents first, and sort what it finds.
    private var onlyLiving: String {
        if schema.deletion == .marksRow { return " AND deleted_at IS NULL" }
        guard case .parent(let field, let parent) = schema.ownership, parent.deletion == .marksRow else { return "" }
        return """
             AND EXISTS (SELECT 1 FROM \(parent.name) AS parent
            WHERE parent.id = \(schema.name).\(field) AND parent.deleted_at IS NULL)
            """
    }

    // MARK: Reading

    /// The living row with an id, whoever asks.
    package func row(_ id: ResourceID, in sql: any SQLConnection) throws -> JSONObject? {
        guard id.prefix == schema.idPrefix else { return nil }
        return try row("id = ?", [.id(id)], in: sql)
    }

    /// The row with an id that is marked as deleted, whoever asks.
    package func deletedRow(_ id: ResourceID, in sql: any SQLConnection) throws -> JSONObject? {
        guard id.prefix == schema.idPrefix, schema.deletion == .marksRow else { return nil }
        let rows = try sql.rows(
            "SELECT \(columns) FROM \(schema.name) WHERE id = ? AND deleted_at IS NOT NULL", [.id(id)])
        return try objects(rows, in: sql).first
    }

    /// The row with an id, marked as deleted or not, and so its parents.
    func anyRow(_ id: ResourceID, in sql: any SQLConnection) throws -> JSONObject? {
        let rows = try sql.rows("SELECT \(columns) FROM \(schema.name) WHERE id = ?", [.id(id)])
        return try objects(rows, in: sql).first
    }

    /// The living row in which every field of `values` is as given.
    package func row(where values: [(field: String, value: JSONValue)], in sql: any SQLConnection) throws -> JSONObject?
    {
        try row(
            values.map { "\"\($0.field)\" IS NOT DISTINCT FROM ?" }.joined(separator: " AND "),
            values.map { sqlValue($0.value, of: $0.field) }, in: sql)
    }

    private func row(_ condition: String, _ arguments: [SQLValue], in sql: any SQLConnection) throws -> JSONObject? {
        let rows = try sql.rows(
            "SELECT \(columns) FROM \(schema.name) WHERE \(condition)\(onlyLiving) LIMIT 1", arguments)
        return try objects(rows, in: sql).first
    }

    /// The living rows that meet all conditions, in an order.
    func rows(
        where conditions: [(sql: String, arguments: [SQLValue])], orderBy order: ListQuery.Order, limit: Int,
        in sql: any SQLConnection
    ) throws -> [JSONObject] {
        let direction = order.isDescending ? "DESC" : "ASC"
        // The id is the tie-break, and its own order needs none.
        let tieBreak = order.field == "id" ? "" : ", id \(direction)"
        let rows = try sql.rows(
            """
            SELECT \(columns) FROM \(schema.name) WHERE \((["1 = 1"] + conditions.map(\.sql)).joined(separator: " AND "))
            \(onlyLiving) ORDER BY "\(order.field)" \(direction)\(tieBreak) LIMIT ?
            """,
            conditions.flatMap(\.arguments) + [.integer(limit)])
        return try objects(rows, in: sql)
    }

    private func objects(_ rows: [SQLRow], in sql: any SQLConnection) throws -> [JSONObject] {
        var objects = try rows.map { row in
            var object: JSONObject = [:]
            for field in fields { object[field.name] = try field.jsonValue(row[field.name], in: schema.name) }
            return object
        }
        for list in lists { try list.attach(to: &objects, in: sql) }
        return objects
    }

    // MARK: Writing

    /// - Parameter deletedAt: Marks the row as deleted.
    func insert(_ row: JSONObject, deletedAt: Timestamp? = nil, in sql: any SQLConnection) throws {
        let fields = fields + secrets
        let columns = fields.map(\.column) + (deletedAt == nil ? [] : ["deleted_at"])
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        try sql.execute(
            "INSERT INTO \(schema.name) (\(columns.joined(separator: ", "))) VALUES (\(marks))",
            fields.map { $0.sqlValue(row[$0.name] ?? .null) } + (deletedAt.map { [.time($0)] } ?? []))
        for list in lists { try list.insert(row, in: sql) }
    }

    /// Writes a whole row over the one before. A secret stays as it is unless the row brings one.
    func update(_ row: JSONObject, before: JSONObject, in sql: any SQLConnection) throws {
        let fields = fields.dropFirst() + secrets.filter { row[$0.name] != nil }
        let assignments = fields.map { "\($0.column) = ?" }.joined(separator: ", ")
        try sql.execute(
            "UPDATE \(schema.name) SET \(assignments) WHERE id = ?",
            fields.map { $0.sqlValue(row[$0.name] ?? .null) } + [.text(row.idText)])
        for list in lists where row[list.name] != before[list.name] { try list.replace(row, in: sql) }
    }

    func delete(_ row: JSONObject, at now: Timestamp, keepsRow: Bool, in sql: any SQLConnection) throws {
        let id = SQLValue.text(row.idText)
        switch schema.deletion {
        case .marksRow where keepsRow:
            // The revision grows, so that none is ever given twice, also not by a later undelete.
            try sql.execute(
                "UPDATE \(schema.name) SET deleted_at = ?, updated_at = ?, revision = revision + 1 WHERE id = ?",
                [.time(now), .time(now), id])
        case .marksRow, .removesRow:
            try sql.execute("DELETE FROM \(schema.name) WHERE id = ?", [id])
        }
    }

    /// Takes the mark off a deleted row.
    func restore(_ row: JSONObject, in sql: any SQLConnection) throws {
        try sql.execute("UPDATE \(schema.name) SET deleted_at = NULL WHERE id = ?", [.text(row.idText)])
    }

    // MARK: Values

    func sqlValue(_ value: JSONValue, of field: String) -> SQLValue {
        schema[field: field]?.sqlValue(value) ?? .null
    }

    /// The row without what is never told.
    func withoutSecrets(_ row: JSONObject) -> JSONObject {
        row.filter { name, _ in !secrets.contains { $0.name == name } }
    }
}
