/// Something that happened to a row: told once for each change, in the order of the commits.
///
/// An event is kept in the same transaction as the change it tells of, so there is none without the other. It reaches a
/// reader at least once; `id` tells doubles apart.
public struct Event: Codable, Hashable, Sendable {
    public var id: ResourceID
    /// The resource and what happened, such as `assets.created`; verbs have words of their own.
    public var type: String
    public var createdAt: Timestamp
    /// The game of the row; nil for what belongs to no game.
    public var gameID: ResourceID?
    /// The row that it happened to. Events of one subject come in their order.
    public var subject: ResourceID
    /// What was changed in one transaction has one changeset.
    public var changesetID: ResourceID?
    /// Who changed it; nil for the daemon itself.
    public var createdBy: ResourceID?
    /// The row as it was afterwards; of a deleted one only its id.
    public var data: JSONValue

    public static let idPrefix = "evn"

    public init(
        id: ResourceID, type: String, createdAt: Timestamp, gameID: ResourceID?, subject: ResourceID,
        changesetID: ResourceID?, createdBy: ResourceID?, data: JSONValue
    ) {
        self.id = id
        self.type = type
        self.createdAt = createdAt
        self.gameID = gameID
        self.subject = subject
        self.changesetID = changesetID
        self.createdBy = createdBy
        self.data = data
    }

    enum CodingKeys: String, CodingKey {
        case id, type, subject, data
        case createdAt = "created_at"
        case gameID = "game_id"
        case changesetID = "changeset_id"
        case createdBy = "created_by"
    }

    /// Every member is there, null where there is nothing: programs need not ask whether it is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(type, forKey: .type)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(gameID, forKey: .gameID)
        try container.encode(subject, forKey: .subject)
        try container.encode(changesetID, forKey: .changesetID)
        try container.encode(createdBy, forKey: .createdBy)
        try container.encode(data, forKey: .data)
    }
}

extension Event {
    /// What an event has, for the documentation and for filters.
    public static let fields = [
        Field("id", .text(max: 30), isRequired: true, change: .byServer, help: "tells doubles apart"),
        Field(
            "type", .text(max: 102), isRequired: true, change: .byServer, isFilterable: true,
            example: "assets.created", help: "the resource and what happened"),
        Field("created_at", .time, isRequired: true, change: .byServer, help: "when it happened"),
        Field("game_id", .reference("games"), change: .byServer, isFilterable: true, help: "the game of the row"),
        Field(
            "subject", .text(max: 30), isRequired: true, change: .byServer, isFilterable: true,
            help: "the row that it happened to"),
        Field("changeset_id", .text(max: 30), change: .byServer, help: "the change that it was part of"),
        Field("created_by", .text(max: 30), change: .byServer, help: "who changed it; null for the daemon"),
        Field(
            "data", .json(maxBytes: Limits.jsonBodySizeMax), isRequired: true, change: .byServer,
            help: "the row afterwards; of a deleted one only its id"),
    ]
}
