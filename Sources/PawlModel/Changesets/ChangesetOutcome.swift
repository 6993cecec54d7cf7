/// What became of a changeset: the answer of `POST /v1/changesets` and of a revert.
public struct ChangesetOutcome: Codable, Hashable, Sendable {
    /// Nil after a dry run, and when nothing was to be changed.
    public var id: ResourceID?
    public var message: String?
    /// The changeset that it takes back.
    public var reverts: ResourceID?
    /// Says what was done to what: a later request may insist on it.
    public var plan: Digest
    /// The operations in the order in which they were done.
    public var order: [String]
    /// One for each operation, as they were given.
    public var results: [Result]
    public var changes: [RowChange]
    /// What a revert would leave as it is, a sentence each.
    public var irreversible: [String]

    public init(
        id: ResourceID?, message: String?, reverts: ResourceID? = nil, plan: Digest, order: [String] = [],
        results: [Result] = [], changes: [RowChange], irreversible: [String]
    ) {
        self.id = id
        self.message = message
        self.reverts = reverts
        self.plan = plan
        self.order = order
        self.results = results
        self.changes = changes
        self.irreversible = irreversible
    }

    public struct Result: Codable, Hashable, Sendable {
        /// The operation's.
        public var id: String
        public var resource: String
        public var outcome: Outcome
        /// Of the row that it made, changed, found or looked at.
        public var rowID: String?
        public var revision: Int64?
        /// The row, or what the verb answered.
        public var result: JSONValue

        public init(
            id: String, resource: String, outcome: Outcome, rowID: String?, revision: Int64?, result: JSONValue
        ) {
            self.id = id
            self.resource = resource
            self.outcome = outcome
            self.rowID = rowID
            self.revision = revision
            self.result = result
        }

        enum CodingKeys: String, CodingKey {
            case id, resource, outcome, revision, result
            case rowID = "row_id"
        }

        /// Absent values are written as null, as everywhere in an answer.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(resource, forKey: .resource)
            try container.encode(outcome, forKey: .outcome)
            try container.encode(rowID, forKey: .rowID)
            try container.encode(revision, forKey: .revision)
            try container.encode(result, forKey: .result)
        }
    }

    public enum Outcome: String, Codable, Sendable, CaseIterable {
        case created, updated, unchanged, deleted, called, tested
        /// `if_none_exist` found it.
        case existing
    }

    /// What an answer has.
    public static let answer: [Field] = [
        Field("id", .text(max: 30), help: "null after a dry run, and when nothing was to be changed"),
        Field("message", .text(max: 500), help: "what it is for"),
        Field("reverts", .text(max: 30), help: "the changeset that it takes back"),
        Field("plan", .text(max: 64), isRequired: true, help: "says what is done to what: expect_plan insists on it"),
        Field(
            "order", .list(.text(max: 64), max: Limits.operationsMax), isRequired: true,
            help: "the operations in the order in which they were done"),
        Field(
            "results",
            .list(
                .object([
                    Field("id", .text(max: 64), isRequired: true, help: "the operation's"),
                    Field("resource", .text(max: 64), isRequired: true, help: "what it is about"),
                    Field(
                        "outcome", .choice(Outcome.allCases.map(\.rawValue)), isRequired: true, help: "what it did"),
                    Field("row_id", .text(max: 30), help: "of the row that it made, changed, found or looked at"),
                    Field("revision", .int(1...Int64.max), help: "of that row"),
                    Field(
                        "result", .json(maxBytes: Limits.jsonBodySizeMax), help: "the row, or what the verb answered"),
                ]), max: Limits.operationsMax), isRequired: true, help: "one for each operation, as they were given"),
        Field(
            "changes", .list(.object(RowChange.answer), max: Int.max), isRequired: true,
            help: "rows before and after, in the order of the changes"),
        Field(
            "irreversible", .list(.text(max: 1000), max: Limits.operationsMax), isRequired: true,
            help: "what a revert would leave as it is"),
    ]

    /// What verbs show this once, such as a key's secret, by operation.
    public static let shownOnce = Field(
        "shown_once", .json(maxBytes: Limits.jsonBodySizeMax), isShownOnce: true,
        help: "what verbs show this once, by operation")

    enum CodingKeys: String, CodingKey {
        case id, message, reverts, plan, order, results, changes, irreversible
    }

    /// Absent values are written as null, as everywhere in an answer.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(message, forKey: .message)
        try container.encode(reverts, forKey: .reverts)
        try container.encode(plan, forKey: .plan)
        try container.encode(order, forKey: .order)
        try container.encode(results, forKey: .results)
        try container.encode(changes, forKey: .changes)
        try container.encode(irreversible, forKey: .irreversible)
    }
}
