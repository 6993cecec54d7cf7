/// One immutable content of an asset, numbered from 1.
public struct Version: Codable, Hashable, Sendable {
    public var id: ResourceID
    public var revision: Int64
    public var modelVersion: Int
    public var createdAt: Timestamp
    public var updatedAt: Timestamp
    public var assetID: ResourceID
    public var number: Int64
    public var state: State
    /// In bytes.
    public var size: Int64
    public var root: Digest
    /// Null until proven.
    public var sha256: Digest?
    public var blockCount: Int64
    public var entryCount: Int64
    public var label: String?
    public var notes: String?
    /// The key or player that made it.
    public var createdBy: ResourceID?

    public enum State: String, Codable, Sendable, CaseIterable {
        /// It has its row and its number, and readers do not see it yet.
        case verifying
        case ready
        case deleted
    }

    public static let idPrefix = "ver"
    public static let modelVersion = 1

    /// What a version looks like, and what a list of them can be asked for. Versions are not declared resources: they
    /// belong to their repository.
    public static let schema = ResourceSchema(
        "versions", idPrefix: idPrefix, modelVersion: modelVersion, history: .byVerb, ownership: .studio,
        readScope: .assetsRead, writeScope: .assetsWrite,
        fields: [
            Field("asset_id", .reference("assets"), isRequired: true, isFilterable: true, help: "the asset"),
            Field("number", .int(1...Int64.max), isRequired: true, isFilterable: true, help: "its number in the asset"),
            Field(
                "state", .choice(State.allCases.map(\.rawValue)), isRequired: true, isFilterable: true,
                help: "whether it can be read"),
            Field("size", .int(0...Int64.max), isRequired: true, help: "the length of the content in bytes"),
            Field("root", .text(max: 64), isRequired: true, help: "the SHA-256 that says what it is; always proven"),
            Field("sha256", .text(max: 64), help: "the SHA-256 of the plain bytes; null until proven"),
            Field("block_count", .int(0...Int64.max), isRequired: true, help: "blocks of the content"),
            Field("entry_count", .int(0...Int64.max), isRequired: true, help: "files, directories and links"),
            Field("label", .text(max: 200), help: "a name that its maker gave it"),
            Field("notes", .text(max: 4000), help: "what its maker says of it"),
            Field("created_by", .text(max: 30), help: "the key or player that made it"),
        ],
        help: "One immutable content of an asset, numbered from 1.")

    public static let undelete = VerbSchema(
        schema.name, "undelete", scope: .assetsWrite, isForPlayers: true, isOfDeleted: true,
        problems: [.wrongState, .quotaExceeded],
        help: "Takes the deletion of a version back, as long as it is not collected.")

    public init(
        id: ResourceID, revision: Int64 = 1, createdAt: Timestamp, updatedAt: Timestamp? = nil, assetID: ResourceID,
        number: Int64, state: State, size: Int64, root: Digest, sha256: Digest?, blockCount: Int64, entryCount: Int64,
        label: String?, notes: String?, createdBy: ResourceID?
    ) {
        self.id = id
        self.revision = revision
        self.modelVersion = Self.modelVersion
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.assetID = assetID
        self.number = number
        self.state = state
        self.size = size
        self.root = root
        self.sha256 = sha256
        self.blockCount = blockCount
        self.entryCount = entryCount
        self.label = label
        self.notes = notes
        self.createdBy = createdBy
    }

    enum CodingKeys: String, CodingKey {
        case id, revision, number, state, size, root, sha256, label, notes
        case modelVersion = "model_version"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case assetID = "asset_id"
        case blockCount = "block_count"
        case entryCount = "entry_count"
        case createdBy = "created_by"
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
        try container.encode(number, forKey: .number)
        try container.encode(state, forKey: .state)
        try container.encode(size, forKey: .size)
        try container.encode(root, forKey: .root)
        try container.encode(sha256, forKey: .sha256)
        try container.encode(blockCount, forKey: .blockCount)
        try container.encode(entryCount, forKey: .entryCount)
        try container.encode(label, forKey: .label)
        try container.encode(notes, forKey: .notes)
        try container.encode(createdBy, forKey: .createdBy)
    }
}
