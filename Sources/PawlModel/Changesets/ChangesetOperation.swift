/// One change of a changeset, or one thing that must hold for it.
public struct ChangesetOperation: Hashable, Sendable {
    /// Its name in the changeset, by which others refer to it.
    public var id: String
    public var kind: Kind
    /// What is made, or whose verb is called; where a target is given, its id tells.
    public var resource: String?
    /// The row that is changed: an id, or a reference to the operation that makes or finds it.
    public var target: Target?
    /// For `call`; empty for the verb that makes rows.
    public var verb: String?
    /// What a new row has, what is changed (a merge patch), a verb's input, or what must hold.
    public var body: JSONObject
    /// The revision that the target must have.
    public var ifMatch: Int64?
    /// For `create`: a living row with all these fields is taken instead.
    public var ifNoneExist: JSONObject?
    /// Operations that have to come before.
    public var dependsOn: [String]

    public enum Kind: String, Codable, Sendable, CaseIterable {
        case create, update, delete, call, test
    }

    public enum Target: Hashable, Sendable {
        case row(ResourceID)
        case result(ChangesetReference)

        public var json: JSONValue {
            switch self {
            case .row(let id): .string(id.description)
            case .result(let reference): reference.json
            }
        }
    }

    public init(
        _ id: String, _ kind: Kind, resource: String? = nil, target: Target? = nil, verb: String? = nil,
        body: JSONObject = [:], ifMatch: Int64? = nil, ifNoneExist: JSONObject? = nil, dependsOn: [String] = []
    ) {
        self.id = id
        self.kind = kind
        self.resource = resource
        self.target = target
        self.verb = verb
        self.body = body
        self.ifMatch = ifMatch
        self.ifNoneExist = ifNoneExist
        self.dependsOn = dependsOn
    }

    /// Whether it may change its target.
    public var writes: Bool { kind != .test }

    /// As the wire has it; what is absent is left out, so that equal operations have equal bytes.
    public var json: JSONObject {
        var object: JSONObject = ["id": .string(id), "op": .string(kind.rawValue)]
        object["resource"] = resource.map { .string($0) }
        object["target"] = target?.json
        object["verb"] = verb.map { .string($0) }
        if !body.isEmpty { object["body"] = .object(body) }
        object["if_match"] = ifMatch.map { .int($0) }
        object["if_none_exist"] = ifNoneExist.map { .object($0) }
        if !dependsOn.isEmpty { object["depends_on"] = .array(dependsOn.map { .string($0) }) }
        return object
    }

    /// All operations that it refers to, each with the pointer to where, inside of the operation.
    public var references: [(pointer: String, reference: ChangesetReference)] {
        var references = JSONValue.object(body).changesetReferences(at: "/body")
        if let ifNoneExist { references += JSONValue.object(ifNoneExist).changesetReferences(at: "/if_none_exist") }
        if case .result(let reference) = target { references.append(("/target", reference)) }
        return references
    }
}

extension ChangesetOperation {
    /// What an operation may have.
    public static let fields: [Field] = [
        Field(
            "id", .text(max: 64, rule: .sku), isRequired: true, example: "sword",
            help: "its name in the changeset"),
        Field(
            "op", .choice(Kind.allCases.map(\.rawValue)), isRequired: true, example: "create", help: "what it does"),
        Field(
            "resource", .text(max: 64), example: "items",
            help: "what is made, or whose verb is called; told by the target's id where there is one"),
        Field("target", .text(max: 64), help: "the id of the row, or {\"$ref\": \"…\"}"),
        Field("verb", .text(max: 64), help: "for call; nothing for the verb that makes rows"),
        Field(
            "body", .json(maxBytes: Limits.jsonBodySizeMax), default: [:], example: ["sku": "sword", "name": "Sword"],
            help:
                "the new row, a merge patch, a verb's input, or what must hold; {\"$ref\": \"…\"} is another one's row"
        ),
        Field("if_match", .int(1...Int64.max), help: "the revision that the target must have"),
        Field(
            "if_none_exist", .json(maxBytes: Limits.metadataSizeMax),
            help: "for create: a living row with all these fields is taken instead of a new one"),
        Field(
            "depends_on", .list(.text(max: 64), max: Limits.operationsMax), default: [],
            help: "operations that come before"),
    ]
}
