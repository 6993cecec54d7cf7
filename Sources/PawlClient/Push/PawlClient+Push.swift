internal import BlockFormat
internal import NIOPosix
public import PawlModel

extension PawlClient {
    /// What a push does beside bringing the bytes over.
    public struct PushOptions: Sendable {
        /// Moved to the version when it is there.
        public var channel: String?
        /// A name for the version, such as a build number. A new one makes a new version of the same bytes.
        public var label: String?
        public var notes: String?
        /// Whether files of a folder that nobody wrote to since an earlier push or pull are taken as they were then,
        /// without being read.
        public var usesCache: Bool
        /// Whether the version waits, when all is there, until it is published.
        public var isHeld: Bool

        public init(
            channel: String? = nil, label: String? = nil, notes: String? = nil, usesCache: Bool = true,
            isHeld: Bool = false
        ) {
            self.channel = channel
            self.label = label
            self.notes = notes
            self.usesCache = usesCache
            self.isHeld = isHeld
        }
    }

    /// What a push came to.
    public struct PushSummary: Sendable {
        public var asset: Stored<Asset>
        /// Nil for one that is held.
        public var version: Version?
        /// What `publish` takes for one that is held.
        public var heldUpload: ResourceID?
        /// False when the newest version already had this content.
        public var isNewVersion: Bool
        /// Whether a folder was pushed.
        public var isFolder: Bool
        /// Files of it, and those that were read; the others were known.
        public var filesTotal: Int64
        public var filesRead: Int64
        /// Bytes and blocks of all files.
        public var bytesTotal: Int64
        public var blocksTotal: Int64
        /// What of it went over the wire.
        public var bytesSent: Int64
        public var blocksSent: Int64
        public var duration: Duration
    }

    /// Makes the file or the folder at `path` the newest version of an asset, sending only blocks that the server does
    /// not have.
    ///
    /// The game and the asset are made when they are missing and the key may. A push that was broken off keeps what
    /// arrived: pushing the same again goes on from there. `progress` is called often, from any thread.
    ///
    /// - Throws: `ClientError` with `fileChanged` when somebody wrote to it meanwhile, and with `unpushable` when a folder
    ///   has what no version can have: then no version is made.
    public func push(
        _ path: String, to name: AssetName, options: PushOptions = PushOptions(),
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> PushSummary {
        let start = ContinuousClock.now
        if let channel = options.channel {
            try AssetName.check(channel, as: "name", of: Channel.schema, called: "The channel's name")
        }
        let source = try await threads.runIfActive { try PushSource(path) }
        let cacheFile = source.kind == .directory && options.usesCache ? CacheFile(of: path) : nil
        let cache = try await threads.runIfActive { cacheFile?.load() } ?? BlockCache()
        let meter = ProgressMeter(bytesTotal: source.size, phase: .transferring, watch: progress)
        let client = forTransfer { meter.enter(.waiting($0)) }
        let asset = try await client.assetMadeWhenMissing(name)
        try Self.check(source, against: asset, called: name)
        var push = try await ContentPush(
            client: client, source: source, known: source.entries.map(cache.blocks), asset: asset, options: options,
            meter: meter)
        let answer: CommitAnswer
        do {
            answer = try await push.run()
        } catch let error as ClientError where error.code == .fileChanged && push.usesKnown {
            // Nothing changed, and yet a block is not what it should be: what was known was wrong.
            guard (try? await threads.runIfActive(source.checkUnchanged)) != nil else { throw error }
            push = try await ContentPush(
                client: client, source: source, known: source.entries.map { _ in nil }, asset: asset, options: options,
                meter: meter.again())
            answer = try await push.run()
        } catch {
            // What was read need not be read again by the push that goes on from here.
            await client.keep(push, in: cacheFile, older: cache)
            throw error
        }
        await client.keep(push, in: cacheFile, older: cache)
        let sent = meter.current
        return PushSummary(
            asset: asset, version: answer.version, heldUpload: answer.heldUpload, isNewVersion: answer.isNew,
            isFolder: source.kind == .directory,
            filesTotal: Int64(source.fileCount), filesRead: Int64(push.readTimes.count { $0 != nil }),
            bytesTotal: source.size, blocksTotal: Int64(push.blocks.reduce(0) { $0 + $1.count }),
            bytesSent: sent.bytesSent, blocksSent: sent.blocksSent, duration: ContinuousClock.now - start)
    }

    private static func check(_ source: PushSource, against asset: Stored<Asset>, called name: AssetName) throws {
        let path = source.path.withoutControls
        switch (asset.kind, source.kind) {
        case (.directory, .file):
            throw ClientError(
                .unsupported, "The asset '\(name)' holds folders, and '\(path)' is a file.",
                advice: "Push it to another asset, or the folder that it is in.")
        case (.file, .directory):
            throw ClientError(
                .unsupported, "The asset '\(name)' holds files, and '\(path)' is a folder.",
                advice: "Push it to another asset.")
        case (.file, .file), (.directory, .directory), (nil, _): break
        }
    }

    /// Remembers the files of a folder for the next push, unless all of them were known.
    private func keep(_ push: ContentPush, in file: CacheFile?, older: BlockCache) async {
        guard let file, push.readTimes.contains(where: { $0 != nil }) else { return }
        var cache = BlockCache()
        for (index, entry) in push.source.entries.enumerated() where entry.kind == .file {
            if let time = push.readTimes[index] {
                cache.insert(entry, push.blocks[index], readAt: time)
            } else {
                cache.insert(entry, from: older)
            }
        }
        let all = cache
        _ = try? await threads.runIfActive { file.save(all) }
    }
}
