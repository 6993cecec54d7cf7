import PawlModel

/// A table that the model asks for: a resource's own, or that of a list.
struct DeclaredTable: Sendable {
    var name: String
    var fields: [Field]
    var rules: [FieldRule]
    /// Nil for a list.
    var schema: ResourceSchema?
    /// For a list, the table of the resource that has it.
    var owner: String?
    /// For a list, the columns that say where an element belongs.
    var place: [String] = []

    static let all: [DeclaredTable] = Model.schemas.flatMap { schema in
        let fields = ResourceSchema.headFields + schema.fields
        return [DeclaredTable(name: schema.name, fields: fields, rules: schema.rules, schema: schema)]
            + lists(in: fields, of: schema.name, place: ["owner_id", "position"])
    }

    private static func lists(in fields: [Field], of owner: String, place: [String]) -> [DeclaredTable] {
        fields.flatMap { field -> [DeclaredTable] in
            guard case .rows(let list) = field.type else { return [] }
            return [DeclaredTable(name: list.table, fields: list.fields, rules: list.rules, owner: owner, place: place)]
                + lists(in: list.fields, of: owner, place: ["owner_id", "owner_position", "position"])
        }
    }
}

extension Field {
    /// Whether its values are in a table of their own.
    var isList: Bool {
        guard case .rows = type else { return false }
        return true
    }

    /// What a column of it holds.
    var columnType: String {
        switch type {
        case .int, .bool, .time: "INTEGER"
        default: "TEXT"
        }
    }
}
