/// A named thing in a game. Its versions hold the bytes.
public struct Asset: Resource {
    public var gameID: ResourceID
    public var path: String
    /// Null until the first version.
    public var kind: Kind?
    public var mediaType: String?
    public var title: String?
    public var description: String?
    public var tags: [String]
    public var metadata: JSONValue
    /// The player whose save or replay it is.
    public var ownerID: ResourceID?
    public var visibility: Visibility
    /// Which versions go by themselves; null for none.
    public var retention: Retention?

    public init(
        gameID: ResourceID, path: String, mediaType: String? = nil, title: String? = nil, description: String? = nil,
        tags: [String] = [], metadata: JSONValue = [:], ownerID: ResourceID? = nil, visibility: Visibility = .private,
        retention: Retention? = nil
    ) {
        self.gameID = gameID
        self.path = path
        self.mediaType = mediaType
        self.title = title
        self.description = description
        self.tags = tags
        self.metadata = metadata
        self.ownerID = ownerID
        self.visibility = visibility
        self.retention = retention
    }

    /// Fixed by the first version.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case file, directory
    }

    public enum Visibility: String, Codable, Sendable, CaseIterable {
        case `private`, `public`
    }

    enum CodingKeys: String, CodingKey {
        case path, kind, title, description, tags, metadata, visibility, retention
        case gameID = "game_id"
        case mediaType = "media_type"
        case ownerID = "owner_id"
    }

    public static let schema = ResourceSchema(
        "assets", idPrefix: "ast", modelVersion: 4, history: .reversible, ownership: .field("game_id"),
        readScope: .assetsRead, writeScope: .assetsWrite, players: .write(by: "owner_id"), deletion: .marksRow,
        fields: [
            Field(
                "game_id", .reference("games"), isRequired: true, change: .onCreate, isFilterable: true,
                help: "the game it belongs to"),
            Field(
                "path", .text(max: 512, rule: .assetPath), isRequired: true, isFilterable: true,
                example: "builds/win64", help: "its name in the game, such as builds/win64"),
            Field("kind", .choice(Kind.allCases.map(\.rawValue)), change: .byServer, help: "set by the first version"),
            Field(
                "media_type", .text(max: 255, rule: .mediaType), example: "application/zip",
                help: "what a download is served as"),
            Field("title", .text(max: 200), help: "its name for people"),
            .description,
            Field("tags", .list(.text(max: 64), max: 64), default: [], help: "free words"),
            Field("metadata", .json(maxBytes: 16 * 1024), default: [:], help: "free for the studio's own use"),
            Field(
                "owner_id", .reference("players"), change: .onCreate, isFilterable: true,
                help: "the player whose save or replay it is; null for the studio's own"),
            Field(
                "visibility", .choice(Visibility.allCases.map(\.rawValue)), change: .byStudio, default: "private",
                help: "whether it can be downloaded without a key"),
            Field(
                "retention", .object(Retention.fields),
                help: "which versions go by themselves when nothing of it holds them; null for none"),
        ],
        uniques: [["game_id", "owner_id", "path"]],
        help: "A named thing in a game; its versions hold the bytes.")

    /// What a held upload brought is seen from now on.
    public static let publish = VerbSchema(
        schema.name, "publish", scope: .assetsWrite,
        fields: [
            Field(
                "upload_id", .text(max: 30), isRequired: true,
                help: "the held upload, which made a version of the asset")
        ],
        answer: .object(ResourceSchema.headFields + Version.schema.fields), problems: [.wrongState, .notFound],
        help: "Lets the version of a held upload be seen, and moves the channel that it named.")

    public static let undelete = VerbSchema(
        schema.name, "undelete", scope: .assetsWrite, isForPlayers: true, isOfDeleted: true,
        problems: [.wrongState, .quotaExceeded],
        help: "Takes a deletion back, with all versions, as long as they are not collected.")
}
