internal import BlockFormat
internal import NIOCore
internal import NIOPosix
internal import PawlModel

/// One pull of one file: from what is on the disk and what the server has to a whole file under its name.
///
/// 1. Nothing is written to the destination; the partial file beside it takes its name at the end.
/// 2. Every block in the partial file was proven by its id, when it was found, copied or fetched.
struct FilePull: Sendable {
    private let client: PawlClient
    private let target: PullTarget
    private let version: Version
    private let entry: Manifest.Entry
    private let positions: BlockPositions
    /// Where the file begins in the version's content.
    private let start: Int64
    private let profile: String
    private let meter: ProgressMeter

    init(
        client: PawlClient, version: Version, entry: Manifest.Entry, start: Int64 = 0, profile: String,
        target: PullTarget, meter: ProgressMeter
    ) {
        self.client = client
        self.version = version
        self.entry = entry
        self.start = start
        self.target = target
        self.profile = profile
        self.meter = meter
        positions = BlockPositions(entry.blocks)
    }

    /// Returns whether the destination was this version already.
    func run() async throws -> Bool {
        meter.enter(.comparing)
        let older = try await older()
        if older.root == entry.root, target.older?.isExecutable == entry.isExecutable { return true }
        let partial = try await PartialFile(beside: target.path, threads: client.threads)
        let present = try await presentBlocks(in: partial)
        let missing = zip(present, positions.blocks).reduce(Int64(0)) { $0 + ($1.0 ? 0 : Int64($1.1.length)) }
        let plan = PullPlan(positions, present: present, older: older.offsets, runSizeMax: RangeFetch.runSizeMax)
        meter.enter(.transferring)
        do {
            try await client.threads.runIfActive { [target] in
                try FreeSpace.require(missing, at: partial.path, for: target.path)
            }
            try await partial.truncate(to: positions.size)
            try await fill(partial, by: plan)
        } catch {
            // Without a single good block there is nothing for a later pull to go on from.
            if meter.current.bytesDone == 0 { await partial.discard() }
            throw error
        }
        meter.enter(.finishing)
        try await partial.publish(mode: target.mode(isExecutable: entry.isExecutable))
        return false
    }

    /// What `run()` would do: whether nothing, and else how many bytes it would fetch.
    func plan() async throws -> (isIdentical: Bool, bytesDown: Int64) {
        meter.enter(.comparing)
        let older = try await older()
        if older.root == entry.root, target.older?.isExecutable == entry.isExecutable { return (true, 0) }
        let plan = PullPlan(
            positions, present: [Bool](repeating: false, count: positions.count), older: older.offsets,
            runSizeMax: RangeFetch.runSizeMax)
        return (false, plan.runs.reduce(0) { $0 + Int64(positions.bytes(of: $1).count) })
    }

    // MARK: What is there

    /// What the file at the destination has; nothing when there is none.
    private func older() async throws -> (root: Digest?, offsets: BlockOffsets) {
        guard target.older != nil else { return (nil, BlockOffsets()) }
        // Cuts that somebody made by hand are not found by the chunker, but perhaps in their old places.
        let cuts: Cuts = profile == Chunker.profile ? .content : .lengths(positions.blocks.map(\.length))
        var scan = FileScan([ScanFile(number: 0, path: target.path, cuts: cuts)], threads: client.threads)
        var root = RootBuilder()
        var offsets = BlockOffsets()
        var (size, readCount) = (Int64(0), Int64(0))
        while let slab = try await scan.next() {
            for piece in slab.blocks {
                root.append(piece.block)
                offsets.insert(piece.block.id, at: piece.offset)
                size = piece.offset + Int64(piece.block.length)
            }
            readCount = slab.ends.first?.readCount ?? readCount
            scan.recycle(slab)
        }
        // Cuts by length may leave bytes behind the last block: then the file is longer than the version.
        return (size == readCount ? root.finalize() : nil, offsets)
    }

    /// Which blocks a killed pull has left in their places.
    private func presentBlocks(in partial: PartialFile) async throws -> [Bool] {
        var present = [Bool](repeating: false, count: positions.count)
        guard try partial.state().size > 0 else { return present }
        let cuts = Cuts.lengths(positions.blocks.map(\.length))
        var scan = FileScan([ScanFile(number: 0, path: partial.path, cuts: cuts)], threads: client.threads)
        var index = 0
        while let slab = try await scan.next() {
            for piece in slab.blocks {
                present[index] = piece.block == positions.blocks[index]
                if present[index] { meter.kept(bytes: piece.block.length) }
                index += 1
            }
            scan.recycle(slab)
        }
        return present
    }

    // MARK: Filling

    private func fill(_ partial: PartialFile, by plan: PullPlan) async throws {
        let copier = BlockCopier(partial: partial, positions: positions, threads: client.threads, meter: meter)
        var strays: [Int] = []
        if !plan.fromOlder.isEmpty {
            strays = try await copier.copy(plan.fromOlder, from: try SourceFile(target.path))
        }
        try await fetch(plan.runs + PullPlan.runs(strays, positions, sizeMax: RangeFetch.runSizeMax), into: partial)
        guard !plan.fromPartial.isEmpty else { return }
        let lost = try await copier.copy(plan.fromPartial, from: try SourceFile(partial.path))
        try await fetch(PullPlan.runs(lost, positions, sizeMax: RangeFetch.runSizeMax), into: partial)
    }

    private func fetch(_ runs: [Range<Int>], into partial: PartialFile) async throws {
        let positions = positions
        let fetch = RangeFetch(
            client: client, version: version, positions: positions, start: start, meter: meter
        ) { bytes, blocks in
            try await partial.write(bytes, at: positions.offsets[blocks.lowerBound])
        }
        try await fetch.fetch(all: runs)
    }
}
