/// Checks an object against declared fields and collects every violation, each with its pointer.
struct ObjectCheck {
    let fields: [Field]
    let rules: [FieldRule]
    /// What the fields belong to, for sentences: the resource, or the list.
    let owner: String
    var violations: [Problem.Violation] = []

    init(_ fields: [Field], rules: [FieldRule] = [], of owner: String) {
        self.fields = fields
        self.rules = rules
        self.owner = owner
    }

    /// The whole object: checked, canonical, defaults filled in.
    ///
    /// - Parameters:
    ///   - pointer: The JSON pointer to `body`; empty for the request's own.
    ///   - otherNames: Names that may be there too, and are passed over.
    mutating func object(from body: JSONObject, at pointer: String = "", otherNames: [String] = []) -> JSONObject {
        rejectUnknownNames(in: body, at: pointer, otherNames: otherNames)
        var object: JSONObject = [:]
        var good = fields.map(\.name)
        for field in fields {
            let count = violations.count
            defer { if violations.count > count { good.removeAll { $0 == field.name } } }
            let value = body[field.name] ?? .null
            let pointer = pointer + JSONPointer.escape(field.name)
            if field.change == .byServer {
                if body[field.name] != nil { violations.append(.init(pointer, "is set by the server")) }
                object[field.name] = field.defaultValue
            } else if value.isNull {
                if field.isRequired { violations.append(.init(pointer, "is required")) }
                object[field.name] = field.defaultValue
            } else {
                object[field.name] = checked(value, field.type, at: pointer)
            }
        }
        // A rule between fields says nothing of one that cannot be read.
        check(rules.filter { $0.fields.allSatisfy(good.contains) }, of: object, at: pointer)
        return object
    }

    mutating func rejectUnknownNames(in body: JSONObject, at pointer: String, otherNames: [String]) {
        let known = Set(fields.map(\.name) + otherNames)
        for name in body.keys.sorted() where !known.contains(name) {
            violations.append(.init(pointer + JSONPointer.escape(name), "is not a field of \(owner)"))
        }
    }

    mutating func check(_ rules: [FieldRule], of object: JSONObject, at pointer: String) {
        for rule in rules {
            guard let (field, detail) = rule.violation(in: object) else { continue }
            violations.append(.init(pointer + JSONPointer.escape(field), detail))
        }
    }

    // MARK: One value

    /// The one form in which a valid value is kept: times in UTC, defaults inside it filled in. `value` is not null.
    mutating func checked(_ value: JSONValue, _ type: FieldType, at pointer: String) -> JSONValue {
        let count = violations.count
        type.check(value, at: pointer, into: &violations)
        guard violations.count == count else { return value }
        switch (type, value) {
        case (.time, .string(let text)):
            return Timestamp(text).map { .string($0.description) } ?? value
        case (.list(let element, _), .array(let values)):
            return .array(
                values.enumerated().map { index, value in checked(value, element, at: "\(pointer)/\(index)") })
        case (.object(let fields), .object(let body)):
            return .object(nested(fields, [], in: body, at: pointer))
        case (.rows(let list), .array(let values)):
            return .array(elements(of: list, values, at: pointer))
        default:
            return value
        }
    }

    private mutating func elements(of list: RowList, _ values: [JSONValue], at pointer: String) -> [JSONValue] {
        var elements: [JSONObject] = []
        for (index, value) in values.enumerated() {
            let body = list.isBare ? [list.fields[0].name: value] : value.object
            guard let body else {
                violations.append(.init("\(pointer)/\(index)", "must be an object"))
                continue
            }
            let element = nested(list.fields, list.rules, in: body, at: "\(pointer)/\(index)")
            let isRepeated = list.uniques.contains { names in
                !names.contains { element[$0]?.isNull ?? true }
                    && elements.contains { other in names.allSatisfy { other[$0] == element[$0] } }
            }
            if isRepeated { violations.append(.init("\(pointer)/\(index)", "is there twice")) }
            elements.append(element)
        }
        return elements.map { list.isBare ? $0[list.fields[0].name] ?? .null : .object($0) }
    }

    private mutating func nested(
        _ fields: [Field], _ rules: [FieldRule], in body: JSONObject, at pointer: String
    ) -> JSONObject {
        var check = ObjectCheck(fields, rules: rules, of: "it")
        let object = check.object(from: body, at: pointer)
        violations += check.violations
        return object
    }
}

extension FieldRule {
    fileprivate var fields: [String] {
        switch self {
        case .exactlyOne(let names): names
        case .before(let first, let second), .atMost(let first, let second): [first, second]
        }
    }

    /// The field to point at, and what is wrong with it; nil when the rule is kept.
    fileprivate func violation(in object: JSONObject) -> (field: String, detail: String)? {
        func value(_ name: String) -> JSONValue { object[name] ?? .null }
        switch self {
        case .exactlyOne(let names):
            let count = names.count { !value($0).isNull }
            return count == 1 ? nil : (names[0], "must be given, or else \(names[1...].joined(separator: " or "))")
        case .before(let first, let second):
            // What is no time has a violation of its own.
            guard let start = value(first).string.flatMap({ Timestamp($0) }),
                let end = value(second).string.flatMap({ Timestamp($0) })
            else { return nil }
            return start < end ? nil : (second, "must be later than \(first)")
        case .atMost(let first, let second):
            guard let low = value(first).int, let high = value(second).int else { return nil }
            return low <= high ? nil : (second, "must not be less than \(first)")
        }
    }
}
