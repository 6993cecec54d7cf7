/// What a caller proves itself with. The secret is shown once, when the key is made; only its digest is kept.
public struct Key: Resource, Hashable {
    public var id: ResourceID
    public var revision: Int64
    public var modelVersion: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var name: String
    public var scopes: [Scope]
    public var gameID: ResourceID?
    public var expiresAt: Timestamp?
    public var revokedAt: Timestamp?
    public var lastUsedAt: Timestamp?

    enum CodingKeys: String, CodingKey {
        case id, revision, name, scopes
        case modelVersion = "model_version"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
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
        fields: [
            Field("name", .text(max: 200), isRequired: true, isFilterable: true, help: "who or what uses it"),
            Field(
                "scopes", .list(.choice(Scope.allCases.map(\.rawValue)), max: Scope.allCases.count), isRequired: true,
                help: "what it may do"),
            Field("game_id", .reference("games"), isFilterable: true, help: "the only game it sees; null for all"),
            Field("expires_at", .time, help: "when it stops working; null for never"),
            Field("revoked_at", .time, change: .byServer, help: "when it was revoked"),
            Field("last_used_at", .time, change: .byServer, help: "when it was last used, to the hour"),
        ],
        help: "What a caller proves itself with; the secret is shown once.")
}
