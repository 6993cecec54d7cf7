/// What `pawl doctor --rebuild` brought back, and what it could not.
public struct RebuildReport: Codable, Hashable, Sendable {
    public var segments = 0
    public var blocks = 0
    public var games = 0
    public var assets = 0
    public var versions = 0
    public var channels = 0
    /// Versions that were deleted, or whose asset was, and that can be taken back.
    public var deletedVersions = 0
    /// Players who own assets, by their ids alone.
    public var players = 0
    /// Where the database that was there before lies now.
    public var movedAside: String?
    /// What could not be brought back, a sentence each.
    public var findings: [String] = []

    public init() {}

    enum CodingKeys: String, CodingKey {
        case segments, blocks, games, assets, versions, channels, players, findings
        case deletedVersions = "deleted_versions"
        case movedAside = "moved_aside"
    }
}
