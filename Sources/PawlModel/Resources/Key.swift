/// What a caller proves itself with. The secret is shown once, when the key is made; only its digest is kept.
public struct Key: Resource {
    public var name: String
    public var scopes: [Scope]
    /// The only game it sees; nil for all.
    public var gameID: ResourceID?
    public var expiresAt: Timestamp?
    public var revokedAt: Timestamp?
    public var lastUsedAt: Timestamp?

    public init(name: String, scopes: [Scope], gameID: ResourceID? = nil, expiresAt: Timestamp? = nil) {
        self.name = name
        self.scopes = scopes
        self.gameID = gameID
        self.expiresAt = expiresAt
    }

    enum CodingKeys: String, CodingKey {
        case name, scopes
        case gameID = "game_id"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
        case lastUsedAt = "last_used_at"
    }

    /// Every secret begins with this, so that a leaked one can be searched for.
    public static let secretPrefix = "pawl_"

    public static let schema = ResourceSchema(
        "keys", idPrefix: "key", history: .byVerb, ownership: .field("game_id"),
        readScope: .admin, writeScope: .admin,
        fields: issued + [
            Field("revoked_at", .time, change: .byServer, help: "when it was revoked"),
            Field("last_used_at", .time, change: .byServer, help: "when it was last used, to the hour"),
        ],
        help: "What a caller proves itself with; the secret is shown once.")

    /// What is said of a key when it is made.
    private static let issued = [
        Field(
            "name", .text(max: 200), isRequired: true, isFilterable: true, example: "build machine",
            help: "who or what uses it"),
        Field(
            "scopes", .list(.choice(Scope.allCases.map(\.rawValue)), max: Scope.allCases.count), isRequired: true,
            example: ["assets:write"], help: "what it may do"),
        Field("game_id", .reference("games"), isFilterable: true, help: "the only game it sees; null for all"),
        Field("expires_at", .time, help: "when it stops working; null for never"),
    ]

    private static let secret = Field(
        "secret", .text(max: 100), isRequired: true, change: .byServer, isShownOnce: true,
        help: "the bearer token, shown this once")

    public static let issue = VerbSchema(
        schema.name, "", scope: .admin, fields: issued, answer: .rowWith([secret]),
        help: "Makes a key and shows its secret, this once.")

    public static let rotate = VerbSchema(
        schema.name, "rotate", scope: .admin,
        fields: [
            Field(
                "grace", .int(0...Limits.keyGraceMax), default: .int(Limits.keyGrace),
                help: "seconds for which the old secret goes on working")
        ],
        answer: .rowWith([secret]), problems: [.wrongState],
        help: "Gives the key a new secret, shown this once; the old one works on for a while.")

    public static let revoke = VerbSchema(
        schema.name, "revoke", scope: .admin, help: "Ends the key: whoever uses it is refused from now on.")
}
