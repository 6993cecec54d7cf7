import PawlModel

/// Looks whether what an object refers to is there, in the right game, and to be seen by the caller.
struct References {
    let registry: ResourceRegistry
    let caller: Caller
    let sql: any SQLConnection

    /// Everything wrong with the references of `object`, each with its pointer.
    ///
    /// - Parameters:
    ///   - before: The object as it was: what is as before is not looked at again.
    ///   - game: The game that all of it must be of; nil when that is open.
    func violations(
        in object: JSONObject, _ fields: [Field], before: JSONObject? = nil, game: String?
    ) throws -> [Problem.Violation] {
        var violations: [Problem.Violation] = []
        for field in fields where before == nil || object[field.name] != before?[field.name] {
            let pointer = JSONPointer.escape(field.name)
            for reference in field.type.references(in: object[field.name] ?? .null, at: pointer) {
                if let detail = try detail(of: reference, game: game) {
                    violations.append(.init(reference.pointer, detail))
                }
            }
        }
        return violations
    }

    private func detail(of reference: Reference, game: String?) throws -> String? {
        // Versions are not declared: they belong to their repository, and a rule looks who may name them. Were they
        // looked for here, the answer would tell which ones another game has.
        guard let schema = registry[schema: reference.resource] else { return nil }
        guard let id = ResourceID(reference.text), let row = try ResourceTable(schema).row(id, in: sql),
            caller.reaches(row, of: schema)
        else { return "names nothing that exists" }
        guard let game, let other = schema.gameField.flatMap({ row[$0]?.string }), other != game else { return nil }
        return "belongs to another game"
    }
}

/// An id that stands somewhere in an object.
struct Reference {
    var resource: String
    var text: String
    var pointer: String
}

extension FieldType {
    /// All references in a value of this type.
    func references(in value: JSONValue, at pointer: String) -> [Reference] {
        switch (self, value) {
        case (.reference(let resource), .string(let text)):
            return [Reference(resource: resource, text: text, pointer: pointer)]
        case (.list(let element, _), .array(let values)):
            return values.enumerated().flatMap { element.references(in: $1, at: "\(pointer)/\($0)") }
        case (.object(let fields), .object(let object)):
            return Self.references(in: object, fields, at: pointer)
        case (.rows(let list), .array(let values)):
            return values.enumerated().flatMap { index, value in
                list.isBare
                    ? list.fields[0].type.references(in: value, at: "\(pointer)/\(index)")
                    : Self.references(in: value.object ?? [:], list.fields, at: "\(pointer)/\(index)")
            }
        default:
            return []
        }
    }

    private static func references(in object: JSONObject, _ fields: [Field], at pointer: String) -> [Reference] {
        fields.flatMap { field in
            field.type.references(
                in: object[field.name] ?? .null, at: pointer + JSONPointer.escape(field.name))
        }
    }
}
