package import BlockFormat

/// The blocks of a file and where each begins.
package struct BlockPositions: Sendable {
    package let blocks: [BlockReference]
    /// Where each block begins, in bytes; one more at the end for the file's size.
    package let offsets: [Int64]

    package init(_ blocks: [BlockReference]) {
        self.blocks = blocks
        var offsets: [Int64] = [0]
        offsets.reserveCapacity(blocks.count + 1)
        for block in blocks { offsets.append(offsets[offsets.count - 1] + Int64(block.length)) }
        self.offsets = offsets
    }

    package var count: Int { blocks.count }
    package var size: Int64 { offsets[blocks.count] }

    /// The bytes of a run of blocks.
    package func bytes(of run: Range<Int>) -> Range<Int64> {
        offsets[run.lowerBound]..<offsets[run.upperBound]
    }
}
