/// The declaration of a resource: from it come its routes, its validation, its SQL, its OpenAPI, its commands and its
/// place in changesets.
public struct ResourceSchema: Sendable {
    /// The plural, in snake case: the path segment under `/v1`, and the table.
    public var name: String
    /// The three letters that begin its ids.
    public var idPrefix: String
    /// Grows by one with each additive change of the fields.
    public var modelVersion: Int
    public var history: History
    public var ownership: Ownership
    /// The scopes of keys that may read and change it; without one any key may read.
    public var readScope: Scope?
    public var writeScope: Scope
    /// What of it a player sees; nothing unless declared.
    public var players: PlayerAccess
    /// What DELETE does to the row.
    public var deletion: Deletion
    public var fields: [Field]
    /// Groups of fields that no two rows (that are not deleted) may share.
    public var uniques: [[String]]
    public var rules: [FieldRule]
    /// One sentence for the documentation.
    public var help: String

    public init(
        _ name: String, idPrefix: String, modelVersion: Int = 1, history: History, ownership: Ownership,
        readScope: Scope?, writeScope: Scope, players: PlayerAccess = .none, deletion: Deletion = .removesRow,
        fields: [Field], uniques: [[String]] = [], rules: [FieldRule] = [], help: String
    ) {
        self.name = name
        self.idPrefix = idPrefix
        self.modelVersion = modelVersion
        self.history = history
        self.ownership = ownership
        self.readScope = readScope
        self.writeScope = writeScope
        self.players = players
        self.deletion = deletion
        self.fields = fields
        self.uniques = uniques
        self.rules = rules
        self.help = help
        if case .parent(let field, _) = ownership {
            self.fields.insert(Self.inheritedGame(from: field), at: 0)
        }
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
        /// The row belongs to the game of the row that a field names, and is seen as long as that one lives. It has that
        /// game's id in a `game_id` of its own, which the daemon sets.
        case parent(field: String, ResourceSchema)
        /// The row belongs to the studio: keys of one game do not see it.
        case studio
    }

    /// What a player may do with her token.
    public enum PlayerAccess: Sendable {
        case none
        /// She reads rows that name her in one of these fields.
        case read(by: [String])
        /// She makes, reads, changes and deletes rows that name her in this field.
        case write(by: String)
    }

    public enum Deletion: Sendable {
        /// The row goes; what refers to it refuses (`in_use`).
        case removesRow
        /// The row stays with a `deleted_at`, its unique names are free again, and readers no longer see it.
        case marksRow
    }

    public subscript(field name: String) -> Field? {
        fields.first { $0.name == name } ?? Self.headFields.first { $0.name == name }
    }

    /// The field that holds a row's game; nil for what belongs to the studio.
    public var gameField: String? {
        switch ownership {
        case .game: "id"
        case .field(let name): name
        case .parent: "game_id"
        case .studio: nil
        }
    }

    /// The field that holds the player who owns a row; null in it means the studio, and is a value like any other.
    public var ownerField: String? {
        if case .write(let field) = players { field } else { nil }
    }

    /// The fields that hold a player to whom the row belongs.
    public var playerFields: [String] {
        switch players {
        case .none: []
        case .read(let fields): fields
        case .write(let field): [field]
        }
    }

    private static func inheritedGame(from field: String) -> Field {
        Field(
            "game_id", .reference("games"), isRequired: true, change: .byServer, isFilterable: true,
            help: "the game it belongs to, which is that of \(field)")
    }

    /// The fields that every resource has, before its own.
    public static let headFields: [Field] = [
        Field("id", .text(max: 30), isRequired: true, change: .byServer, isFilterable: true, help: "the id"),
        Field(
            "revision", .int(1...Int64.max), isRequired: true, change: .byServer,
            help: "grows with each change; the ETag"),
        Field(
            "model_version", .int(1...Int64.max), isRequired: true, change: .byServer,
            help: "the version of the declaration"),
        Field(
            "created_at", .time, isRequired: true, change: .byServer, isFilterable: true, help: "when it was made"),
        Field("updated_at", .time, isRequired: true, change: .byServer, help: "when it was last changed"),
    ]
}
