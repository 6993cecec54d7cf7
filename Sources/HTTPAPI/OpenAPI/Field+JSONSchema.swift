import PawlModel

extension Field {
    /// The schema of the field's value, with its help, its default, and whether it may be null: in a request null stands
    /// for what is not given.
    func jsonSchema(_ direction: Direction) -> JSONObject {
        var schema = type.jsonSchema(direction)
        if direction == .answer ? isNullable : !isRequired { schema.allowNull() }
        schema["description"] = .string(([help] + notes).joined(separator: "; "))
        if direction == .request, !defaultValue.isNull { schema["default"] = defaultValue }
        if isWriteOnly { schema["writeOnly"] = true }
        return schema
    }

    /// What a schema cannot say.
    private var notes: [String] {
        switch type {
        case .json(let maxBytes): ["at most \(maxBytes) bytes of compact JSON"]
        case .rows(let list):
            list.uniques.filter { _ in !list.isBare }.map {
                "no two elements have the same " + $0.joined(separator: " and ")
            } + list.rules.compactMap(\.note)
        default: []
        }
    }
}

extension FieldRule {
    /// The rule in words, where a schema cannot say it.
    var note: String? {
        switch self {
        case .exactlyOne: nil
        case .before(let first, let second): "\(first) lies before \(second)"
        case .atMost(let first, let second): "\(first) is not larger than \(second)"
        }
    }
}

extension [Field] {
    /// The schema of an object of these fields and no others.
    ///
    /// In a request, where a rule wants exactly one of some fields, it is a choice of objects, each of which says what is
    /// given together.
    func jsonSchema(_ direction: Direction, rules: [FieldRule] = []) -> JSONObject {
        let fields = direction == .request ? filter { $0.change != .byServer } : filter { !$0.isWriteOnly }
        let properties = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.jsonSchema(direction)) })
        let required = fields.filter { direction == .answer ? !$0.isShownOnce : $0.isRequired }.map(\.name)
        let combinations = direction == .request ? rules.combinations : []
        guard !combinations.isEmpty else { return JSONObject.schema(ofObject: properties, required: required) }
        let choices = combinations.map { combination in
            var properties = properties
            for name in combination.given { properties[name] = fields.first { $0.name == name }?.schemaOfGiven }
            for name in combination.absent { properties[name]?["type"] = "null" }
            var choice = JSONObject.schema(ofObject: properties, required: required + combination.given)
            choice["title"] = .string(combination.given.joined(separator: ", "))
            return JSONValue.object(choice)
        }
        return ["oneOf": .array(choices)]
    }

    /// The schema of a merge patch (RFC 7396) of these fields: nothing has to be there, null is what the default is.
    var patchSchema: JSONObject {
        let fields = filter { $0.change == .free || $0.change == .byStudio }
        let properties = fields.map { field in
            var schema = field.jsonSchema(.request)
            schema["default"] = nil
            return (field.name, schema)
        }
        return JSONObject.schema(ofObject: Dictionary(uniqueKeysWithValues: properties), required: [])
    }
}

extension Field {
    /// The schema where the field has to be given.
    fileprivate var schemaOfGiven: JSONObject {
        var given = self
        given.isRequired = true
        return given.jsonSchema(.request)
    }
}

extension JSONObject {
    static func schema(ofObject properties: [String: JSONObject], required: [String]) -> JSONObject {
        var schema: JSONObject = [
            "type": "object", "properties": .object(properties.mapValues { .object($0) }),
            "additionalProperties": false,
        ]
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        return schema
    }

    fileprivate mutating func allowNull() {
        if let type = self["type"]?.string { self["type"] = .array([.string(type), "null"]) }
        if case .array(let choices)? = self["enum"] { self["enum"] = .array(choices + [.null]) }
        if case .array(let choices)? = self["oneOf"] { self["oneOf"] = .array(choices + [["type": "null"]]) }
    }
}
