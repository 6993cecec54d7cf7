/// How often somebody asked a version of the API.
public struct APIUsage: Codable, Hashable, Sendable {
    /// The id of the key; `players` for all players together.
    public var caller: String
    /// The key's name; nil for players, and for keys that are gone.
    public var name: String?
    /// `v0`, `v1`.
    public var version: String
    public var requests: Int64
    public var firstAt: Timestamp
    public var lastAt: Timestamp

    public static let players = "players"

    public init(
        caller: String, name: String?, version: String, requests: Int64, firstAt: Timestamp, lastAt: Timestamp
    ) {
        self.caller = caller
        self.name = name
        self.version = version
        self.requests = requests
        self.firstAt = firstAt
        self.lastAt = lastAt
    }

    /// What an answer has.
    public static let answer: [Field] = [
        Field("caller", .text(max: 30), isRequired: true, help: "the id of the key; players for all of them together"),
        Field("name", .text(max: 200), help: "the key's name"),
        Field("version", .choice(["v0", "v1"]), isRequired: true, help: "of the API"),
        Field("requests", .int(0...Int64.max), isRequired: true, help: "how many there were"),
        Field("first_at", .time, isRequired: true, help: "the first one that was counted"),
        Field("last_at", .time, isRequired: true, help: "the last one"),
    ]

    enum CodingKeys: String, CodingKey {
        case caller, name, version, requests
        case firstAt = "first_at"
        case lastAt = "last_at"
    }

    /// An absent name is written as null, as everywhere in an answer.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(caller, forKey: .caller)
        try container.encode(name, forKey: .name)
        try container.encode(version, forKey: .version)
        try container.encode(requests, forKey: .requests)
        try container.encode(firstAt, forKey: .firstAt)
        try container.encode(lastAt, forKey: .lastAt)
    }
}
