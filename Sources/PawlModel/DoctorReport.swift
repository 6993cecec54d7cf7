/// What `pawl doctor` looked at, and what it found wrong, each in one sentence.
public struct DoctorReport: Codable, Hashable, Sendable {
    public var segments = 0
    public var blocks = 0
    public var versions = 0
    public var findings: [String] = []

    public init() {}
}
