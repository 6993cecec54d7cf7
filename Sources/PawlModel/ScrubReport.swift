/// What a scrub has read, and what it found wrong, each in one sentence. A long one is told in parts.
public struct ScrubReport: Codable, Hashable, Sendable {
    public var segments = 0
    /// Bytes read.
    public var bytes: Int64 = 0
    /// Bytes that there are, those behind `next` among them.
    public var bytesTotal: Int64 = 0
    public var findings: [String] = []
    /// What is damaged and of use to nobody any more: no reason to worry about this storage, but perhaps about its disk.
    public var notes: [String] = []
    /// What damaged blocks belong to: `game/path@number`, each once.
    public var versions: [String] = []
    /// Where the next part begins; nil when this was the last one.
    public var next: String?

    public init() {}

    enum CodingKeys: String, CodingKey {
        case segments, bytes, findings, notes, versions, next
        case bytesTotal = "bytes_total"
    }

    /// With `next`, which is null at the end.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(segments, forKey: .segments)
        try container.encode(bytes, forKey: .bytes)
        try container.encode(bytesTotal, forKey: .bytesTotal)
        try container.encode(findings, forKey: .findings)
        try container.encode(notes, forKey: .notes)
        try container.encode(versions, forKey: .versions)
        try container.encode(next, forKey: .next)
    }

    /// Adds the part behind this one.
    public mutating func append(_ part: ScrubReport) {
        segments += part.segments
        bytes += part.bytes
        bytesTotal = part.bytesTotal
        findings += part.findings
        notes += part.notes
        versions += part.versions.filter { !versions.contains($0) }
        next = part.next
    }

    public static let fields = [
        Field("segments", .int(0...Int64.max), isRequired: true, help: "segments read"),
        Field("bytes", .int(0...Int64.max), isRequired: true, help: "bytes read"),
        Field("bytes_total", .int(0...Int64.max), isRequired: true, help: "bytes that there are in all"),
        Field(
            "findings", .list(.text(max: 1000), max: Limits.scrubFindingsMax), default: [],
            help: "what is wrong, a sentence each"),
        Field(
            "notes", .list(.text(max: 1000), max: Limits.scrubFindingsMax), default: [],
            help: "what is damaged and of use to nobody any more"),
        Field(
            "versions", .list(.text(max: 700), max: Limits.scrubFindingsMax), default: [],
            help: "what damaged blocks belong to, as game/path@number"),
        Field("next", .text(max: 40), help: "where to go on; null when all is read"),
    ]
}
