/// What `pawl doctor` looked at, and what it found wrong, each in one sentence.
public struct DoctorReport: Codable, Hashable, Sendable {
    public var segments = 0
    public var blocks = 0
    public var versions = 0
    public var findings: [String] = []
    /// What was mended, a sentence each.
    public var repairs: [String]?

    public init() {}

    public static let fields = [
        Field("segments", .int(0...Int64.max), isRequired: true, help: "segments looked at"),
        Field("blocks", .int(0...Int64.max), isRequired: true, help: "blocks looked at"),
        Field("versions", .int(0...Int64.max), isRequired: true, help: "versions looked at"),
        Field(
            "findings", .list(.text(max: 1000), max: 1_000_000), default: [], help: "what is wrong, a sentence each"),
    ]
}
