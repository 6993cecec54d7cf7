/// A URL of content that works without a key until it expires.
public struct SignedURL: Codable, Hashable, Sendable {
    /// The path and the query; null for a dry run.
    public var url: String?
    public var expiresAt: Timestamp

    public init(url: String?, expiresAt: Timestamp) {
        self.url = url
        self.expiresAt = expiresAt
    }

    private enum CodingKeys: String, CodingKey {
        case url
        case expiresAt = "expires_at"
    }

    /// Null is written, so that every answer has both fields.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(url, forKey: .url)
        try container.encode(expiresAt, forKey: .expiresAt)
    }

    public static let ofVersion = VerbSchema(
        Version.schema.name, "sign", scope: .assetsRead, isForPlayers: true, fields: [lifetime],
        answer: .object(answer), help: "Gives a URL of the version's content that works without a key for a while.")

    public static let ofAsset = VerbSchema(
        Asset.schema.name, "sign", scope: .assetsRead, isForPlayers: true,
        fields: [
            lifetime,
            Field("version", .int(1...Int64.max), help: "the number of the version; without it and channel the newest"),
            Field(
                "channel", .text(max: 64, rule: .channelName),
                help: "the channel that names the version, also when it is moved"),
        ],
        answer: .object(answer), problems: [.noVersion],
        help: "Gives a URL of an asset's content that works without a key for a while.")

    private static let lifetime = Field(
        "expires_in", .int(Limits.signedURLLifetimes), default: .int(Limits.signedURLLifetime),
        help: "seconds for which the URL works")

    public static let answer = [
        Field("url", .text(max: 1000), change: .byServer, help: "path and query; null for a dry run"),
        Field("expires_at", .time, isRequired: true, change: .byServer, help: "when it stops working"),
    ]
}
