/// A named thing in a game. Its versions hold the bytes.
public struct Asset: Resource, Hashable {
    public var id: ResourceID
    public var revision: Int64
    public var modelVersion: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var gameID: ResourceID
    public var path: String
    public var kind: Kind?
    public var mediaType: String?
    public var title: String?
    public var tags: [String]
    public var metadata: JSONValue
    public var visibility: Visibility

    /// Fixed by the first version.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case file, directory
    }

    public enum Visibility: String, Codable, Sendable, CaseIterable {
        case `private`, `public`
    }

    enum CodingKeys: String, CodingKey {
        case id, revision, path, kind, title, tags, metadata, visibility
        case modelVersion = "model_version"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case gameID = "game_id"
        case mediaType = "media_type"
    }

    public static let schema = ResourceSchema(
        "assets", idPrefix: "ast", history: .reversible, ownership: .field("game_id"),
        readScope: .assetsRead, writeScope: .assetsWrite, deletion: .marksRow,
        fields: [
            Field(
                "game_id", .reference("games"), isRequired: true, change: .onCreate, isFilterable: true,
                help: "the game it belongs to"),
            Field(
                "path", .text(max: 512, rule: .assetPath), isRequired: true, isFilterable: true,
                help: "its name in the game, such as builds/win64"),
            Field("kind", .choice(Kind.allCases.map(\.rawValue)), change: .byServer, help: "set by the first version"),
            Field("media_type", .text(max: 255, rule: .mediaType), help: "what a download is served as"),
            Field("title", .text(max: 200), help: "its name for people"),
            Field("tags", .list(.text(max: 64), max: 64), default: [], help: "free words"),
            Field("metadata", .json(maxBytes: 16 * 1024), default: [:], help: "free for the studio's own use"),
            Field(
                "visibility", .choice(Visibility.allCases.map(\.rawValue)), default: "private",
                help: "whether it can be downloaded without a key"),
        ],
        uniques: [["game_id", "path"]],
        help: "A named thing in a game; its versions hold the bytes.")
}
