/// What `pawl backup` or `pawl restore` has done.
public struct BackupReport: Codable, Hashable, Sendable {
    public var segments = 0
    /// Bytes of all of it.
    public var bytesTotal: Int64 = 0
    /// Bytes that were not there already.
    public var bytesCopied: Int64 = 0
    /// What is damaged, a sentence each; the rest is whole.
    public var findings: [String] = []

    /// What was mended, a sentence each.
    public var notes: [String] = []

    public init() {}

    enum CodingKeys: String, CodingKey {
        case segments, findings, notes
        case bytesTotal = "bytes_total"
        case bytesCopied = "bytes_copied"
    }
}
