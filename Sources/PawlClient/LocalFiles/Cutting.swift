internal import BlockFormat
internal import NIOCore
internal import PawlModel

/// How far the cutting of one file is.
struct Cutting: Sendable {
    /// Where the next block begins in the file.
    var offset: Int64 = 0
    /// Blocks of `Cuts.lengths` that are done.
    var count = 0

    /// Cuts what is in a slab from `start` on; returns where the first block begins that is not whole.
    mutating func cut(_ slab: inout CutSlab, of file: ScanFile, from start: Int, isEnd: Bool) -> Int {
        var position = start
        let bytes = slab.bytes
        bytes.withUnsafeReadableBytes { bytes in
            while let length = nextLength(
                in: UnsafeRawBufferPointer(rebasing: bytes[position...]), file.cuts, isEnd: isEnd)
            {
                slab.cuts.append(CutSlab.Cut(file: file.number, offset: offset, length: length))
                position += length
                offset += Int64(length)
                count += 1
            }
        }
        return position
    }

    /// Whether no further block comes, however much more there is.
    func isOver(_ cuts: Cuts) -> Bool {
        if case .lengths(let all) = cuts { count >= all.count } else { false }
    }

    private func nextLength(in bytes: UnsafeRawBufferPointer, _ cuts: Cuts, isEnd: Bool) -> Int? {
        switch cuts {
        case .content:
            // With the longest block in view no block is looked at twice.
            guard isEnd || bytes.count >= Limits.blockSizeMax else { return nil }
            return Chunker.firstBlockLength(in: bytes, isEnd: isEnd)
        case .lengths(let all):
            guard count < all.count, bytes.count >= all[count] else { return nil }
            return all[count]
        }
    }
}
