internal import BlockFormat
internal import NIOHTTP1
internal import NIOPosix
public import PawlModel

extension PawlClient {
    /// How two versions differ, and what that costs whoever has the old one.
    public struct VersionDifference: Sendable {
        public var old: Version
        public var new: Version
        /// Ascending by the bytes of their paths.
        public var entries: [FolderDifference]
        /// What a player with the old version downloads, and what it writes.
        public var plan: Plan
    }

    /// Compares two versions of the same game.
    public func difference(from old: VersionName, to new: VersionName) async throws -> VersionDifference {
        let (oldVersion, newVersion) = (try await resolve(old).version, try await resolve(new).version)
        let before = try await manifest(of: oldVersion)
        let after = try await manifest(of: newVersion)
        guard before.kind == after.kind else {
            throw ClientError(
                .unsupported, "One of '\(old)' and '\(new)' is a folder, and the other one a file.",
                advice: "Name two versions of a kind.")
        }
        return VersionDifference(
            old: oldVersion, new: newVersion, entries: FolderDifference.between(before.entries, after.entries),
            plan: try await plan(from: oldVersion.id, to: newVersion.id))
    }

    /// What a client that has one version, or nothing, has to fetch for another.
    public func plan(from old: ResourceID?, to new: ResourceID) async throws -> Plan {
        let body: JSONObject = ["from": old.map { .string($0.description) } ?? .null]
        return try await send(Request(.POST, Routes.plan(ofVersion: new)).with(body)).decoded()
    }

    /// How a local file or folder differs from a version.
    public struct Verification: Sendable {
        public var version: Version
        /// Files of the version, and their bytes.
        public var filesTotal: Int64
        public var bytesTotal: Int64
        /// Ascending by the bytes of their paths; `old` is the local side.
        public var entries: [FolderDifference]
        /// Whether a pull into the folder was broken off, or goes on.
        public var hasUnfinishedPull: Bool
    }

    /// Reads a local file or folder from end to end, and compares it with a version. Nothing is taken from the cache, and
    /// nothing is changed. What a `.pawlignore` in the folder names is not looked at.
    public func verify(
        _ path: String, against name: VersionName,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> Verification {
        let meter = ProgressMeter(bytesTotal: 0, phase: .comparing, watch: progress)
        let client = forTransfer { meter.enter(.waiting($0)) }
        let version = try await client.resolve(name).version
        let manifest = try await client.manifest(of: version)
        meter.expect(bytes: version.size)
        let comparison = try await LocalComparison(path, manifest, threads: threads)
        return Verification(
            version: version, filesTotal: Int64(manifest.entries.count { $0.kind == .file }),
            bytesTotal: version.size, entries: try await comparison.run(meter),
            hasUnfinishedPull: comparison.hasUnfinishedPull)
    }
}
