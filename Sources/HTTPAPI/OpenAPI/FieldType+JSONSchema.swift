import PawlModel

/// Which way a value goes: a request may leave out what has a default, an answer has everything but secrets.
enum Direction: Sendable {
    case request, answer
}

extension FieldType {
    /// The JSON Schema (draft 2020-12, as OpenAPI 3.1 takes it) of a value that is not null: what `check` looks at, for
    /// others to check by. It refuses nothing that `check` takes.
    func jsonSchema(_ direction: Direction) -> JSONObject {
        switch self {
        case .text(let max, let rule): return Self.text(max: max, rule)
        case .int(let range):
            return [
                "type": "integer", "format": "int64", "minimum": .int(range.lowerBound),
                "maximum": .int(range.upperBound),
            ]
        case .bool: return ["type": "boolean"]
        case .time: return ["type": "string", "format": "date-time", "pattern": .string(Self.timePattern)]
        case .json: return ["type": "object"]
        case .reference(let resource): return ["type": "string", "pattern": .string(ResourceID.pattern(of: resource))]
        case .choice(let choices): return ["type": "string", "enum": .array(choices.map { .string($0) })]
        case .list(let element, let max):
            return [
                "type": "array", "items": .object(element.jsonSchema(direction)), "maxItems": .int(Int64(max)),
            ]
        case .object(let fields): return fields.jsonSchema(direction)
        case .rows(let list): return list.jsonSchema(direction)
        }
    }

    private static func text(max: Int, _ rule: TextRule?) -> JSONObject {
        ["type": "string", "maxLength": .int(Int64(max)), "pattern": .string(rule?.pattern ?? plainTextPattern)]
    }

    /// No control characters but tab and the ends of lines.
    private static let plainTextPattern = #"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"#

    /// RFC 3339 as `Timestamp` reads it: no leap seconds, and nine digits of a second at most.
    private static let timePattern =
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-5][0-9]([.][0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
}

extension RowList {
    fileprivate func jsonSchema(_ direction: Direction) -> JSONObject {
        let element = isBare ? fields[0].type.jsonSchema(direction) : fields.jsonSchema(direction, rules: rules)
        var schema: JSONObject = ["type": "array", "items": .object(element), "maxItems": .int(Int64(max))]
        if min > 0 { schema["minItems"] = .int(Int64(min)) }
        if isBare { schema["uniqueItems"] = true }
        return schema
    }
}

extension ResourceID {
    /// The regular expression of the ids of one resource; of any, where none has that name.
    static func pattern(of resource: String) -> String {
        "^\(prefix(of: resource) ?? "[a-z]{3}")_[0-7][0-9a-hjkmnp-tv-z]{25}$"
    }

    /// The three letters that begin the ids of a resource, or of what a repository has beside them.
    static func prefix(of resource: String) -> String? {
        switch resource {
        case Version.schema.name: Version.idPrefix
        case Upload.schema.name: Upload.idPrefix
        default: Model.schema(named: resource)?.idPrefix
        }
    }
}
