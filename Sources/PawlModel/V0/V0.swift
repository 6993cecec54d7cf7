/// The model that the project began with, as `/v0` shows it over the rows of today.
public enum V0 {
    public static let path = "/v0"

    /// By their paths.
    public static let resources = [
        users, assets, items, gameContents, packs, accomplishments, userItems, userGameContents, userAccomplishments,
    ]

    public static func collection(_ resource: String) -> String { "\(path)/\(resource)" }
    public static let assetVersions = collection("asset-versions")
    public static let leaderboard = collection("leaderboard")
    public static let openAPI = path + "/openapi.json"

    private static let name = V0Field(
        Field("name", .text(max: 200), isRequired: true, example: "Sunblade", help: "its name"))
    private static let description = V0Field(Field("description", .text(max: 2000), help: "what it is"))

    /// V0 knows no drafts: what is there can be had.
    private static let inUse: JSONObject = ["state": "active"]

    public static let users = V0Resource(
        "users", over: Player.schema, changes: .rows,
        fields: [
            V0Field(Field("name", .text(max: 64), isRequired: true, example: "Robin", help: "what others see")),
            V0Field(
                Field("email", .text(max: 254, rule: .email), example: "robin@example.com", help: "where to write to"),
                .account("email")),
            V0Field(
                Field("point", .int(0...Limits.wholeNumberMax), default: 0, help: "what the user has collected"),
                from: "points"),
        ],
        help: "Who plays. Today: players, and the accounts they belong to.")

    public static let assets = V0Resource(
        "assets", over: Asset.schema, changes: .rows,
        conditions: [.init(field: "owner_id", comparison: .equal, value: .null)],
        fields: [
            V0Field(
                Field(
                    "name", .text(max: 512, rule: .assetPath), isRequired: true, example: "builds/win64",
                    help: "its name, such as builds/win64"), from: "path"),
            V0Field(
                Field(
                    "type", .text(max: 255, rule: .mediaType), example: "application/zip",
                    help: "what a download is served as"), from: "media_type"),
            description,
        ],
        help: "Named things with versions. Today: assets, by their paths; without players' saves.")

    public static let items = V0Resource(
        "items", over: Item.schema, changes: .rows, defaults: inUse, madeUpName: "sku", fields: [name, description],
        help: "What players can have. Today: items.")

    public static let gameContents = V0Resource(
        "game-contents", over: Content.schema, changes: .rows, defaults: inUse.merging(["kind": "other"]) { $1 },
        madeUpName: "sku",
        fields: [
            name, description,
            V0Field(Field("asset_id", .reference("assets"), help: "what an entitled player may download")),
        ],
        help: "What can be unlocked. Today: contents.")

    public static let packs = V0Resource(
        "packs", over: Pack.schema, changes: .rows, defaults: inUse, madeUpName: "sku",
        fields: [
            name, description,
            V0Field(
                Field(
                    "price", .int(0...Limits.wholeNumberMax), help: "in the smallest unit of the configured currency"),
                .price),
            V0Field(
                Field("items", .list(.reference("items"), max: 32), default: [], help: "the items in it"),
                .entries("item_id")),
            V0Field(
                Field("game_contents", .list(.reference("contents"), max: 32), default: [], help: "the contents in it"),
                .entries("content_id")),
        ],
        help: "What is sold or given together. Today: packs, with quantities and prices in several currencies.")

    public static let accomplishments = V0Resource(
        "accomplishments", over: Accomplishment.schema, changes: .rows, madeUpName: "code",
        fields: [
            name, description,
            V0Field(
                Field("point", .int(0...1_000_000), default: 0, help: "points that reaching it gives"), .points),
        ],
        help: "What can be reached. Today: accomplishments.")

    private static func owned(_ name: String, _ thing: Field, from today: String, _ help: String) -> V0Resource {
        V0Resource(
            name, over: Entitlement.schema, changes: .entitlements,
            conditions: [
                .init(field: today, comparison: .notEqual, value: .null),
                .init(field: "state", comparison: .equal, value: "active"),
            ],
            fields: [
                V0Field(thing, from: today),
                V0Field(
                    Field("pack_id", .reference("packs"), change: .onCreate, help: "the pack that it came in"),
                    .sourcePack),
                V0Field(
                    Field("owner_user_id", .reference("players"), isRequired: true, help: "who has it"),
                    from: "owner_id"),
                V0Field(
                    Field(
                        "unlocker_user_id", .reference("players"), change: .onCreate,
                        help: "who paid for it or earned it; the owner, unless given"), from: "unlocker_id"),
            ],
            help: help)
    }

    public static let userItems = owned(
        "user-items",
        Field("item_id", .reference("items"), isRequired: true, change: .onCreate, help: "what it is"), from: "item_id",
        "Which items users have. Today: entitlements; another owner is a transfer, a deletion a revocation.")

    public static let userGameContents = owned(
        "user-game-contents",
        Field("game_content_id", .reference("contents"), isRequired: true, change: .onCreate, help: "what it is"),
        from: "content_id",
        "Which contents users have. Today: entitlements; another owner is a transfer, a deletion a revocation.")

    public static let userAccomplishments = V0Resource(
        "user-accomplishments", over: PlayerAccomplishment.schema, changes: .accomplishments,
        conditions: [.init(field: "reached_at", comparison: .notEqual, value: .null)],
        fields: [
            V0Field(
                Field("user_id", .reference("players"), isRequired: true, help: "who reached it"), from: "player_id"),
            V0Field(Field("accomplishment_id", .reference("accomplishments"), isRequired: true, help: "what")),
            V0Field(
                Field("date", .time, isRequired: true, change: .byServer, help: "when"), from: "reached_at"),
        ],
        help: "What users have reached. Today: player_accomplishments.")

    /// A version as V0 shows it.
    public static let versionFields: [Field] = [
        Field("id", .text(max: 30), isRequired: true, help: "the id"),
        Field("asset_id", .reference("assets"), isRequired: true, help: "the asset"),
        Field("version", .int(1...Int64.max), isRequired: true, help: "its number"),
        Field("file_size", .int(0...Int64.max), isRequired: true, help: "in bytes"),
        Field("checksum", .text(max: 64), help: "the SHA-256 of the content; null until it is known"),
        Field("created_at", .time, isRequired: true, help: "when it was made"),
    ]

    public static func down(_ version: Version) -> JSONObject {
        [
            "id": .string(version.id.description), "asset_id": .string(version.assetID.description),
            "version": .int(version.number), "file_size": .int(version.size),
            "checksum": version.sha256.map { .string($0.hex) } ?? .null,
            "created_at": .string(version.createdAt.description),
        ]
    }

    /// A line of the one leaderboard that V0 has: players by their points.
    public static let standingFields: [Field] = [
        Field("rank", .int(1...Int64.max), isRequired: true, help: "from 1 on; equal points have equal ranks"),
        Field("user_id", .reference("players"), isRequired: true, help: "who"),
        Field("name", .text(max: 64), isRequired: true, help: "what others see"),
        Field("point", .int(0...Limits.wholeNumberMax), isRequired: true, help: "what the user has collected"),
    ]
}
