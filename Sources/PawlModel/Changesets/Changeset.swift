/// What was changed together: who did it, when and why. Every change of a row is one, also a single PATCH.
public struct Changeset: Codable, Hashable, Sendable {
    public var id: ResourceID
    public var createdAt: Timestamp
    /// The key or player; nil for the daemon itself.
    public var createdBy: ResourceID?
    public var message: String?
    /// The game of all its rows; nil when they are of several, or of none.
    public var gameID: ResourceID?
    /// The changeset that it takes back.
    public var reverts: ResourceID?
    /// The one that took it back.
    public var revertedBy: ResourceID?
    /// Changes of rows: one row may be changed twice.
    public var changeCount: Int64
    /// What a revert would leave as it is, a sentence each.
    public var irreversible: [String]

    public static let idPrefix = "chs"

    public init(
        id: ResourceID, createdAt: Timestamp, createdBy: ResourceID?, message: String?, gameID: ResourceID?,
        reverts: ResourceID?, revertedBy: ResourceID?, changeCount: Int64, irreversible: [String]
    ) {
        self.id = id
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.message = message
        self.gameID = gameID
        self.reverts = reverts
        self.revertedBy = revertedBy
        self.changeCount = changeCount
        self.irreversible = irreversible
    }

    /// What a list of them can be asked for. They are no declared resource: the write path makes them.
    public static let schema = ResourceSchema(
        "changesets", idPrefix: idPrefix, history: .byVerb, ownership: .field("game_id"), readScope: nil,
        writeScope: .admin,
        fields: [
            Field("created_by", .text(max: 30), isFilterable: true, help: "the key or player that made it"),
            Field("message", .text(max: 500), help: "what it is for"),
            Field(
                "game_id", .reference("games"), isFilterable: true,
                help: "the game of all its rows; null when they are of several, or of none"),
            Field("reverts", .text(max: 30), isFilterable: true, help: "the changeset that it takes back"),
        ],
        help: "What was changed together.")

    /// What an answer has.
    public static let answer: [Field] = [
        Field("id", .text(max: 30), isRequired: true, help: "the id"),
        Field("created_at", .time, isRequired: true, help: "when it was applied"),
        Field("created_by", .text(max: 30), help: "the key or player that made it; null for the daemon itself"),
        Field("message", .text(max: 500), help: "what it is for"),
        Field(
            "game_id", .reference("games"), help: "the game of all its rows; null when they are of several, or of none"),
        Field("reverts", .text(max: 30), help: "the changeset that it takes back"),
        Field("reverted_by", .text(max: 30), help: "the one that took it back"),
        Field("change_count", .int(0...Int64.max), isRequired: true, help: "changes of rows"),
        Field(
            "irreversible", .list(.text(max: 1000), max: Limits.operationsMax), default: [],
            help: "what a revert would leave as it is"),
    ]

    enum CodingKeys: String, CodingKey {
        case id, message, reverts, irreversible
        case createdAt = "created_at"
        case createdBy = "created_by"
        case gameID = "game_id"
        case revertedBy = "reverted_by"
        case changeCount = "change_count"
    }

    /// Absent values are written as null, as everywhere in an answer.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(createdBy, forKey: .createdBy)
        try container.encode(message, forKey: .message)
        try container.encode(gameID, forKey: .gameID)
        try container.encode(reverts, forKey: .reverts)
        try container.encode(revertedBy, forKey: .revertedBy)
        try container.encode(changeCount, forKey: .changeCount)
        try container.encode(irreversible, forKey: .irreversible)
    }
}

/// A row before and after a change.
public struct RowChange: Codable, Hashable, Sendable {
    public var resource: String
    public var rowID: String
    /// Nil when it was made.
    public var before: JSONObject?
    /// Nil when it was deleted.
    public var after: JSONObject?

    public init(resource: String, rowID: String, before: JSONObject?, after: JSONObject?) {
        self.resource = resource
        self.rowID = rowID
        self.before = before
        self.after = after
    }

    public enum Kind: String, Codable, Sendable, CaseIterable {
        case created, updated, deleted
    }

    public var kind: Kind { before == nil ? .created : after == nil ? .deleted : .updated }

    /// The fields that differ, in order; of the head none.
    public var fields: [String] {
        let head = ["id", "revision", "model_version", "created_at", "updated_at"]
        return Set((before ?? [:]).keys).union((after ?? [:]).keys).filter { name in
            !head.contains(name) && before?[name] ?? .null != after?[name] ?? .null
        }.sorted()
    }

    /// What an answer has.
    public static let answer: [Field] = [
        Field("resource", .text(max: 64), isRequired: true, help: "what it is a row of"),
        Field("row_id", .text(max: 30), isRequired: true, help: "its id"),
        Field("change", .choice(Kind.allCases.map(\.rawValue)), isRequired: true, help: "what happened to it"),
        Field("before", .json(maxBytes: Limits.jsonBodySizeMax), help: "the row as it was; null when it was made"),
        Field("after", .json(maxBytes: Limits.jsonBodySizeMax), help: "the row as it became; null when it went"),
    ]

    enum CodingKeys: String, CodingKey {
        case resource, change, before, after
        case rowID = "row_id"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        resource = try container.decode(String.self, forKey: .resource)
        rowID = try container.decode(String.self, forKey: .rowID)
        before = try container.decodeIfPresent(JSONObject.self, forKey: .before)
        after = try container.decodeIfPresent(JSONObject.self, forKey: .after)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(resource, forKey: .resource)
        try container.encode(rowID, forKey: .rowID)
        try container.encode(kind, forKey: .change)
        try container.encode(before, forKey: .before)
        try container.encode(after, forKey: .after)
    }
}
