/// A title of the studio; everything but accounts and keys belongs to one.
public struct Game: Resource, Hashable {
    public var id: ResourceID
    public var revision: Int64
    public var modelVersion: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var slug: String
    public var name: String
    public var settings: JSONValue

    enum CodingKeys: String, CodingKey {
        case id, revision, slug, name, settings
        case modelVersion = "model_version"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    public static let schema = ResourceSchema(
        "games", idPrefix: "gam", history: .reversible, ownership: .game,
        readScope: nil, writeScope: .admin,
        fields: [
            Field("slug", .text(max: 64, rule: .slug), isRequired: true, isFilterable: true, help: "its name in URLs"),
            Field("name", .text(max: 200), isRequired: true, isFilterable: true, help: "its name for people"),
            Field("settings", .json(maxBytes: 16 * 1024), default: [:], help: "free for the studio's own use"),
        ],
        uniques: [["slug"]],
        help: "A title of the studio; everything but accounts and keys belongs to one.")
}
