import PawlModel

extension [Field] {
    /// An object of these fields for the documentation: in a request what has to be given and what has an example of its
    /// own, in an answer everything. It is always valid.
    func example(_ direction: Direction, rules: [FieldRule] = []) -> JSONObject {
        let combination = rules.combinations.first
        var object: JSONObject = [:]
        for field in self {
            let isGiven = combination?.given.contains(field.name) ?? false
            switch direction {
            case .request:
                guard field.change != .byServer, combination?.absent.contains(field.name) != true,
                    field.isRequired || isGiven || field.example != nil
                else { continue }
                object[field.name] = field.example ?? field.type.example(.request)
            case .answer:
                guard !field.isWriteOnly else { continue }
                object[field.name] = isGiven ? field.type.example(.answer) : field.answerExample
            }
        }
        return object
    }

    /// A merge patch of the first field that can be changed, one with an example of its own where there is one.
    var patchExample: JSONObject {
        let fields = filter { $0.change == .free }
        guard let field = fields.first(where: { $0.example != nil }) ?? fields.first else { return [:] }
        return [field.name: field.example ?? field.type.example(.request)]
    }
}

extension Field {
    fileprivate var answerExample: JSONValue {
        if let example { return type.completed(example) }
        if !defaultValue.isNull { return type.completed(defaultValue) }
        return isNullable ? .null : type.example(.answer)
    }
}

extension FieldType {
    /// A valid value, made up.
    func example(_ direction: Direction) -> JSONValue {
        switch self {
        case .text(let max, let rule): .string(rule?.example ?? String("some text".prefix(max)))
        case .int(let range): .int(range.contains(1) ? 1 : range.lowerBound)
        case .bool: true
        case .time: "2026-11-22T08:30:00.000000Z"
        case .json: [:]
        case .reference(let resource): .string("\(ResourceID.prefix(of: resource) ?? "any")_\(Self.idDigits)")
        case .choice(let choices): .string(choices.first ?? "")
        case .list(let element, _): [element.example(direction)]
        case .object(let fields): .object(fields.example(direction))
        case .rows(let list):
            [
                list.isBare
                    ? list.fields[0].type.example(direction)
                    : .object(list.fields.example(direction, rules: list.rules))
            ]
        }
    }

    private static let idDigits = "01kar2w9d3f7g8h5j6k4m2n9pq"

    /// A declared value as an answer has it: with everything inside of it that the declaration left out.
    fileprivate func completed(_ value: JSONValue) -> JSONValue {
        switch (self, value) {
        case (.object(let fields), .object(let object)): .object(fields.completed(object))
        case (.list(let element, _), .array(let values)): .array(values.map { element.completed($0) })
        case (.rows(let list), .array(let values)):
            .array(values.map { value in value.object.map { .object(list.fields.completed($0)) } ?? value })
        default: value
        }
    }
}

extension [Field] {
    fileprivate func completed(_ object: JSONObject) -> JSONObject {
        Dictionary(
            uniqueKeysWithValues: map { field in
                (field.name, object[field.name].map { field.type.completed($0) } ?? field.answerExample)
            })
    }
}

extension TextRule {
    /// A text that keeps the rule.
    fileprivate var example: String {
        switch self {
        case .slug: "my-game"
        case .assetPath: "builds/win64"
        case .channelName: "live"
        case .mediaType: "application/zip"
        case .sku: "starter"
        case .snakeCase: "seconds"
        case .email: "robin@example.com"
        case .locale: "pt-BR"
        case .timeZone: "Europe/Berlin"
        case .httpURL: "https://example.com/pawl"
        case .secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
        case .entityTags: "\"1\""
        case .idempotencyKey: "5f0c3a5e-8f0b-4f5e-9a4e-2b8f1d6c7a90"
        case .sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
        }
    }
}
