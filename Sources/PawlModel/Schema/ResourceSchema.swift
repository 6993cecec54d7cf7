/// The declaration of a resource: from it come its routes, its validation, its SQL and its place in changesets.
public struct ResourceSchema: Sendable {
    /// The plural, in snake case: the path segment under `/v1`, and the table.
    public var name: String
    /// The three letters that begin its ids.
    public var idPrefix: String
    /// Grows by one with each additive change of the fields.
    public var modelVersion: Int
    public var history: History
    public var ownership: Ownership
    /// The scopes that may read and change it.
    public var readScope: Scope?
    public var writeScope: Scope
    /// What DELETE does to the row.
    public var deletion: Deletion
    public var fields: [Field]
    /// Groups of fields that no two rows (that are not deleted) may share.
    public var uniques: [[String]]
    /// One sentence for the documentation.
    public var help: String

    public init(
        _ name: String, idPrefix: String, modelVersion: Int = 1, history: History, ownership: Ownership,
        readScope: Scope?, writeScope: Scope, deletion: Deletion = .removesRow,
        fields: [Field], uniques: [[String]] = [], help: String
    ) {
        self.name = name
        self.idPrefix = idPrefix
        self.modelVersion = modelVersion
        self.history = history
        self.ownership = ownership
        self.readScope = readScope
        self.writeScope = writeScope
        self.deletion = deletion
        self.fields = fields
        self.uniques = uniques
        self.help = help
    }

    /// How changes of a resource are kept.
    public enum History: Sendable {
        /// Created, changed and deleted over REST, and every change can be undone.
        case reversible
        /// Read over REST, changed by verbs only.
        case byVerb
    }

    /// Where a row's game is found.
    public indirect enum Ownership: Sendable {
        /// The row is a game.
        case game
        /// A field holds the game's id.
        case field(String)
        /// The row belongs to the game of the row that a field names, and is seen as long as that one lives.
        case parent(field: String, ResourceSchema)
    }

    public enum Deletion: Sendable {
        /// The row goes; what refers to it refuses (`in_use`).
        case removesRow
        /// The row stays with a `deleted_at`, its unique names are free again, and readers no longer see it.
        case marksRow
    }

    public subscript(field name: String) -> Field? {
        fields.first { $0.name == name }
    }

    /// The fields that every resource has, before its own.
    public static let headFields: [Field] = [
        Field("id", .text(max: 30), change: .byServer, isFilterable: true, help: "the id"),
        Field("revision", .int(1...Int64.max), change: .byServer, help: "grows with each change; the ETag"),
        Field("model_version", .int(1...Int64.max), change: .byServer, help: "the version of the declaration"),
        Field("created_at", .time, change: .byServer, isFilterable: true, help: "when it was made"),
        Field("updated_at", .time, change: .byServer, help: "when it was last changed"),
    ]
}

/// One field of a resource.
public struct Field: Sendable {
    public var name: String
    public var type: FieldType
    public var isRequired: Bool
    public var change: Change
    /// Whether lists can be filtered and ordered by it; there is an index.
    public var isFilterable: Bool
    /// What an absent field of a new row becomes.
    public var defaultValue: JSONValue
    /// A few words for the documentation, and the unit.
    public var help: String

    public init(
        _ name: String, _ type: FieldType, isRequired: Bool = false, change: Change = .free,
        isFilterable: Bool = false, default defaultValue: JSONValue = .null, help: String
    ) {
        self.name = name
        self.type = type
        self.isRequired = isRequired
        self.change = change
        self.isFilterable = isFilterable
        self.defaultValue = defaultValue
        self.help = help
    }

    /// Who may set a field, and when.
    public enum Change: Sendable {
        case free
        /// Given when the row is made, and fixed from then on.
        case onCreate
        /// Set by the daemon alone; refused in a request.
        case byServer
    }
}

/// The type of a field, with its bounds.
public indirect enum FieldType: Sendable {
    /// Text of at most `max` code points, without control characters.
    case text(max: Int, rule: TextRule? = nil)
    case int(ClosedRange<Int64>)
    case bool
    case time
    /// A JSON object of at most so many bytes of compact text.
    case json(maxBytes: Int)
    /// The id of a row of another resource.
    case reference(String)
    case choice([String])
    case list(FieldType, max: Int)
}
