extension FieldType {
    /// Appends what is wrong with `value` to `violations`, each with its pointer. `.null` is the caller's business.
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
        case .list(let element, let max):
            guard case .array(let values) = value else { return reject("must be a list") }
            if values.count > max { return reject("must not have more than \(max) elements") }
            for (index, value) in values.enumerated() {
                element.check(value, at: "\(pointer)/\(index)", into: &violations)
            }
        }
    }

    private static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r" || scalar == "\t"
    }

    /// The one form in which a valid value is kept: times in UTC, everything else as it came.
    func canonical(_ value: JSONValue) -> JSONValue {
        guard case .time = self, let time = value.string.flatMap({ Timestamp($0) }) else { return value }
        return .string(time.description)
    }
}

extension ResourceSchema {
    /// The body of a creation as a whole row without its head: checked, canonical, defaults filled in.
    ///
    /// Throws one `invalid` problem with every violation.
    public func creation(from body: JSONObject) throws(Problem) -> JSONObject {
        var violations = unknownNames(in: body)
        var row: JSONObject = [:]
        for field in fields {
            let value = body[field.name] ?? .null
            let pointer = JSONPointer.escape(field.name)
            if field.change == .byServer, body[field.name] != nil {
                violations.append(.init(pointer, "is set by the server"))
            } else if value.isNull {
                if field.isRequired { violations.append(.init(pointer, "is required")) }
                row[field.name] = field.defaultValue
            } else {
                field.type.check(value, at: pointer, into: &violations)
                row[field.name] = field.type.canonical(value)
            }
        }
        guard violations.isEmpty else { throw .invalid(name, violations) }
        return row
    }

    /// The row after a merge patch (RFC 7396): `row` is whole, and so is the result.
    ///
    /// Throws one `invalid` problem with every violation.
    public func merge(_ patch: JSONObject, into row: JSONObject) throws(Problem) -> JSONObject {
        var violations = unknownNames(in: patch)
        var result = row
        for field in fields {
            guard let change = patch[field.name] else { continue }
            let pointer = JSONPointer.escape(field.name)
            let old = row[field.name] ?? .null
            var value = change
            if case .json = field.type, !change.isNull { value = old.merged(with: change) }
            if value.isNull { value = field.defaultValue }
            if field.change != .free {
                // A client may send back what it read; only a difference is refused.
                if value != old {
                    violations.append(
                        .init(pointer, field.change == .onCreate ? "cannot be changed" : "is set by the server"))
                }
            } else if value.isNull {
                if field.isRequired { violations.append(.init(pointer, "is required")) }
                result[field.name] = .null
            } else {
                field.type.check(value, at: pointer, into: &violations)
                result[field.name] = field.type.canonical(value)
            }
        }
        guard violations.isEmpty else { throw .invalid(name, violations) }
        return result
    }

    private func unknownNames(in body: JSONObject) -> [Problem.Violation] {
        let known = Set(fields.map(\.name) + Self.headFields.map(\.name))
        return body.keys.filter { !known.contains($0) }.sorted().map {
            .init(JSONPointer.escape($0), "is not a field of \(name)")
        }
    }
}

/// JSON pointers (RFC 6901).
public enum JSONPointer {
    /// The pointer to a member of the top object.
    public static func escape(_ name: String) -> String {
        "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}

extension JSONValue {
    /// RFC 7396 §2.
    public func merged(with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result = object ?? [:]
        for (name, change) in changes {
            // Not by a conditional expression: its nil would be a JSON null.
            if change.isNull {
                result.removeValue(forKey: name)
            } else {
                result[name] = (result[name] ?? .null).merged(with: change)
            }
        }
        return .object(result)
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
