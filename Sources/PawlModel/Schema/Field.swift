/// One field of a resource, of a verb's body, or of an element of a list.
public struct Field: Sendable {
    public var name: String
    public var type: FieldType
    /// It is never null. What the daemon sets itself is required when it is never null in an answer.
    public var isRequired: Bool
    public var change: Change
    /// Whether lists can be filtered and ordered by it; there is an index.
    public var isFilterable: Bool
    /// Taken, kept, and never told again: not in answers, the journal or events.
    public var isWriteOnly: Bool
    /// Told in the first answer alone: a repeat and a dry run do not have it.
    public var isShownOnce: Bool
    /// What an absent field of a new row becomes.
    public var defaultValue: JSONValue
    /// A valid value, for the documentation; without one the type makes one up.
    public var example: JSONValue?
    /// A few words for the documentation, and the unit.
    public var help: String

    public init(
        _ name: String, _ type: FieldType, isRequired: Bool = false, change: Change = .free,
        isFilterable: Bool = false, isWriteOnly: Bool = false, isShownOnce: Bool = false,
        default defaultValue: JSONValue = .null,
        example: JSONValue? = nil, help: String
    ) {
        self.name = name
        self.type = type
        self.isRequired = isRequired
        self.change = change
        self.isFilterable = isFilterable
        self.isWriteOnly = isWriteOnly
        self.isShownOnce = isShownOnce
        self.defaultValue = defaultValue
        self.example = example
        self.help = help
    }

    /// Who may set a field, and when.
    public enum Change: Sendable {
        case free
        /// Given when the row is made, and fixed from then on.
        case onCreate
        /// Like `free`, but not for players.
        case byStudio
        /// Set by the daemon alone; refused in a request.
        case byServer
    }

    /// Whether an answer may have null here.
    public var isNullable: Bool { !isRequired && defaultValue.isNull }

    /// Whether it says to whom a row belongs, rather than what it is.
    public func isOwnership(in schema: ResourceSchema) -> Bool {
        name == schema.gameField || name == schema.ownerField
    }

    /// Whether lists can be ordered by it. By a field that may be null no page could say where it ends: null is neither
    /// before nor after anything.
    public var isOrderable: Bool { isFilterable && !isNullable }
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
    /// An object with fields of its own, kept as JSON.
    case object([Field])
    /// A list whose elements are rows of a table of their own.
    case rows(RowList)
}

/// A list field whose elements are rows of a table of their own, in their order: what they refer to is held by real
/// foreign keys. The table has `owner_id` and `position` before the elements' columns; inside another such list it has
/// `owner_position` between the two.
public struct RowList: Sendable {
    public var table: String
    public var fields: [Field]
    /// On the wire each element is the value of the only field itself, not an object.
    public var isBare: Bool
    public var min: Int
    public var max: Int
    public var rules: [FieldRule]
    /// Groups of fields that no two elements of one list may share.
    public var uniques: [[String]]

    public init(
        _ table: String, min: Int = 0, max: Int, rules: [FieldRule] = [], uniques: [[String]] = [], fields: [Field]
    ) {
        self.table = table
        self.fields = fields
        isBare = false
        self.min = min
        self.max = max
        self.rules = rules
        self.uniques = uniques
    }

    /// A list of values, no two of them equal.
    public init(_ table: String, max: Int, of field: Field) {
        self.table = table
        fields = [field]
        isBare = true
        min = 0
        self.max = max
        rules = []
        uniques = [[field.name]]
    }
}

/// A rule between fields of one object that needs nothing else to be checked.
public enum FieldRule: Sendable {
    /// Exactly one of the fields is given.
    case exactlyOne([String])
    /// The first time lies before the second one, where both are given.
    case before(String, String)
    /// The first number is not larger than the second one, where both are given.
    case atMost(String, String)
}
