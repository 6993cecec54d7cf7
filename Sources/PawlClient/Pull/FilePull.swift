internal import BlockFormat
internal import NIOCore
internal import NIOPosix
internal import PawlModel

/// One pull of one file: from what is on the disk and what the server has to a whole file under its name.
///
/// 1. Nothing is written to the destination; the partial file beside it takes its name at the end.
/// 2. Every block in the partial file was proven by its id, when it was found, copied or fetched.
struct FilePull: Sendable {
    /// Bytes of one range: many blocks for one round trip, little to fetch again after a broken line.
    private static let runSizeMax: Int64 = 8 * 1024 * 1024
    /// Bytes that one copy reads at once.
    private static let copySizeMax: Int64 = 1024 * 1024

    private let client: PawlClient
    private let target: PullTarget
    private let version: Version
    private let positions: BlockPositions
    private let isExecutable: Bool
    private let profile: String
    private let meter: ProgressMeter

    init(
        client: PawlClient, version: Version, entry: Manifest.Entry, profile: String, target: PullTarget,
        meter: ProgressMeter
    ) {
        self.client = client
        self.version = version
        self.target = target
        self.profile = profile
        self.meter = meter
        positions = BlockPositions(entry.blocks)
        isExecutable = entry.isExecutable
    }

    /// Returns whether the destination was this version already.
    func run() async throws -> Bool {
        meter.enter(.comparing)
        let older = try await older()
        if older.root == version.root, target.older?.isExecutable == isExecutable { return true }
        let partial = try await PartialFile(beside: target.path, threads: client.threads)
        let present = try await presentBlocks(in: partial)
        try await partial.truncate(to: positions.size)
        let plan = PullPlan(positions, present: present, older: older.offsets, runSizeMax: Self.runSizeMax)
        meter.enter(.transferring)
        do {
            try await fill(partial, by: plan)
        } catch {
            // Without a single good block there is nothing for a later pull to go on from.
            if meter.current.bytesDone == 0 { await partial.discard() }
            throw error
        }
        meter.enter(.finishing)
        try await partial.publish(mode: target.mode(isExecutable: isExecutable))
        return false
    }

    // MARK: What is there

    /// What the file at the destination has; nothing when there is none.
    private func older() async throws -> (root: Digest?, offsets: BlockOffsets) {
        guard target.older != nil else { return (nil, BlockOffsets()) }
        // Cuts that somebody made by hand are not found by the chunker, but perhaps in their old places.
        let cuts: Cuts = profile == Chunker.profile ? .content : .lengths(positions.blocks.map(\.length))
        var scan = FileScan(try SourceFile(target.path), cuts: cuts, threads: client.threads)
        var root = RootBuilder()
        var offsets = BlockOffsets()
        var size: Int64 = 0
        while let slab = try await scan.next() {
            var offset = slab.offset
            for block in slab.blocks {
                root.append(block)
                offsets.insert(block.id, at: offset)
                offset += Int64(block.length)
            }
            size = offset
            scan.recycle(slab)
        }
        // Cuts by length may leave bytes behind the last block: then the file is longer than the version.
        return (size == scan.readCount ? root.finalize() : nil, offsets)
    }

    /// Which blocks a killed pull has left in their places.
    private func presentBlocks(in partial: PartialFile) async throws -> [Bool] {
        var present = [Bool](repeating: false, count: positions.count)
        guard try partial.state().size > 0 else { return present }
        let lengths = positions.blocks.map(\.length)
        var scan = FileScan(try SourceFile(partial.path), cuts: .lengths(lengths), threads: client.threads)
        var index = 0
        while let slab = try await scan.next() {
            for block in slab.blocks {
                present[index] = block == positions.blocks[index]
                if present[index] { meter.kept(bytes: block.length) }
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
        try await fetch(plan.runs + PullPlan.runs(strays, positions, sizeMax: Self.runSizeMax), into: partial)
        guard !plan.fromPartial.isEmpty else { return }
        let lost = try await copier.copy(plan.fromPartial, from: try SourceFile(partial.path))
        try await fetch(PullPlan.runs(lost, positions, sizeMax: Self.runSizeMax), into: partial)
    }

    /// Fetches runs side by side, as many at once as there may be connections.
    private func fetch(_ runs: [Range<Int>], into partial: PartialFile) async throws {
        let fetch = RangeFetch(
            client: client, version: version.id, positions: positions, partial: partial, meter: meter)
        var waiting = runs.makeIterator()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<client.configuration.connectionsMax {
                guard let run = waiting.next() else { break }
                group.addTask { try await fetch.fetch(run) }
            }
            while try await group.next() != nil {
                if let run = waiting.next() { group.addTask { try await fetch.fetch(run) } }
            }
        }
    }
}
