internal import BlockFormat
internal import NIOCore
internal import NIOPosix

/// A run of whole blocks of a file in memory, with their ids.
struct Slab: Sendable {
    /// The blocks one after the other, perhaps with a part of the next one behind them.
    var bytes: ByteBuffer
    /// Where the first block is in the file.
    var offset: Int64
    var blocks: [BlockReference]
}

/// Reads a file once, in order, and gives its blocks with their ids.
///
/// While one thread hashes a slab, another reads and cuts the next one, so a scan takes as long as the slower of the
/// two. Whoever is done with a slab gives it to `recycle(_:)`.
struct FileScan {
    private let threads: NIOThreadPool
    private let slabs: SlabPool
    private var reader: SlabReader
    private var cut: CutSlab?
    private var hasBegun = false

    init(_ file: SourceFile, cuts: Cuts = .content, slabs: SlabPool = SlabPool(), threads: NIOThreadPool) {
        self.threads = threads
        self.slabs = slabs
        reader = SlabReader(file, cuts: cuts, slabs: slabs)
    }

    /// Bytes read from the file so far, those of slabs that were not given out yet among them.
    var readCount: Int64 { reader.readCount }

    mutating func next() async throws -> Slab? {
        if !hasBegun {
            hasBegun = true
            (cut, reader) = try await Self.read(with: reader, on: threads)
        }
        guard let current = cut else { return nil }
        let (threads, reader) = (threads, reader)
        async let following = Self.read(with: reader, on: threads)
        let blocks = try await threads.runIfActive { current.hashed() }
        (cut, self.reader) = try await following
        return Slab(bytes: current.bytes, offset: current.offset, blocks: blocks)
    }

    func recycle(_ slab: consuming Slab) {
        slabs.give(slab.bytes)
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
