/// A transfer in progress, whichever protocol carries it: any client with the right may continue it.
public struct Upload: Codable, Hashable, Sendable {
    public var id: ResourceID
    public var revision: Int64
    public var modelVersion: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    /// The asset that gets a version; nil for a part that is only there to be joined.
    public var assetID: ResourceID?
    public var door: Door
    public var state: State
    /// In bytes; null when not known.
    public var length: Int64?
    /// Bytes received and durable.
    public var offset: Int64
    public var blocksSent: Int64
    /// What the client says the whole has; proven before the version is seen.
    public var sha256: Digest?
    /// The channel to move and the label to give when it is done.
    public var metadata: Metadata
    /// Who began it.
    public var createdBy: ResourceID?
    public var expiresAt: Timestamp
    /// When done.
    public var versionID: ResourceID?

    public enum Door: String, Codable, Sendable, CaseIterable {
        case plain, ietf, tus, blocks
    }

    public enum State: String, Codable, Sendable, CaseIterable {
        case open, verifying
        /// All is there, and waits to be published.
        case held
        case done, failed, expired
    }

    public struct Metadata: Codable, Hashable, Sendable {
        public var channel: String?
        public var label: String?
        public var notes: String?
        /// What the client calls the file.
        public var filename: String?
        /// The media type that an asset gets which has none.
        public var mediaType: String?
        /// Whether its version waits until it is published.
        public var hold: Bool

        public init(
            channel: String? = nil, label: String? = nil, notes: String? = nil, filename: String? = nil,
            mediaType: String? = nil, hold: Bool = false
        ) {
            self.channel = channel
            self.label = label
            self.notes = notes
            self.filename = filename
            self.mediaType = mediaType
            self.hold = hold
        }

        /// Those of before had no `hold`.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                channel: try container.decodeIfPresent(String.self, forKey: .channel),
                label: try container.decodeIfPresent(String.self, forKey: .label),
                notes: try container.decodeIfPresent(String.self, forKey: .notes),
                filename: try container.decodeIfPresent(String.self, forKey: .filename),
                mediaType: try container.decodeIfPresent(String.self, forKey: .mediaType),
                hold: try container.decodeIfPresent(Bool.self, forKey: .hold) ?? false)
        }

        enum CodingKeys: String, CodingKey {
            case channel, label, notes, filename, hold
            case mediaType = "media_type"
        }

        /// Absent values are written as null, as everywhere in an answer.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(channel, forKey: .channel)
            try container.encode(label, forKey: .label)
            try container.encode(notes, forKey: .notes)
            try container.encode(filename, forKey: .filename)
            try container.encode(mediaType, forKey: .mediaType)
            try container.encode(hold, forKey: .hold)
        }
    }

    public static let idPrefix = "upl"
    public static let modelVersion = 1

    /// What an upload looks like. Uploads are not declared resources: they belong to their repository.
    public static let schema = ResourceSchema(
        "uploads", idPrefix: idPrefix, modelVersion: modelVersion, history: .byVerb, ownership: .studio,
        readScope: .assetsRead, writeScope: .assetsWrite,
        fields: [
            Field("asset_id", .reference("assets"), help: "the asset that gets a version; null for a part"),
            Field(
                "door", .choice(Door.allCases.map(\.rawValue)), isRequired: true, help: "the protocol it was begun with"
            ),
            Field("state", .choice(State.allCases.map(\.rawValue)), isRequired: true, help: "what became of it"),
            Field("length", .int(0...Int64.max), help: "the length of the whole in bytes; null when not known"),
            Field("offset", .int(0...Int64.max), isRequired: true, help: "bytes received and durable"),
            Field("blocks_sent", .int(0...Int64.max), isRequired: true, help: "blocks received and durable"),
            Field("sha256", .text(max: 64), help: "what its client says the whole has"),
            Field(
                "metadata", .object(metadataFields), isRequired: true,
                help: "the channel to move and the label to give when it is done"),
            Field("created_by", .text(max: 30), help: "who began it"),
            Field("expires_at", .time, isRequired: true, help: "when it ends unless it is touched"),
            Field("version_id", .reference("versions"), help: "what it made, when it is done"),
        ],
        help: "A transfer in progress; any client with the right may continue it.")

    /// `POST /v1/uploads`: what an upload is begun with.
    public static let begin = VerbSchema(
        schema.name, "", scope: .assetsWrite,
        fields: [
            Field("asset_id", .reference("assets"), isRequired: true, help: "the asset that gets a version"),
            channel, label, notes, hold,
            Field(
                "length", .int(0...Int64.max),
                help: "of the whole in bytes, when it is known: what is too much is refused before anything is sent"),
            Field("sha256", .text(max: 64, rule: .sha256), help: "what the whole has; proven before it is seen"),
        ],
        help: "Begins an upload of blocks.")

    private static let channel = Field(
        "channel", .text(max: 64, rule: .channelName), help: "the channel to move to the new version")
    private static let label = Field("label", .text(max: 200), help: "a name for the version")
    private static let notes = Field("notes", .text(max: 4000), help: "what there is to say of it")
    private static let filename = Field("filename", .text(max: 255), help: "what the client calls the file")
    private static let mediaType = Field(
        "media_type", .text(max: 255, rule: .mediaType), help: "what an asset is served as that does not say it itself")

    private static let hold = Field(
        "hold", .bool, default: false,
        help: "whether the version waits, when all is there, until assets:publish lets it be seen")

    /// The fields of `metadata`, by which those are checked.
    public static let metadataFields = [channel, label, notes, filename, mediaType, hold]

    public init(
        id: ResourceID, createdAt: Timestamp, assetID: ResourceID?, door: Door, length: Int64?, sha256: Digest?,
        metadata: Metadata, createdBy: ResourceID?, expiresAt: Timestamp
    ) {
        self.id = id
        self.revision = 1
        self.modelVersion = Self.modelVersion
        self.createdAt = createdAt
        self.updatedAt = createdAt
        self.assetID = assetID
        self.door = door
        self.state = .open
        self.length = length
        self.offset = 0
        self.blocksSent = 0
        self.sha256 = sha256
        self.metadata = metadata
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.versionID = nil
    }

    enum CodingKeys: String, CodingKey {
        case id, revision, door, state, length, offset, sha256, metadata
        case modelVersion = "model_version"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case assetID = "asset_id"
        case blocksSent = "blocks_sent"
        case createdBy = "created_by"
        case expiresAt = "expires_at"
        case versionID = "version_id"
    }

    /// Absent values are written as null, so that every answer has every field.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(revision, forKey: .revision)
        try container.encode(modelVersion, forKey: .modelVersion)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(updatedAt, forKey: .updatedAt)
        try container.encode(assetID, forKey: .assetID)
        try container.encode(door, forKey: .door)
        try container.encode(state, forKey: .state)
        try container.encode(length, forKey: .length)
        try container.encode(offset, forKey: .offset)
        try container.encode(blocksSent, forKey: .blocksSent)
        try container.encode(sha256, forKey: .sha256)
        try container.encode(metadata, forKey: .metadata)
        try container.encode(createdBy, forKey: .createdBy)
        try container.encode(expiresAt, forKey: .expiresAt)
        try container.encode(versionID, forKey: .versionID)
    }
}

/// The body of `POST /v1/uploads`.
public struct UploadCreation: Codable, Hashable, Sendable {
    public var assetID: ResourceID
    public var channel: String?
    public var label: String?
    public var notes: String?
    /// Of the whole in bytes, when it is known.
    public var length: Int64?
    public var sha256: Digest?
    /// Whether the version waits until it is published.
    public var hold: Bool?

    public init(
        assetID: ResourceID, channel: String? = nil, label: String? = nil, notes: String? = nil,
        length: Int64? = nil, sha256: Digest? = nil, hold: Bool? = nil
    ) {
        self.assetID = assetID
        self.channel = channel
        self.label = label
        self.notes = notes
        self.length = length
        self.sha256 = sha256
        self.hold = hold
    }

    enum CodingKeys: String, CodingKey {
        case channel, label, notes, length, sha256, hold
        case assetID = "asset_id"
    }
}
