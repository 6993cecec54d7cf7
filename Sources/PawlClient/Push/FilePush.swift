internal import BlockFormat
internal import NIOCore
internal import PawlModel

/// One push of one file, from its first byte to its version.
///
/// 1. The file is read once. What is not known to be on the server is asked for and sent from memory.
/// 2. Blocks of the newest version are not asked for on the way, but all of them before the commit: that pins them.
/// 3. Blocks are proven by their ids whenever they are read a second time, so a version is what was read at first.
/// 4. A file that changed makes no version: its state must be at the end what it was at the beginning.
struct FilePush {
    /// Slabs on their way to the server while the next ones are read; with those being read and hashed, at most
    /// seven are in memory.
    private static let deliveriesMax = 3
    /// Commits that may find blocks missing before it is given up.
    private static let commitsMax = 5
    /// A longer base's manifest takes more memory than asking `have` about its blocks takes time.
    private static let baseBlockCountMax: Int64 = 400_000

    private let client: PawlClient
    private let file: SourceFile
    /// As it was before anything was read.
    private let state: FileState
    private let asset: Stored<Asset>
    private let options: PawlClient.PushOptions
    private let meter: ProgressMeter
    private let session: UploadSession
    private let delivery: BlockDelivery
    /// The newest version, which most blocks are expected to come from.
    private let base: Version?
    private let baseBlocks: BlockSet

    /// The file's blocks in order.
    private(set) var blocks: [BlockReference] = []
    private var root = RootBuilder()

    init(
        client: PawlClient, file: SourceFile, state: FileState, asset: Stored<Asset>, options: PawlClient.PushOptions,
        meter: ProgressMeter
    ) async throws {
        self.client = client
        self.file = file
        self.state = state
        self.asset = asset
        self.options = options
        self.meter = meter
        let creation = UploadCreation(
            assetID: asset.id, channel: options.channel, label: options.label, notes: options.notes, length: state.size)
        session = UploadSession(client: client, creation: creation)
        delivery = BlockDelivery(client: client, session: session, meter: meter)
        (base, baseBlocks) = try await Self.base(of: asset, client: client)
    }

    /// The newest version and its blocks. None of either when the server knows of damaged blocks: then every block is
    /// asked about, so that pushing a file again heals it.
    private static func base(of asset: Stored<Asset>, client: PawlClient) async throws -> (Version?, BlockSet) {
        guard let base = try await client.newestVersion(of: asset.id), base.blockCount <= baseBlockCountMax else {
            return (nil, BlockSet())
        }
        let (manifest, isIntact) = try await client.manifestAndHealth(of: base)
        guard isIntact else { return (nil, BlockSet()) }
        var ids = BlockSet(minimumCapacity: Int(base.blockCount))
        for block in manifest.entries.flatMap(\.blocks) { _ = ids.insert(block.id) }
        return (base, ids)
    }

    mutating func run() async throws -> CommitAnswer {
        do {
            try await readAndSend()
            try checkUnchanged()
            if let base, root.finalize() == base.root, options.label == nil || options.label == base.label {
                await session.abandon()
                return try await keep(base)
            }
            meter.enter(.finishing)
            return try await commit()
        } catch {
            // What a later push can go on from is kept; what none can is cleared away.
            if !(error.mayGoOnLater) { await session.abandon() }
            throw error
        }
    }

    // MARK: Reading and sending

    private mutating func readAndSend() async throws {
        var scan = FileScan(file, threads: client.threads)
        var asked = BlockSet()
        let delivery = delivery
        try await withThrowingTaskGroup(of: Slab.self) { group in
            var deliveryCount = 0
            while let slab = try await scan.next() {
                // A file that only ever grows would be read for ever.
                guard scan.readCount <= state.size else { throw ClientError.changed(file.path) }
                let parcel = unknownBlocks(of: slab, asked: &asked)
                meter.kept(bytes: slab.blocks.reduce(0) { $0 + $1.length } - parcel.blocks.length)
                if parcel.blocks.isEmpty {
                    scan.recycle(slab)
                    continue
                }
                if deliveryCount == Self.deliveriesMax, let delivered = try await group.next() {
                    scan.recycle(delivered)
                    deliveryCount -= 1
                }
                group.addTask {
                    try await delivery.deliver(parcel)
                    return slab
                }
                deliveryCount += 1
            }
            try await group.waitForAll()
        }
        guard scan.readCount == state.size else { throw ClientError.changed(file.path) }
    }

    /// Takes a slab's blocks into the list, and picks those that the server has to be asked about.
    private mutating func unknownBlocks(of slab: Slab, asked: inout BlockSet) -> Parcel {
        var parcel = Parcel(bytes: slab.bytes, blocks: [])
        var position = 0
        for block in slab.blocks {
            blocks.append(block)
            root.append(block)
            if !baseBlocks.contains(block.id), asked.insert(block.id) {
                parcel.blocks.append(Parcel.Piece(block: block, position: position))
            }
            position += block.length
        }
        return parcel
    }

    private func checkUnchanged() throws {
        guard try file.state() == state, try FileState(path: file.path) == state else {
            throw ClientError.changed(file.path)
        }
    }

    // MARK: Making the version

    /// The bytes are the newest version's already: there is at most a channel to move.
    private func keep(_ version: Version) async throws -> CommitAnswer {
        if let channel = options.channel {
            try await client.move(channel: channel, of: asset.id, to: version.id)
        }
        return CommitAnswer(version: version, isNew: false)
    }

    private func commit() async throws -> CommitAnswer {
        let manifest = Manifest(file: blocks, isExecutable: state.isExecutable)
        try await confirmBlocks(all: session.renewalCount > 0)
        let bytes = ByteBuffer(bytes: manifest.encode())
        for _ in 0..<Self.commitsMax {
            try checkUnchanged()
            let upload = try await session.id()
            do {
                let answer = try await client.commit(bytes, to: upload)
                // A version that was there already was committed by somebody else: its channel may be elsewhere.
                return answer.isNew ? answer : try await keep(answer.version)
            } catch let problem as ServerProblem where problem.code == .uploadDone {
                // Our own commit, whose answer was lost.
                guard let version = try await client.upload(upload).versionID else { throw problem }
                return CommitAnswer(version: try await client.version(version), isNew: true)
            } catch let problem as ServerProblem where problem.saysUploadIsGone {
                try await session.renew(after: upload, because: problem)
            } catch let problem as ServerProblem where problem.code == .blocksMissing {
                // Asking `have` about everything finds more than the problem lists, and pins it.
            }
            try await confirmBlocks(all: true)
        }
        throw ClientError(
            .transferFailed, "The server kept missing blocks that were sent to it.",
            advice: "Ask whoever runs it to run `pawl doctor`.")
    }

    /// Has the server pin the blocks that were not asked about yet, or all of them, and sends what it misses.
    private func confirmBlocks(all: Bool) async throws {
        let repeated = RepeatedRead(file: file, delivery: delivery)
        var batch: [RepeatedRead.Piece] = []
        var offset: Int64 = 0
        for block in blocks {
            if all || baseBlocks.contains(block.id) { batch.append(.init(block: block, offset: offset)) }
            offset += Int64(block.length)
            if batch.count == Limits.haveCountMax {
                try await repeated.confirm(batch)
                batch.removeAll(keepingCapacity: true)
            }
        }
        try await repeated.confirm(batch)
    }
}

extension Error {
    /// Whether a later push can use what this one left on the server.
    fileprivate var mayGoOnLater: Bool {
        switch self {
        case let error as ClientError: error.isTemporary && error.code != .fileChanged
        case let problem as ServerProblem: problem.isTemporary
        default: self is CancellationError
        }
    }
}
