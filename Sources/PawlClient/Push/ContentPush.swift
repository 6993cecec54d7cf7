internal import BlockFormat
internal import NIOCore
internal import NIOPosix
internal import PawlModel

/// One push of a file or a folder, from its first byte to its version.
///
/// 1. Every file is read once, or not at all when the cache knows it. What is not known to be on the server is asked for
///    and sent from memory, the blocks of small files together.
/// 2. Blocks of the newest version and of the cache are not asked for on the way, but all of them before the commit: that
///    pins them, and what is missing after all is read then.
/// 3. Blocks are proven by their ids whenever they are read a second time, so a version is what was read at first.
/// 4. What changed makes no version: all that was found at the beginning must be there at the end, and nothing else.
struct ContentPush {
    /// Slabs on their way to the server while the next ones are read; with those being read and hashed, at most
    /// seven are in memory.
    private static let deliveriesMax = 3
    /// A longer base's manifest takes more memory than asking `have` about its blocks takes time.
    private static let baseBlockCountMax: Int64 = 400_000

    let client: PawlClient
    let source: PushSource
    let asset: Stored<Asset>
    let options: PawlClient.PushOptions
    private let meter: ProgressMeter
    let session: UploadSession
    let delivery: BlockDelivery
    /// The newest version, which most blocks are expected to come from.
    private let base: Version?
    let baseBlocks: BlockSet

    /// For each entry, whether its blocks come from the cache.
    let isKnown: [Bool]
    /// The blocks of each entry in order.
    private(set) var blocks: [[BlockReference]]
    /// For each entry, when it was opened, in nanoseconds since 1970; nil when it was not read.
    private(set) var readTimes: [Int64?]

    /// - Parameter known: For each entry, its blocks when the cache has them.
    init(
        client: PawlClient, source: PushSource, known: [[BlockReference]?], asset: Stored<Asset>,
        options: PawlClient.PushOptions, meter: ProgressMeter
    ) async throws {
        self.client = client
        self.source = source
        self.asset = asset
        self.options = options
        self.meter = meter
        blocks = known.map { $0 ?? [] }
        isKnown = known.map { $0 != nil }
        readTimes = known.map { _ in nil }
        let creation = UploadCreation(
            assetID: asset.id, channel: options.channel, label: options.label, notes: options.notes,
            length: source.size, hold: options.isHeld ? true : nil)
        session = UploadSession(client: client, creation: creation)
        delivery = BlockDelivery(client: client, session: session, meter: meter)
        (base, baseBlocks) = try await Self.base(of: asset, client: client)
    }

    /// The newest version and its blocks. None of either when the server knows of damaged blocks: then every block is
    /// asked about, so that pushing again heals it.
    private static func base(of asset: Stored<Asset>, client: PawlClient) async throws -> (Version?, BlockSet) {
        guard let base = try await client.newestVersion(of: asset.id), base.blockCount <= baseBlockCountMax else {
            return (nil, BlockSet())
        }
        let (manifest, isIntact) = try await client.manifestAndHealth(of: base)
        guard isIntact else { return (nil, BlockSet()) }
        var ids = BlockSet(minimumCapacity: Int(base.blockCount))
        for entry in manifest.entries {
            for block in entry.blocks { _ = ids.insert(block.id) }
        }
        return (base, ids)
    }

    /// Whether anything was taken from the cache.
    var usesKnown: Bool { isKnown.contains(true) }

    mutating func run() async throws -> CommitAnswer {
        do {
            try await readAndSend()
            try await checkUnchanged()
            let manifest = source.manifest(blocks)
            if let base, manifest.root == base.root, options.label == nil || options.label == base.label {
                await session.abandon()
                return try await keep(base)
            }
            meter.enter(.finishing)
            return try await commit(ByteBuffer(bytes: manifest.encode()))
        } catch {
            let cause = await explained(error)
            // What a later push can go on from is kept; what none can is cleared away.
            if !(cause.mayGoOnLater) { await session.abandon() }
            throw cause
        }
    }

    /// A file that cannot be read any more may be one that somebody moved away meanwhile.
    private func explained(_ error: any Error) async -> any Error {
        guard let trouble = error as? ClientError, trouble.code == .unreadableFile || trouble.code == .notAFile else {
            return error
        }
        do {
            try await checkUnchanged()
            return error
        } catch {
            return error
        }
    }

    // MARK: Reading and sending

    private mutating func readAndSend() async throws {
        let unknown = source.entries.indices.filter { source.entries[$0].kind == .file && !isKnown[$0] }
        meter.kept(bytes: source.size - unknown.reduce(0) { $0 + source.entries[$1].state.size })
        var scan = FileScan(unknown.map(source.scanFile), threads: client.threads)
        var asked = BlockSet()
        let delivery = delivery
        try await withThrowingTaskGroup(of: Slab.self) { group in
            var deliveryCount = 0
            while let slab = try await scan.next() {
                try note(slab.ends)
                let parcel = unknownBlocks(of: slab, asked: &asked)
                meter.kept(bytes: slab.blocks.reduce(0) { $0 + $1.block.length } - parcel.blocks.length)
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
    }

    /// A file that ended early was cut off while it was read.
    private mutating func note(_ ends: [FileEnd]) throws {
        for end in ends {
            guard end.readCount == source.entries[end.file].state.size else {
                throw ClientError.changed(source.path(of: end.file))
            }
            readTimes[end.file] = end.openedAt
        }
    }

    /// Takes a slab's blocks into their lists, and picks those that the server has to be asked about.
    private mutating func unknownBlocks(of slab: Slab, asked: inout BlockSet) -> Parcel {
        var parcel = Parcel(bytes: slab.bytes, blocks: [])
        var position = 0
        for piece in slab.blocks {
            blocks[piece.file].append(piece.block)
            if !baseBlocks.contains(piece.block.id), asked.insert(piece.block.id) {
                parcel.blocks.append(Parcel.Piece(block: piece.block, position: position))
            }
            position += piece.block.length
        }
        return parcel
    }

    func checkUnchanged() async throws {
        let source = source
        try await client.threads.runIfActive { try source.checkUnchanged() }
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
