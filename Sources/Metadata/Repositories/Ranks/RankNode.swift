package import PawlModel

/// A node of a board's tree: so many entries, from its lower bound up to the next one of its level.
struct RankNode: Hashable, Sendable {
    /// 1 for a leaf, and one more for each step towards the root.
    var level: Int64
    /// The lower bound: `lowest`, or a key that was an entry's when the node was split off.
    var low: [UInt8]
    /// Entries beneath.
    var count: Int64

    /// Comes before every key: any key is longer, and no first byte is less. (An empty blob would do for the order,
    /// but not every driver tells it from null.)
    static let lowest: [UInt8] = [0]
    /// Comes after every key: any key is shorter, and no byte is more.
    static let end = [UInt8](repeating: 0xff, count: 8 * (Limits.scoreColumnsMax + 3) + 1)

    init(level: Int64, low: [UInt8] = RankNode.lowest, count: Int64) {
        self.level = level
        self.low = low
        self.count = count
    }

    init(row: SQLRow) throws {
        self.init(
            level: try row.integer("level"), low: try row.blob("low"), count: try row.integer("entry_count"))
    }
}

/// How large a node of a rank tree may be. Above that it is split at its median, below a quarter it is merged.
package struct RankNodeSizes: Hashable, Sendable {
    /// Entries of a leaf, at most; 3 or more.
    package var leaf: Int64
    /// Children of an inner node, at most; 3 or more.
    package var fanOut: Int64

    package init(leaf: Int = Limits.rankLeafMax, fanOut: Int = Limits.rankFanOutMax) {
        self.leaf = Int64(leaf)
        self.fanOut = Int64(fanOut)
    }

    /// The largest size that stays whole.
    package func large(at level: Int64) -> Int64 { level == 1 ? leaf : fanOut }

    /// The largest size that does not stay alone, but in a root.
    package func small(at level: Int64) -> Int64 { max(1, large(at: level) / 4) }
}
