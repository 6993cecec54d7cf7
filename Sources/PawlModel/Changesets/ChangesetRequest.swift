/// A list of updates that depend on each other, applied as one: the body of `POST /v1/changesets`.
public struct ChangesetRequest: Hashable, Sendable {
    /// What it is for.
    public var message: String?
    /// Everything is done and undone, and the answer is what it would have been.
    public var validateOnly: Bool
    /// The plan that an earlier dry run told: another one is refused.
    public var expectPlan: Digest?
    public var operations: [ChangesetOperation]

    public init(
        message: String? = nil, validateOnly: Bool = false, expectPlan: Digest? = nil,
        operations: [ChangesetOperation]
    ) {
        self.message = message
        self.validateOnly = validateOnly
        self.expectPlan = expectPlan
        self.operations = operations
    }

    public static let message = Field("message", .text(max: 500), example: "Season 4", help: "what it is for")
    public static let validateOnly = Field(
        "validate_only", .bool, default: false, help: "does everything and undoes it: the answer is what it would be")

    /// What the body may have.
    public static let fields: [Field] = [
        message, validateOnly,
        Field(
            "expect_plan", .text(max: 64, rule: .sha256), help: "the plan of an earlier dry run: another one is refused"
        ),
        Field(
            "operations", .list(.object(ChangesetOperation.fields), max: Limits.operationsMax), isRequired: true,
            help: "in any order: what depends on what decides"),
    ]

    /// As the wire has it.
    public var json: JSONObject {
        var object: JSONObject = ["operations": .array(operations.map { .object($0.json) })]
        object["message"] = message.map { .string($0) }
        if validateOnly { object["validate_only"] = true }
        object["expect_plan"] = expectPlan.map { .string($0.hex) }
        return object
    }

    /// Reads a body; throws one `invalid` problem with every violation.
    public init(json: JSONObject) throws(Problem) {
        var check = ObjectCheck(Self.fields, of: "a changeset")
        // A target may be a reference as well as an id: it is looked at below.
        var (plain, targets) = (json, [JSONValue?]())
        if case .array(let operations)? = json["operations"] {
            targets = operations.map { $0.object?["target"] }
            plain["operations"] = .array(
                operations.map { operation in
                    guard var object = operation.object else { return operation }
                    object["target"] = nil
                    return .object(object)
                })
        }
        let object = check.object(from: plain)
        var operations: [ChangesetOperation] = []
        if check.violations.isEmpty, case .array(let values)? = object["operations"] {
            if values.isEmpty { check.violations.append(.init("/operations", "must have at least one element")) }
            var seen: Set<String> = []
            for (index, value) in values.enumerated() {
                let reading = OperationReading(value.object ?? [:], target: targets[index], at: "/operations/\(index)")
                check.violations += reading.violations
                if !seen.insert(reading.operation.id).inserted {
                    check.violations.append(.init("/operations/\(index)/id", "is there twice"))
                }
                operations.append(reading.operation)
            }
            for (index, operation) in operations.enumerated() {
                let names =
                    operation.references.map { ($0.pointer, $0.reference.operation) }
                    + operation.dependsOn.enumerated().map { ("/depends_on/\($0)", $1) }
                for (pointer, name) in names where !seen.contains(name) {
                    check.violations.append(.init("/operations/\(index)\(pointer)", "names no operation"))
                }
            }
        }
        guard check.violations.isEmpty else { throw .invalid("changesets", check.violations) }
        self.init(
            message: object["message"]?.string, validateOnly: object["validate_only"] == true,
            expectPlan: object["expect_plan"]?.string.flatMap { Digest(hex: $0) }, operations: operations)
    }
}

/// One operation as it is read: what fits its kind, and what does not.
private struct OperationReading {
    var operation: ChangesetOperation
    var violations: [Problem.Violation] = []

    init(_ object: JSONObject, target: JSONValue?, at pointer: String) {
        operation = ChangesetOperation(
            object["id"]?.string ?? "",
            object["op"]?.string.flatMap { ChangesetOperation.Kind(rawValue: $0) } ?? .test,
            resource: object["resource"]?.string, verb: object["verb"]?.string, body: object["body"]?.object ?? [:],
            ifMatch: object["if_match"]?.int, ifNoneExist: object["if_none_exist"]?.object)
        if case .array(let names)? = object["depends_on"] { operation.dependsOn = names.compactMap(\.string) }
        if let target, !target.isNull {
            if let reference = ChangesetReference(target) {
                operation.target = .result(reference)
            } else if let id = target.string.flatMap({ ResourceID($0) }) {
                operation.target = .row(id)
            } else {
                violations.append(.init(pointer + "/target", "must be an id, or {\"$ref\": \"…\"}"))
                return
            }
        }
        func refuse(_ name: String, _ detail: String) { violations.append(.init("\(pointer)/\(name)", detail)) }
        let isGiven = { (name: String) in !(object[name]?.isNull ?? true) }
        switch operation.kind {
        case .create:
            if operation.resource == nil { refuse("resource", "is required") }
            if operation.target != nil { refuse("target", "is for rows that are there") }
        case .update, .delete, .test:
            if operation.target == nil { refuse("target", "is required") }
        case .call:
            if operation.target == nil, operation.resource == nil { refuse("target", "is required, or a resource") }
            if operation.target != nil, operation.verb == nil { refuse("verb", "is required") }
        }
        if operation.kind != .call, isGiven("verb") { refuse("verb", "is for call") }
        if operation.kind != .create, isGiven("if_none_exist") { refuse("if_none_exist", "is for create") }
        if operation.target == nil, isGiven("if_match") { refuse("if_match", "is for rows that are there") }
        if operation.kind == .delete, !operation.body.isEmpty { refuse("body", "is not for delete") }
        if operation.kind == .create, operation.ifNoneExist?.isEmpty == true {
            refuse("if_none_exist", "must name a field")
        }
    }
}
