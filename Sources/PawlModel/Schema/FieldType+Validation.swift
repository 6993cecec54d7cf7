extension FieldType {
    /// Appends what is wrong with `value` itself to `violations`; what lies inside it is looked at by `ObjectCheck`.
    /// `.null` is the caller's business.
    public func check(_ value: JSONValue, at pointer: String, into violations: inout [Problem.Violation]) {
        func reject(_ detail: String) { violations.append(.init(pointer, detail)) }
        switch self {
        case .text(let max, let rule):
            guard let text = value.string else { return reject("must be text") }
            if text.unicodeScalars.count > max {
                return reject("must not be longer than \(max) characters; it has \(text.unicodeScalars.count)")
            }
            if let detail = rule?.violation(in: text) { return reject(detail) }
            if text.unicodeScalars.contains(where: { $0.value < 0x20 && !Self.isWhiteSpace($0) || $0.value == 0x7f }) {
                reject("must not contain control characters")
            }
        case .int(let range):
            guard let number = value.int else { return reject("must be a whole number") }
            if !range.contains(number) { reject("must be from \(range.lowerBound) to \(range.upperBound)") }
        case .bool:
            guard case .bool = value else { return reject("must be true or false") }
        case .time:
            guard let text = value.string, Timestamp(text) != nil else {
                return reject("must be a time as in RFC 3339, such as 2026-11-22T08:30:00Z")
            }
        case .json(let maxBytes):
            guard value.object != nil else { return reject("must be a JSON object") }
            if value.data.count > maxBytes { reject("must not be larger than \(maxBytes) bytes") }
        case .reference:
            guard let text = value.string, ResourceID(text) != nil else { return reject("must be an id") }
        case .choice(let choices):
            guard let text = value.string, choices.contains(text) else {
                return reject("must be one of " + choices.joined(separator: ", "))
            }
        case .list(_, let max):
            guard case .array(let values) = value else { return reject("must be a list") }
            if values.count > max { reject("must not have more than \(max) elements") }
        case .object:
            guard value.object != nil else { return reject("must be a JSON object") }
        case .rows(let list):
            guard case .array(let values) = value else { return reject("must be a list") }
            if values.count > list.max { reject("must not have more than \(list.max) elements") }
            if values.count < list.min { reject("must have at least \(list.min) elements") }
        }
    }

    private static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r" || scalar == "\t"
    }
}

extension ResourceSchema {
    /// The body of a creation as a whole row without its head: checked, canonical, defaults filled in.
    ///
    /// Throws one `invalid` problem with every violation.
    public func creation(from body: JSONObject) throws(Problem) -> JSONObject {
        var check = ObjectCheck(fields, rules: rules, of: name)
        let row = check.object(from: body, otherNames: Self.headFields.map(\.name))
        guard check.violations.isEmpty else { throw .invalid(name, check.violations) }
        return row
    }

    /// The row after a merge patch (RFC 7396): `row` is whole, and so is the result.
    ///
    /// Throws one `invalid` problem with every violation.
    public func merge(_ patch: JSONObject, into row: JSONObject) throws(Problem) -> JSONObject {
        var check = ObjectCheck(fields, of: name)
        check.rejectUnknownNames(in: patch, at: "", otherNames: Self.headFields.map(\.name))
        var result = row
        for field in fields {
            guard let change = patch[field.name] else { continue }
            let pointer = JSONPointer.escape(field.name)
            let old = row[field.name] ?? .null
            var value = change
            if case .json = field.type, !change.isNull { value = old.merged(with: change) }
            if value.isNull { value = field.defaultValue }
            switch field.change {
            case .onCreate, .byServer:
                // A client may send back what it read; only a difference is refused.
                guard value != old else { continue }
                check.violations.append(
                    .init(pointer, field.change == .onCreate ? "cannot be changed" : "is set by the server"))
            case .free, .byStudio:
                if value.isNull, field.isRequired { check.violations.append(.init(pointer, "is required")) }
                result[field.name] = value.isNull ? .null : check.checked(value, field.type, at: pointer)
            }
        }
        if check.violations.isEmpty { check.check(rules, of: result, at: "") }
        guard check.violations.isEmpty else { throw .invalid(name, check.violations) }
        return result
    }
}

extension VerbSchema {
    /// The body of a call: checked, canonical, defaults filled in. Throws one `invalid` problem with every violation.
    public func input(from body: JSONObject) throws(Problem) -> JSONObject {
        var check = ObjectCheck(fields, rules: rules, of: isOfCollection ? resource : name)
        let input = check.object(from: body)
        guard check.violations.isEmpty else { throw .invalid(resource, check.violations) }
        return input
    }
}

/// JSON pointers (RFC 6901).
public enum JSONPointer {
    /// The pointer to a member of the top object.
    public static func escape(_ name: String) -> String {
        "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}

extension Problem {
    /// The body of a request breaks rules of a resource.
    public static func invalid(_ resource: String, _ violations: [Violation]) -> Problem {
        let count = violations.count
        let first = violations.first.map { "\($0.pointer.dropFirst()) \($0.detail)" } ?? "a rule is broken"
        return Problem(
            .invalid, count == 1 ? "\(resource): \(first)" : "\(resource): \(first), and \(count - 1) more",
            violations: violations)
    }
}
