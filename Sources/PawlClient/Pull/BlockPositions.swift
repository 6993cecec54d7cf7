internal import BlockFormat
internal import PawlModel

/// The blocks of a file and where each begins.
struct BlockPositions: Sendable {
    let blocks: [BlockReference]
    /// Where each block begins, in bytes; one more at the end for the file's size.
    let offsets: [Int64]

    init(_ blocks: [BlockReference]) {
        self.blocks = blocks
        var offsets: [Int64] = [0]
        offsets.reserveCapacity(blocks.count + 1)
        for block in blocks { offsets.append(offsets[offsets.count - 1] + Int64(block.length)) }
        self.offsets = offsets
    }

    var count: Int { blocks.count }
    var size: Int64 { offsets[blocks.count] }

    /// The bytes of a run of blocks.
    func bytes(of run: Range<Int>) -> Range<Int64> {
        offsets[run.lowerBound]..<offsets[run.upperBound]
    }
}
