/// An error as the wire tells it: `application/problem+json` (RFC 9457) with a stable `code`.
///
/// The HTTP status is not chosen here: HTTPAPI's one table adds it, and a client reads it from the answer.
public struct Problem: Error, Hashable, Sendable {
    /// What scripts switch on; a code is never renamed.
    public var code: ProblemCode
    /// One sentence for a person: what was wrong, and what to do next.
    public var detail: String
    /// Every violated rule, each with a pointer to its field.
    public var violations: [Violation]
    /// On a conflict: the row as it is now.
    public var current: JSONValue?
    /// On a conflict: what the request tried to make of it.
    public var attempted: JSONValue?
    /// Further members of the answer, such as `missing` of a commit.
    public var members: JSONObject

    public init(
        _ code: ProblemCode, _ detail: String, violations: [Violation] = [],
        current: JSONValue? = nil, attempted: JSONValue? = nil, members: JSONObject = [:]
    ) {
        self.code = code
        self.detail = detail
        self.violations = violations
        self.current = current
        self.attempted = attempted
        self.members = members
    }

    /// One field that breaks a rule.
    public struct Violation: Hashable, Sendable, Codable {
        /// A JSON pointer (RFC 6901) into the request body, or `?name` for a query parameter.
        public var pointer: String
        public var detail: String

        public init(_ pointer: String, _ detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }
}

extension Problem: CustomStringConvertible {
    public var description: String {
        let rules = violations.map { "\n  \($0.pointer): \($0.detail)" }.joined()
        return detail + rules
    }
}

extension Problem {
    /// A query parameter that breaks a rule, such as "must be true or false".
    package static func malformedQuery(_ name: String, _ rule: String) -> Problem {
        Problem(.malformedQuery, "\(name) \(rule).", violations: [Violation("?\(name)", rule)])
    }

    /// The members of the problem document, without `status`.
    public var json: JSONObject {
        var object = members
        object["type"] = .string(code.type)
        object["title"] = .string(code.title)
        object["code"] = .string(code.rawValue)
        object["detail"] = .string(detail)
        if !violations.isEmpty {
            object["errors"] = .array(
                violations.map { ["pointer": .string($0.pointer), "detail": .string($0.detail)] })
        }
        object["current"] = current
        object["attempted"] = attempted
        return object
    }

    /// Reads a problem document as a client gets it. An unknown code becomes `internal_error`, with its text kept.
    public init(json: JSONObject) {
        let code = json["code"]?.string.flatMap(ProblemCode.init(rawValue:)) ?? .internalError
        var violations: [Violation] = []
        if case .array(let errors)? = json["errors"] {
            violations = errors.compactMap(\.object).map {
                Violation($0["pointer"]?.string ?? "", $0["detail"]?.string ?? "")
            }
        }
        var members = json
        for name in ["type", "title", "status", "code", "detail", "errors", "current", "attempted"] {
            members[name] = nil
        }
        self.init(
            code, json["detail"]?.string ?? code.title, violations: violations,
            current: json["current"], attempted: json["attempted"], members: members)
    }
}
