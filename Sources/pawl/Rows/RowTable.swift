import PawlModel

/// Rows of any resource as a table: the id, and the fields that say something of at least one of them.
struct RowTable {
    private let schema: ResourceSchema
    private let rows: [JSONObject]

    /// More columns than this no terminal is wide enough for.
    private static let columnsMax = 7

    init(_ schema: ResourceSchema, _ rows: [JSONObject]) {
        self.schema = schema
        self.rows = rows
    }

    func print(whenEmpty: String) {
        let fields = columns
        var table = Table(columns: ["ID"] + fields.map { $0.name.uppercased() })
        for row in rows { table.add(row: [Self.text(row["id"])] + fields.map { Self.text(row[$0.name]) }) }
        table.print(whenEmpty: whenEmpty)
    }

    private var columns: [Field] {
        let short = schema.fields.filter { field in
            switch field.type {
            case .text(let max, _): max <= 512
            case .int, .bool, .time, .reference, .choice: true
            case .json, .list, .object, .rows: false
            }
        }
        // The game is in most rows the same, and was asked for.
        let telling = short.filter { field in
            field.name != "game_id" && rows.contains { !($0[field.name]?.isNull ?? true) }
        }
        return Array(telling.prefix(Self.columnsMax))
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case .string(let text): Text.plain(text)
        case nil, .null: "-"
        case let value?: value.text
        }
    }
}

extension JSONObject {
    /// One row for people: a line for each field, the id first, then `fields` in their order.
    func printed(_ fields: [Field]) {
        let width = keys.map(\.count).max() ?? 0
        let names = ["id"] + fields.map(\.name)
        let rest = keys.filter { !names.contains($0) }.sorted()
        for name in names + rest {
            guard let value = self[name] else { continue }
            let text = value.string.map { Text.plain($0) } ?? (value.isNull ? "-" : value.text)
            Output.line(name + String(repeating: " ", count: width - name.count) + "  " + text)
        }
    }
}
