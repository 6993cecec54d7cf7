/// What a collection took away, or after a dry run what it would.
public struct CollectionReport: Codable, Hashable, Sendable {
    /// Versions that their asset's retention let go: they can still be taken back.
    public var versionsDeleted: Int64 = 0
    /// Versions whose time to be taken back was over.
    public var versionsCollected: Int64 = 0
    /// Blocks that nobody holds any more: they go when nobody has asked for them during an epoch.
    public var blocksCondemned: Int64 = 0
    public var blocksDeleted: Int64 = 0
    /// Deleted versions that can still be taken back, and condemned blocks whose epoch is not over: what they take is
    /// free after that.
    public var versionsRestorable: Int64 = 0
    public var blocksWaiting: Int64 = 0
    public var segmentsRemoved: Int64 = 0
    /// Segments of which the rest was copied into another one.
    public var segmentsCompacted: Int64 = 0
    public var bytesCopied: Int64 = 0
    /// What the disk has more room; after a dry run, what it would have in the end, once the times are over.
    public var bytesFreed: Int64 = 0
    /// Those of the versions that are told one by one.
    public var versions: [Going] = []
    /// What could not be done, a sentence each.
    public var notes: [String] = []
    /// False when it ended because it had taken long enough: ask again for the rest.
    public var isComplete = true

    public init() {}

    /// Adds what the next part of a collection did.
    public mutating func add(_ next: CollectionReport) {
        versionsDeleted += next.versionsDeleted
        versionsCollected += next.versionsCollected
        blocksCondemned += next.blocksCondemned
        blocksDeleted += next.blocksDeleted
        versionsRestorable = next.versionsRestorable
        blocksWaiting = next.blocksWaiting
        segmentsRemoved += next.segmentsRemoved
        segmentsCompacted += next.segmentsCompacted
        bytesCopied += next.bytesCopied
        bytesFreed += next.bytesFreed
        versions += next.versions.prefix(max(0, Limits.goingVersionsListed - versions.count))
        // Each part says anew what none of them could do.
        notes = next.notes
        isComplete = next.isComplete
    }

    /// A version that goes.
    public struct Going: Codable, Hashable, Sendable {
        public var versionID: ResourceID
        public var assetID: ResourceID
        /// The game's slug.
        public var game: String
        public var path: String
        public var number: Int64
        public var label: String?
        /// In bytes.
        public var size: Int64
        public var reason: Reason

        public init(
            versionID: ResourceID, assetID: ResourceID, game: String, path: String, number: Int64, label: String?,
            size: Int64, reason: Reason
        ) {
            self.versionID = versionID
            self.assetID = assetID
            self.game = game
            self.path = path
            self.number = number
            self.label = label
            self.size = size
            self.reason = reason
        }

        enum CodingKeys: String, CodingKey {
            case game, path, number, label, size, reason
            case versionID = "version_id"
            case assetID = "asset_id"
        }

        /// An absent label is written as null, as everywhere in an answer.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(versionID, forKey: .versionID)
            try container.encode(assetID, forKey: .assetID)
            try container.encode(game, forKey: .game)
            try container.encode(path, forKey: .path)
            try container.encode(number, forKey: .number)
            try container.encode(label, forKey: .label)
            try container.encode(size, forKey: .size)
            try container.encode(reason, forKey: .reason)
        }
    }

    public enum Reason: String, Codable, Sendable, CaseIterable {
        /// The asset's retention does not hold it.
        case retention
        /// It was deleted, or its asset was, and the time to take it back is over.
        case deleted
    }

    enum CodingKeys: String, CodingKey {
        case versions, notes
        case versionsDeleted = "versions_deleted"
        case versionsCollected = "versions_collected"
        case blocksCondemned = "blocks_condemned"
        case blocksDeleted = "blocks_deleted"
        case versionsRestorable = "versions_restorable"
        case blocksWaiting = "blocks_waiting"
        case segmentsRemoved = "segments_removed"
        case segmentsCompacted = "segments_compacted"
        case bytesCopied = "bytes_copied"
        case bytesFreed = "bytes_freed"
        case isComplete = "is_complete"
    }

    public static let fields = [
        count("versions_deleted", "versions that retention let go"),
        count("versions_collected", "versions whose time to be taken back was over"),
        count("blocks_condemned", "blocks that nobody holds any more, and that go after an epoch"),
        count("blocks_deleted", "blocks that nobody asked for during an epoch"),
        count("versions_restorable", "deleted versions that can still be taken back"),
        count("blocks_waiting", "condemned blocks whose epoch is not over"),
        count("segments_removed", "segments that are gone"),
        count("segments_compacted", "segments of which the rest was copied"),
        count("bytes_copied", "what was copied for that"),
        count("bytes_freed", "what the disk has more room; in a dry run, what it would have once all times are over"),
        Field(
            "versions", .list(.object(going), max: Limits.goingVersionsListed), default: [],
            help: "the first of the versions that go"),
        Field(
            "is_complete", .bool, isRequired: true,
            help: "false when it ended because it had taken long enough: ask again for the rest"),
        Field("notes", .list(.text(max: 1000), max: 1000), default: [], help: "what could not be done, and why"),
    ]

    private static let going = [
        Field("version_id", .text(max: 30), isRequired: true, help: "the version"),
        Field("asset_id", .text(max: 30), isRequired: true, help: "its asset"),
        Field("game", .text(max: 64), isRequired: true, help: "its game's slug"),
        Field("path", .text(max: 512), isRequired: true, help: "the asset's name"),
        Field("number", .int(1...Int64.max), isRequired: true, help: "its number in the asset"),
        Field("label", .text(max: 200), help: "its label"),
        Field("size", .int(0...Int64.max), isRequired: true, help: "its length in bytes"),
        Field("reason", .choice(Reason.allCases.map(\.rawValue)), isRequired: true, help: "why it goes"),
    ]

    private static func count(_ name: String, _ help: String) -> Field {
        Field(name, .int(0...Int64.max), isRequired: true, help: help)
    }
}
