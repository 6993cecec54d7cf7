internal import BlockFormat
internal import NIOPosix
public import PawlModel

extension PawlClient {
    /// What a pull came to, or would come to.
    public struct PullSummary: Sendable {
        public var asset: Stored<Asset>
        public var version: Version
        /// The file or folder that was written.
        public var path: String
        /// True when it was this version already, so that nothing was fetched or written.
        public var wasIdentical = false
        /// Whether a folder was pulled.
        public var isFolder = false
        public var isDryRun = false
        /// Files of it; directories and links are not counted.
        public var filesTotal: Int64 = 1
        public var filesAdded: Int64 = 0
        public var filesChanged: Int64 = 0
        public var filesRemoved: Int64 = 0
        /// All that differed, directories and links too, ascending by the bytes of their paths; of a folder only.
        public var differences: [FolderDifference] = []
        /// Bytes and blocks of all files.
        public var bytesTotal: Int64
        public var blocksTotal: Int64
        /// What of it had to be fetched, by the plan; the rest was on this side already.
        public var bytesDown: Int64 = 0
        /// What of it went over the wire.
        public var bytesSent: Int64 = 0
        public var blocksSent: Int64 = 0
        /// Of all files that were written anew.
        public var bytesWritten: Int64 = 0
        /// The most that lay beside the files at one time, or would.
        public var temporaryBytes: Int64 = 0
        public var duration = Duration.zero
    }

    /// Makes the file or the folder at `destination` that version of an asset, fetching only blocks that are not there
    /// already.
    ///
    /// For a file, `destination` is a file's path, or an existing directory, in which the file gets the asset's last
    /// name; for a folder it is the folder. Until the end each file stays as it is, and then it changes in one step; a
    /// pull that was broken off goes on from what it fetched. `progress` is called often, from any thread.
    public func pull(
        _ name: VersionName, to destination: String, options: PullOptions = PullOptions(),
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws -> PullSummary {
        let start = ContinuousClock.now
        let meter = ProgressMeter(bytesTotal: 0, phase: .comparing, watch: progress)
        let client = forTransfer { meter.enter(.waiting($0)) }
        let (asset, version) = try await client.resolve(name)
        let manifest = try await client.manifest(of: version)
        var summary = PullSummary(
            asset: asset, version: version, path: destination, bytesTotal: version.size,
            blocksTotal: version.blockCount)
        do {
            switch try Part(of: manifest, options.entry, name) {
            case .file(let index):
                try await client.pullFile(index, of: manifest, name, destination, options, meter, &summary)
            case .folder(let content):
                summary.bytesTotal = content.size
                summary.blocksTotal = Int64(content.blockCount)
                meter.expect(bytes: content.size)
                let pull = try FolderPull(
                    client: client, version: version, content: content, path: destination, options: options,
                    meter: meter)
                summary.take(try await pull.run(), content)
            }
        } catch var error as ServerProblem where error.code == .damagedBlock {
            error.problem.detail =
                "A stored block of \(name.asset)@\(version.number) is damaged, and cannot be served until it is pushed again."
            throw error
        }
        summary.isDryRun = options.isDryRun
        summary.bytesSent = meter.current.bytesSent
        summary.blocksSent = meter.current.blocksSent
        summary.duration = ContinuousClock.now - start
        return summary
    }

    private func pullFile(
        _ index: Int, of manifest: Manifest, _ name: VersionName, _ destination: String, _ options: PullOptions,
        _ meter: ProgressMeter, _ summary: inout PullSummary
    ) async throws {
        let entry = manifest.entries[index]
        let fileName =
            entry.path.isEmpty
            ? name.asset.lastSegment
            : entry.path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) }
        let target = try PullTarget(destination, assetName: fileName ?? "")
        meter.expect(bytes: entry.size)
        let pull = FilePull(
            client: self, version: summary.version, entry: entry,
            start: manifest.entries[..<index].reduce(0) { $0 + $1.size }, profile: manifest.profile, target: target,
            meter: meter)
        summary.path = target.path
        summary.bytesTotal = entry.size
        summary.blocksTotal = Int64(entry.blocks.count)
        if options.isDryRun {
            let (isIdentical, bytesDown) = try await pull.plan()
            summary.wasIdentical = isIdentical
            summary.bytesDown = bytesDown
        } else {
            summary.wasIdentical = try await pull.run()
            summary.bytesDown = meter.current.bytesSent
        }
        guard !summary.wasIdentical else { return }
        summary.bytesWritten = entry.size
        summary.temporaryBytes = entry.size
        summary.filesAdded = target.older == nil ? 1 : 0
        summary.filesChanged = target.older == nil ? 0 : 1
    }

    /// What of a version is meant.
    private enum Part {
        /// A file, by its index among the entries.
        case file(Int)
        case folder(FolderContent)

        init(of manifest: Manifest, _ path: String?, _ name: VersionName) throws {
            guard let path else {
                self = manifest.kind == .file ? .file(0) : .folder(FolderContent(manifest))
                return
            }
            guard manifest.kind == .directory else {
                throw ClientError(
                    .unsupported, "'\(name)' is a file, and has no entries.", advice: "Leave --entry out.")
            }
            var bytes = path.utf8[...]
            while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
            let index = manifest.entries.firstIndex { $0.path.utf8.elementsEqual(bytes) }
            switch index.map({ manifest.entries[$0].kind }) {
            case .file?: self = .file(index!)
            case .symlink?:
                throw ClientError(
                    .unsupported,
                    "'\(path.withoutControls)' is a link to '\(manifest.entries[index!].target.withoutControls)'.",
                    advice: "Name what it leads to.")
            case .directory?, nil:
                let content = FolderContent(manifest, beneath: String(Substring(bytes)))
                guard index != nil || !content.entries.isEmpty && !bytes.isEmpty else {
                    throw ClientError(
                        .unknownEntry, "'\(name)' has no '\(path.withoutControls)'.",
                        advice: "Write its path as in the folder, without a `/` at its start.")
                }
                do {
                    try Manifest(directory: content.entries).validate()
                } catch {
                    throw ClientError(
                        .unsupported, "'\(path.withoutControls)' has a link that leads out of it.",
                        advice: "Pull the whole folder, or single files.", cause: error)
                }
                self = .folder(content)
            }
        }
    }
}

extension PawlClient.PullSummary {
    fileprivate mutating func take(_ plan: FolderPlan, _ content: FolderContent) {
        isFolder = true
        wasIdentical = plan.isNothing
        filesTotal = Int64(content.entries.count { $0.kind == .file })
        filesAdded = Int64(plan.addedCount)
        filesChanged = Int64(plan.changedCount)
        filesRemoved = Int64(plan.removedCount)
        differences = plan.differences.sorted { $0.path.precedesInBytes($1.path) }
        bytesDown = plan.bytesDown
        bytesWritten = plan.bytesWritten
        temporaryBytes = plan.temporaryBytes
    }
}
