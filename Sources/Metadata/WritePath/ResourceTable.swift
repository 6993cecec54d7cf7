package import PawlModel

/// A declared resource's rows in its table: the columns are the fields' names.
package struct ResourceTable {
    package let schema: ResourceSchema

    package init(_ schema: ResourceSchema) {
        self.schema = schema
    }

    private var allFields: [Field] { ResourceSchema.headFields + schema.fields }

    var columns: String { allFields.map(\.name).joined(separator: ", ") }

    /// A further condition, where rows or their parents are only marked when they are deleted.
    var onlyLiving: String {
        if schema.deletion == .marksRow { return " AND deleted_at IS NULL" }
        guard case .parent(let field, let parent) = schema.ownership, parent.deletion == .marksRow else { return "" }
        return " AND \(field) IN (SELECT id FROM \(parent.name) WHERE deleted_at IS NULL)"
    }

    /// The living row with an id, whoever asks.
    package func row(_ id: ResourceID, in sql: any SQLConnection) throws -> JSONObject? {
        guard id.prefix == schema.idPrefix else { return nil }
        return try sql.row("SELECT \(columns) FROM \(schema.name) WHERE id = ?\(onlyLiving)", [.id(id)]).map(object)
    }

    /// The living row in which every field of `values` is as given.
    package func row(where values: [(field: String, value: JSONValue)], in sql: any SQLConnection) throws -> JSONObject?
    {
        let conditions = values.map { "\($0.field) IS NOT DISTINCT FROM ?" }.joined(separator: " AND ")
        let arguments = values.map { sqlValue($0.value, of: schema[field: $0.field]) }
        return try sql.row("SELECT \(columns) FROM \(schema.name) WHERE \(conditions)\(onlyLiving)", arguments).map(
            object)
    }

    func insert(_ row: JSONObject, in sql: any SQLConnection) throws {
        let fields = allFields
        let marks = Array(repeating: "?", count: fields.count).joined(separator: ", ")
        try sql.execute(
            "INSERT INTO \(schema.name) (\(columns)) VALUES (\(marks))",
            fields.map { sqlValue(row[$0.name] ?? .null, of: $0) })
    }

    func update(_ row: JSONObject, in sql: any SQLConnection) throws {
        let fields = allFields.dropFirst()
        let assignments = fields.map { "\($0.name) = ?" }.joined(separator: ", ")
        try sql.execute(
            "UPDATE \(schema.name) SET \(assignments) WHERE id = ?",
            fields.map { sqlValue(row[$0.name] ?? .null, of: $0) } + [.text(row["id"]?.string)])
    }

    func delete(_ row: JSONObject, at now: Timestamp, in sql: any SQLConnection) throws {
        let id = SQLValue.text(row["id"]?.string)
        switch schema.deletion {
        case .removesRow:
            try sql.execute("DELETE FROM \(schema.name) WHERE id = ?", [id])
        case .marksRow:
            // The revision grows, so that none is ever given twice, also not by a later undelete.
            try sql.execute(
                "UPDATE \(schema.name) SET deleted_at = ?, updated_at = ?, revision = revision + 1 WHERE id = ?",
                [.time(now), .time(now), id])
        }
    }

    /// The game a row belongs to; nil for a row of no game.
    package func gameID(of row: JSONObject, in sql: any SQLConnection) throws -> ResourceID? {
        switch schema.ownership {
        case .game:
            return row["id"]?.string.flatMap { ResourceID($0) }
        case .field(let name):
            return row[name]?.string.flatMap { ResourceID($0) }
        case .parent(let field, let parent):
            return try sql.row("SELECT game_id FROM \(parent.name) WHERE id = ?", [.text(row[field]?.string)])?
                .optionalID("game_id")
        }
    }

    /// A condition, with its argument, that holds for the rows of one game.
    func condition(game: ResourceID) -> (sql: String, argument: SQLValue) {
        switch schema.ownership {
        case .game: ("id = ?", .id(game))
        case .field(let name): ("\(name) = ?", .id(game))
        case .parent(let field, let parent):
            ("\(field) IN (SELECT id FROM \(parent.name) WHERE game_id = ?)", .id(game))
        }
    }

    // MARK: Values

    func object(_ row: SQLRow) throws -> JSONObject {
        var object: JSONObject = [:]
        for field in allFields {
            object[field.name] = try jsonValue(row[field.name], of: field)
        }
        return object
    }

    func sqlValue(_ value: JSONValue, of field: Field?) -> SQLValue {
        guard let field, !value.isNull else { return .null }
        switch (field.type, value) {
        case (.time, .string(let text)): return Timestamp(text).map { .time($0) } ?? .null
        case (.json, _), (.list, _): return .text(value.text)
        case (_, .string(let text)): return .text(text)
        case (_, .int(let number)): return .integer(number)
        case (_, .bool(let truth)): return .boolean(truth)
        default: return .null
        }
    }

    private func jsonValue(_ value: SQLValue, of field: Field) throws -> JSONValue {
        switch (field.type, value) {
        case (_, .null): return .null
        case (.time, .integer(let microseconds)): return .string(Timestamp(microseconds: microseconds).description)
        case (.bool, .integer(let number)): return .bool(number != 0)
        case (.json, .text(let text)), (.list, .text(let text)): return try JSONValue(parsing: text.utf8)
        case (_, .text(let text)): return .string(text)
        case (_, .integer(let number)): return .int(number)
        case (_, .boolean(let truth)): return .bool(truth)
        default: throw SQLError.corrupt("\(schema.name).\(field.name) holds a value of another type")
        }
    }
}
