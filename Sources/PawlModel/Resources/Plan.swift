/// What a client that has one version must fetch for another one, and what it costs: the answer of `…/plan`.
///
/// It is counted for a client that writes every added or changed file anew beside the old one, from the blocks that it
/// has and those that it fetches, and renames it when it is whole.
public struct Plan: Codable, Hashable, Sendable {
    /// What the client has; null for nothing.
    public var from: ResourceID?
    public var to: ResourceID
    /// Of content that has to be fetched: all blocks that `from` has nowhere, each once.
    public var bytesDown: Int64
    /// Of all files that are added or changed: each is written as a whole.
    public var bytesWritten: Int64
    /// What the client needs on its disk for a while beyond what it has in the end, at most, when it goes file by file in
    /// their order and removes what is no longer needed last.
    public var temporaryBytes: Int64
    public var filesAdded: Int64
    public var filesChanged: Int64
    public var filesRemoved: Int64
    public var filesUnchanged: Int64
    /// Of the content of `to`, ascending; neighbours are joined. Their lengths sum up to `bytesDown`.
    public var ranges: [ContentRange]

    /// `POST …/plan`, of a version or of an asset. It changes nothing.
    public static let verb = VerbSchema(
        Version.schema.name, "plan", scope: .assetsRead, isForPlayers: true,
        fields: [
            Field(
                "from", .reference("versions"), help: "the version that the client has, of the same game; null for none"
            )
        ],
        answer: .object(answer), help: "Tells what a client that has another version must fetch for this one.")

    public static let answer = [
        Field("from", .reference("versions"), help: "what the client has; null for nothing"),
        Field("to", .reference("versions"), isRequired: true, help: "what it wants"),
        Field("bytes_down", .int(0...Int64.max), isRequired: true, help: "to fetch"),
        Field("bytes_written", .int(0...Int64.max), isRequired: true, help: "of all files that are added or changed"),
        Field(
            "temporary_bytes", .int(0...Int64.max), isRequired: true,
            help: "needed on disk for a while, beyond what is there in the end, at most"),
        Field("files_added", .int(0...Int64.max), isRequired: true, help: "files that only the new version has"),
        Field("files_changed", .int(0...Int64.max), isRequired: true, help: "files that are other ones there"),
        Field("files_removed", .int(0...Int64.max), isRequired: true, help: "files that only the old version has"),
        Field("files_unchanged", .int(0...Int64.max), isRequired: true, help: "files that are the same in both"),
        Field(
            "ranges",
            .list(
                .object([
                    Field("offset", .int(0...Int64.max), isRequired: true, help: "of the first byte"),
                    Field("length", .int(1...Int64.max), isRequired: true, help: "in bytes"),
                ]), max: Limits.planRangesMax),
            isRequired: true, help: "of the content of the new version, ascending: what to fetch"),
    ]

    public init(from: ResourceID?, to: ResourceID) {
        self.from = from
        self.to = to
        bytesDown = 0
        bytesWritten = 0
        temporaryBytes = 0
        filesAdded = 0
        filesChanged = 0
        filesRemoved = 0
        filesUnchanged = 0
        ranges = []
    }

    enum CodingKeys: String, CodingKey {
        case from, to, ranges
        case bytesDown = "bytes_down"
        case bytesWritten = "bytes_written"
        case temporaryBytes = "temporary_bytes"
        case filesAdded = "files_added"
        case filesChanged = "files_changed"
        case filesRemoved = "files_removed"
        case filesUnchanged = "files_unchanged"
    }

    /// Absent values are written as null, so that every answer has every field.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(from, forKey: .from)
        try container.encode(to, forKey: .to)
        try container.encode(bytesDown, forKey: .bytesDown)
        try container.encode(bytesWritten, forKey: .bytesWritten)
        try container.encode(temporaryBytes, forKey: .temporaryBytes)
        try container.encode(filesAdded, forKey: .filesAdded)
        try container.encode(filesChanged, forKey: .filesChanged)
        try container.encode(filesRemoved, forKey: .filesRemoved)
        try container.encode(filesUnchanged, forKey: .filesUnchanged)
        try container.encode(ranges, forKey: .ranges)
    }
}

/// A run of bytes of a content.
public struct ContentRange: Codable, Hashable, Sendable {
    public var offset: Int64
    /// In bytes.
    public var length: Int64

    public init(offset: Int64, length: Int64) {
        self.offset = offset
        self.length = length
    }
}

/// The body of `POST …/plan`.
public struct PlanRequest: Codable, Hashable, Sendable {
    /// The version that the client has; null for none.
    public var from: ResourceID?

    public init(from: ResourceID?) {
        self.from = from
    }
}
