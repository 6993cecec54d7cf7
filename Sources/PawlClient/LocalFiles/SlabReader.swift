internal import BlockFormat
internal import NIOCore
internal import PawlModel

/// Where the blocks of a file end.
enum Cuts: Sendable {
    /// Where the content says so: `Chunker`.
    case content
    /// Where a manifest says so: the lengths of its blocks in order, in bytes.
    case lengths([Int])
}

/// A run of whole blocks of a file in memory, not hashed yet.
struct CutSlab: Sendable {
    /// The blocks one after the other, perhaps with a part of the next one behind them.
    var bytes: ByteBuffer
    /// Where the first block is in the file.
    var offset: Int64
    /// How long each block is.
    var lengths: [Int]

    /// The id of each block. Blocks the thread: about 0.7 ms a MiB.
    func hashed() -> [BlockReference] {
        bytes.withUnsafeReadableBytes { bytes in
            var position = 0
            return lengths.map { length in
                defer { position += length }
                let block = UnsafeRawBufferPointer(rebasing: bytes[position..<position + length])
                return BlockReference(id: Digest(sha256Of: block), length: length)
            }
        }
    }
}

/// Reads a file from its start and cuts it into blocks, a slab at a time.
struct SlabReader: Sendable {
    private let file: SourceFile
    private let cuts: Cuts
    private let slabs: SlabPool
    /// Where the next slab begins in the file: always where a block begins.
    private var offset: Int64 = 0
    /// What was read beyond the last whole block; it begins the next slab.
    private var rest = ByteBuffer()
    /// Blocks of `Cuts.lengths` that are done.
    private var cutCount = 0
    /// Bytes read from the file so far.
    private(set) var readCount: Int64 = 0

    init(_ file: SourceFile, cuts: Cuts, slabs: SlabPool) {
        self.file = file
        self.cuts = cuts
        self.slabs = slabs
    }

    /// The next run of whole blocks, or nil at the end. Blocks the thread.
    mutating func next() throws -> CutSlab? {
        var bytes = slabs.take()
        bytes.writeImmutableBuffer(rest)
        let room = SlabPool.slabSize - bytes.readableBytes
        let count = try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
            try file.read(into: UnsafeMutableRawBufferPointer(rebasing: target[..<room]), at: readCount)
        }
        readCount += Int64(count)
        let lengths = bytes.withUnsafeReadableBytes { cut($0, isEnd: count < room) }
        guard !lengths.isEmpty else {
            slabs.give(bytes)
            return nil
        }
        let cutLength = lengths.reduce(0, +)
        let slab = CutSlab(bytes: bytes, offset: offset, lengths: lengths)
        rest = bytes.withUnsafeReadableBytes { ByteBuffer(bytes: $0[cutLength...]) }
        offset += Int64(cutLength)
        return slab
    }

    private mutating func cut(_ bytes: UnsafeRawBufferPointer, isEnd: Bool) -> [Int] {
        var lengths: [Int] = []
        var position = 0
        switch cuts {
        case .content:
            // With the longest block in view no block is looked at twice.
            while isEnd || bytes.count - position >= Limits.blockSizeMax {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
                guard let length = Chunker.firstBlockLength(in: rest, isEnd: isEnd) else { break }
                lengths.append(length)
                position += length
            }
        case .lengths(let all):
            while cutCount < all.count, bytes.count - position >= all[cutCount] {
                lengths.append(all[cutCount])
                position += all[cutCount]
                cutCount += 1
            }
        }
        return lengths
    }
}
