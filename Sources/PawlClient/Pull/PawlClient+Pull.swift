internal import BlockFormat
public import PawlModel

extension PawlClient {
    /// What a pull came to.
    public struct PullSummary: Sendable {
        public var asset: Stored<Asset>
        public var version: Version
        /// The file that was written.
        public var path: String
        /// True when the file was this version already, so that nothing was fetched or written.
        public var wasIdentical: Bool
        /// Bytes and blocks of the file.
        public var bytesTotal: Int64
        public var blocksTotal: Int64
        /// What of it went over the wire; the rest was on this side already.
        public var bytesSent: Int64
        public var blocksSent: Int64
        public var duration: Duration
    }

    /// Makes the file at `destination` that version of an asset, fetching only blocks that are not there already.
    ///
    /// `destination` is a file's path, or an existing directory, in which the file gets the asset's last name. Until
    /// the end it stays as it is, and then it changes in one step; a pull that was broken off goes on from what it
    /// fetched. `progress` is called often, from any thread.
    public func pull(
        _ name: VersionName, to destination: String,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> PullSummary {
        let start = ContinuousClock.now
        let target = try PullTarget(destination, assetName: name.asset.lastSegment)
        let meter = ProgressMeter(bytesTotal: 0, phase: .comparing, watch: progress)
        let client = forTransfer { meter.enter(.waiting($0)) }
        let (asset, version) = try await client.resolve(name)
        let manifest = try await client.manifest(of: version)
        meter.expect(bytes: version.size)
        guard manifest.kind == .file, let entry = manifest.entries.first else {
            throw ClientError(
                .unsupported, "'\(name)' is a directory, and only files can be pulled so far.",
                advice: "Directories come later.")
        }
        let pull = FilePull(
            client: client, version: version, entry: entry, profile: manifest.profile, target: target, meter: meter)
        let wasIdentical = try await pull.run()
        let sent = meter.current
        return PullSummary(
            asset: asset, version: version, path: target.path, wasIdentical: wasIdentical, bytesTotal: version.size,
            blocksTotal: Int64(entry.blocks.count), bytesSent: sent.bytesSent, blocksSent: sent.blocksSent,
            duration: ContinuousClock.now - start)
    }
}
