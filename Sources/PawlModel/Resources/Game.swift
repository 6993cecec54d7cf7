/// A title of the studio; everything but accounts and keys belongs to one.
public struct Game: Resource {
    public var slug: String
    public var name: String
    public var settings: JSONValue

    public init(slug: String, name: String, settings: JSONValue = [:]) {
        self.slug = slug
        self.name = name
        self.settings = settings
    }

    public static let schema = ResourceSchema(
        "games", idPrefix: "gam", history: .reversible, ownership: .game,
        readScope: nil, writeScope: .admin,
        fields: [
            Field(
                "slug", .text(max: 64, rule: .slug), isRequired: true, isFilterable: true, example: "mygame",
                help: "its name in URLs"),
            Field(
                "name", .text(max: 200), isRequired: true, isFilterable: true, example: "My Game",
                help: "its name for people"),
            Field("settings", .json(maxBytes: 16 * 1024), default: [:], help: "free for the studio's own use"),
        ],
        uniques: [["slug"]],
        help: "A title of the studio; everything but accounts and keys belongs to one.")
}
