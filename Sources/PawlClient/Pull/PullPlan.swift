internal import BlockFormat
package import PawlModel

/// What has to be done for a file to be whole: which blocks are there, which are copied, which are fetched.
///
/// Pure: made from what is known of the files on the disk. Blocks that are found by the first bytes of their id are
/// proven when they are copied, and those that prove wrong are fetched after all.
package struct PullPlan: Sendable, Equatable {
    /// A block to copy: which one, and where its bytes are in the file that they come from.
    package struct Copy: Sendable, Equatable {
        package var index: Int
        package var source: Int64

        package init(index: Int, source: Int64) {
            self.index = index
            self.source = source
        }
    }

    /// Copied from the older file at the destination, in the order of the new one.
    package var fromOlder: [Copy] = []
    /// Runs of blocks that only the server has.
    package var runs: [Range<Int>] = []
    /// Copied within the partial file, once it has all else: blocks that occur more than once.
    package var fromPartial: [Copy] = []

    /// - Parameters:
    ///   - present: For each block, whether the partial file has it in its place already.
    ///   - older: Where blocks begin in the older file.
    ///   - runSizeMax: Bytes that one range may have.
    package init(_ positions: BlockPositions, present: [Bool], older: BlockOffsets, runSizeMax: Int64) {
        var known = BlockOffsets()
        for index in 0..<positions.count where present[index] {
            known.insert(positions.blocks[index].id, at: positions.offsets[index])
        }
        var fetched: [Int] = []
        for index in 0..<positions.count where !present[index] {
            let id = positions.blocks[index].id
            if let source = older.offset(of: id) {
                fromOlder.append(Copy(index: index, source: source))
            } else if let source = known.offset(of: id) {
                fromPartial.append(Copy(index: index, source: source))
            } else {
                fetched.append(index)
                known.insert(id, at: positions.offsets[index])
            }
        }
        runs = Self.runs(fetched, positions, sizeMax: runSizeMax)
    }

    /// Neighbouring blocks together, as long as the bytes of a run stay within `sizeMax`. `indices` ascend.
    static func runs(_ indices: [Int], _ positions: BlockPositions, sizeMax: Int64) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for index in indices {
            if let last = runs.last, last.upperBound == index,
                positions.bytes(of: last.lowerBound..<index + 1).count <= sizeMax
            {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }
}

/// Where blocks begin in a file, by the first 8 bytes of their ids: see `BlockSet` for what that is worth.
package struct BlockOffsets: Sendable {
    private var offsets: [UInt64: Int64] = [:]

    package init() {}

    package func offset(of id: Digest) -> Int64? {
        offsets[id.prefix64]
    }

    /// The first place of a block is the one that is kept.
    package mutating func insert(_ id: Digest, at offset: Int64) {
        if offsets[id.prefix64] == nil { offsets[id.prefix64] = offset }
    }
}
