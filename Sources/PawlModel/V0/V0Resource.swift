/// A resource as the first version of the API shows it: a view of today's rows, in one game.
public struct V0Resource: Sendable {
    /// The path segment under `/v0`.
    public var name: String
    /// Where its rows are today.
    public var source: ResourceSchema
    public var fields: [V0Field]
    /// What must hold for a row to be shown, beside its game.
    public var conditions: [ListQuery.Condition]
    public var changes: Changes
    /// What a new row has that V0 has no field for.
    public var defaults: JSONObject
    /// A field of today's that V0 does not have, and that must be unique: the daemon makes it up.
    public var madeUpName: String?
    /// One sentence for the documentation.
    public var help: String

    /// What may be done with its rows.
    public enum Changes: Sendable, Hashable {
        case none
        /// Made, changed and deleted like any row.
        case rows
        /// Given, given to somebody else, and taken away.
        case entitlements
        /// Reached.
        case accomplishments
    }

    init(
        _ name: String, over source: ResourceSchema, changes: Changes, conditions: [ListQuery.Condition] = [],
        defaults: JSONObject = [:], madeUpName: String? = nil, fields: [V0Field], help: String
    ) {
        self.name = name
        self.source = source
        self.changes = changes
        self.conditions = conditions
        self.defaults = defaults
        self.madeUpName = madeUpName
        self.fields = [Self.id] + fields
        self.help = help
    }

    private static let id = V0Field(
        Field("id", .text(max: 30), isRequired: true, change: .byServer, isFilterable: true, help: "the id"))

    /// What is sent and answered. Of a change every field may be left out.
    public var declaration: [Field] { fields.map(\.field) }

    /// What lists can be asked for: by V0's own names.
    public var schema: ResourceSchema {
        ResourceSchema(
            name, idPrefix: source.idPrefix, history: .reversible, ownership: .studio, readScope: source.readScope,
            writeScope: source.writeScope,
            fields: fields.dropFirst().map { field in
                var declared = field.field
                if case .row(let name) = field.place, let today = source[field: name], today.isFilterable {
                    declared.isFilterable = true
                    declared.isRequired = today.isRequired || !today.defaultValue.isNull
                }
                return declared
            }, help: help)
    }
}

/// What V0 is about: one game, and one currency in which its packs have prices.
public struct V0Game: Sendable, Hashable {
    public var id: ResourceID
    /// Nil when none is configured: then packs have no price.
    public var currencyID: ResourceID?

    public init(id: ResourceID, currencyID: ResourceID?) {
        self.id = id
        self.currencyID = currencyID
    }
}
