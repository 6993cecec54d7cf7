/// The declaration of a verb: a change that is more than CRUD. From it come its route, its validation, its OpenAPI and
/// its command.
public struct VerbSchema: Sendable {
    public var resource: String
    /// The word after the colon; empty for `POST /v1/{resource}` of a resource that only verbs make.
    public var name: String
    public var scope: Scope
    /// Whether a player may call it on rows of her own.
    public var isForPlayers: Bool
    /// Without an `Idempotency-Key` it is refused: what it gives must not be given twice by a repeat.
    public var needsIdempotencyKey: Bool
    /// It is called on rows that are deleted and still there (`Deletion.marksRow`).
    public var isOfDeleted: Bool
    /// What the body may have.
    public var fields: [Field]
    public var rules: [FieldRule]
    public var answer: Answer
    /// Problems of its own, beside those that every verb may have.
    public var problems: [ProblemCode]
    /// One sentence for the documentation.
    public var help: String

    public init(
        _ resource: String, _ name: String, scope: Scope, isForPlayers: Bool = false,
        needsIdempotencyKey: Bool = false, isOfDeleted: Bool = false, fields: [Field] = [], rules: [FieldRule] = [],
        answer: Answer = .row, problems: [ProblemCode] = [], help: String
    ) {
        self.resource = resource
        self.name = name
        self.scope = scope
        self.isForPlayers = isForPlayers
        self.needsIdempotencyKey = needsIdempotencyKey
        self.isOfDeleted = isOfDeleted
        self.fields = fields
        self.rules = rules
        self.answer = answer
        self.problems = problems
        self.help = help
    }

    public enum Answer: Sendable {
        /// The row of the verb's own resource.
        case row
        /// The row of another resource.
        case rowOf(String)
        /// A row with members that are shown this once.
        case rowWith([Field])
        /// An object of its own.
        case object([Field])
    }

    /// Whether it makes a row rather than changing one: its path names the collection.
    public var isOfCollection: Bool { name.isEmpty }
}
