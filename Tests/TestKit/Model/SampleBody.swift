package import PawlModel

/// A valid body for any resource, with as much in it as fits, made of its declaration alone.
package struct SampleBody {
    /// A row of each resource that references can name.
    package var ids: [String: JSONValue]

    package init(ids: [String: JSONValue] = [:]) { self.ids = ids }

    package func body(of schema: ResourceSchema) -> JSONObject { object(schema.fields, schema.rules) }

    private func object(_ fields: [Field], _ rules: [FieldRule]) -> JSONObject {
        var object: JSONObject = [:]
        for (place, field) in fields.enumerated() where field.change != .byServer {
            object[field.name] = value(field, place)
        }
        var chosen: Set<String> = []
        for names in rules.map(\.alternatives) {
            let given = names.filter { object[$0] != nil }
            guard let one = given.first(where: chosen.contains) ?? given.first else { continue }
            chosen.insert(one)
            for name in given where name != one { object.removeValue(forKey: name) }
        }
        return object
    }

    /// A value of a field; later fields have later times. Nil where there is nothing to refer to.
    private func value(_ field: Field, _ place: Int) -> JSONValue? {
        switch field.type {
        case .time: return .string(Timestamp(microseconds: Int64(place) * 86_400_000_001).description)
        case .reference(let resource): return ids[resource]
        case .object(let fields), .list(.object(let fields), _):
            let object = JSONValue.object(object(fields, []))
            if case .list = field.type { return [object, object] }
            return object
        case .rows(let list):
            let element = object(list.fields, list.rules)
            guard list.isBare else { return [.object(element)] }
            return .array([element[list.fields[0].name]].compactMap(\.self))
        default: return field.example ?? plain(field.type)
        }
    }

    private func plain(_ type: FieldType) -> JSONValue {
        switch type {
        case .int(let range): .int(range.contains(1) ? 1 : range.lowerBound)
        case .bool: true
        case .json: ["deep": ["er": [1, .double(2.5), .null, "ü"]], "big": .int(Limits.wholeNumberMax)]
        case .choice(let choices): .string(choices.last ?? "")
        case .list(let element, _): [plain(element)]
        default: "ä\n\"b\""
        }
    }
}

extension FieldRule {
    /// The fields of which exactly one is given.
    package var alternatives: [String] {
        guard case .exactlyOne(let names) = self else { return [] }
        return names
    }
}
