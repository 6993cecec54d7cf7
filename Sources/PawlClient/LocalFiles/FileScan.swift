internal import BlockFormat
internal import NIOCore
internal import NIOPosix

/// A run of whole blocks of some files in memory, with their ids.
struct Slab: Sendable {
    /// The blocks one after the other, perhaps with a part of the next one behind them.
    var bytes: ByteBuffer
    var blocks: [SlabBlock]
    /// Files whose last block is among them, and files that have none.
    var ends: [FileEnd]
}

/// A block, and where it is.
struct SlabBlock: Sendable {
    /// The file's number.
    var file: Int
    var offset: Int64
    var block: BlockReference
}

/// Reads files once, in order, and gives their blocks with their ids.
///
/// While one thread reads and cuts the next slab, the others hash this one, so a scan takes as long as the slower of the
/// two. Whoever is done with a slab gives it to `recycle(_:)`.
struct FileScan {
    /// Threads that hash beside the one that reads: with it as many as there are cores.
    private static let hashersMax = max(1, min(System.coreCount - 1, 8))

    private let threads: NIOThreadPool
    private let slabs: SlabPool
    private var reader: SlabReader
    private var cut: CutSlab?
    private var hasBegun = false

    init(_ files: [ScanFile], slabs: SlabPool = SlabPool(), threads: NIOThreadPool) {
        self.threads = threads
        self.slabs = slabs
        reader = SlabReader(files, slabs: slabs)
    }

    mutating func next() async throws -> Slab? {
        if !hasBegun {
            hasBegun = true
            (cut, reader) = try await Self.read(with: reader, on: threads)
        }
        guard let current = cut else { return nil }
        let (threads, reader) = (threads, reader)
        async let following = Self.read(with: reader, on: threads)
        let blocks = try await Self.hash(current, on: threads)
        (cut, self.reader) = try await following
        return Slab(bytes: current.bytes, blocks: blocks, ends: current.ends)
    }

    func recycle(_ slab: consuming Slab) {
        slabs.give(slab.bytes)
    }

    private static func hash(_ slab: CutSlab, on threads: NIOThreadPool) async throws -> [SlabBlock] {
        let parts = slab.parts(hashersMax)
        guard parts.count > 1 else { return try await threads.runIfActive { slab.hashed(slab.cuts[...], from: 0) } }
        return try await withThrowingTaskGroup(of: (Int, [SlabBlock]).self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask {
                    (index, try await threads.runIfActive { slab.hashed(part.cuts, from: part.position) })
                }
            }
            var blocks = [[SlabBlock]](repeating: [], count: parts.count)
            for try await (index, some) in group { blocks[index] = some }
            return Array(blocks.joined())
        }
    }

    private static func read(
        with reader: SlabReader, on threads: NIOThreadPool
    ) async throws -> (CutSlab?, SlabReader) {
        try await threads.runIfActive {
            var reader = reader
            return (try reader.next(), reader)
        }
    }
}
