public import PawlModel

extension PawlClient {
    /// What a push does beside bringing the bytes over.
    public struct PushOptions: Sendable {
        /// Moved to the version when it is there.
        public var channel: String?
        /// A name for the version, such as a build number. A new one makes a new version of the same bytes.
        public var label: String?
        public var notes: String?

        public init(channel: String? = nil, label: String? = nil, notes: String? = nil) {
            self.channel = channel
            self.label = label
            self.notes = notes
        }
    }

    /// What a push came to.
    public struct PushSummary: Sendable {
        public var asset: Stored<Asset>
        public var version: Version
        /// False when the newest version already had these bytes.
        public var isNewVersion: Bool
        /// Bytes and blocks of the file.
        public var bytesTotal: Int64
        public var blocksTotal: Int64
        /// What of it went over the wire.
        public var bytesSent: Int64
        public var blocksSent: Int64
        public var duration: Duration
    }

    /// Makes the file at `path` the newest version of an asset, sending only blocks that the server does not have.
    ///
    /// The game and the asset are made when they are missing and the key may. A push that was broken off keeps what
    /// arrived: pushing the same file again goes on from there. `progress` is called often, from any thread.
    ///
    /// - Throws: `ClientError` with `fileChanged` when somebody wrote to the file meanwhile: then no version is made.
    public func push(
        _ path: String, to name: AssetName, options: PushOptions = PushOptions(),
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> PushSummary {
        let start = ContinuousClock.now
        let file = try SourceFile(path)
        let state = try file.state()
        if let channel = options.channel {
            try AssetName.check(channel, as: "name", of: Channel.schema, called: "The channel's name")
        }
        let meter = ProgressMeter(bytesTotal: state.size, phase: .transferring, watch: progress)
        let client = forTransfer { meter.enter(.waiting($0)) }
        let asset = try await client.assetMadeWhenMissing(name)
        guard asset.kind != .directory else {
            throw ClientError(
                .unsupported, "The asset '\(name)' holds directories, and '\(path.withoutControls)' is a file.",
                advice: "Push it to another asset.")
        }
        var push = try await FilePush(
            client: client, file: file, state: state, asset: asset, options: options, meter: meter)
        let answer = try await push.run()
        let sent = meter.current
        return PushSummary(
            asset: asset, version: answer.version, isNewVersion: answer.isNew, bytesTotal: state.size,
            blocksTotal: Int64(push.blocks.count), bytesSent: sent.bytesSent, blocksSent: sent.blocksSent,
            duration: ContinuousClock.now - start)
    }
}
