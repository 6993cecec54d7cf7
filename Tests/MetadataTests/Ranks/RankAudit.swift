import Metadata

/// Counts a board's tree again from its rows, and tells what breaks an invariant of `RankTree`.
struct RankAudit: Sendable {
    private struct Node: Sendable {
        var level: Int64
        var low: [UInt8]
        var count: Int64
    }

    private let nodes: [Node]
    private(set) var findings: [String] = []

    /// Levels of the tree, 0 when the board is empty.
    var height: Int64 { nodes.first?.level ?? 0 }
    var nodeCount: Int { nodes.count }

    init(_ sql: any SQLConnection, board: Int64, sizes: RankNodeSizes) throws {
        nodes = try sql.rows(
            "SELECT level, low, entry_count FROM rank_nodes WHERE board_number = ? ORDER BY level DESC, low",
            [.integer(board)]
        ).map {
            Node(level: try $0.integer("level"), low: try $0.blob("low"), count: try $0.integer("entry_count"))
        }
        func entryCount(from low: [UInt8], to end: [UInt8]?) throws -> Int64 {
            try sql.row(
                "SELECT COUNT(*) AS entries FROM scores WHERE board_number = ? AND rank_key >= ? AND rank_key < ?",
                [.integer(board), .blob(low), .blob(end ?? Array(repeating: 255, count: 100))]
            )!.integer("entries")
        }
        let entries = try entryCount(from: [0], to: nil)
        expect((entries == 0) == nodes.isEmpty, "\(entries) entries, \(nodes.count) nodes")
        for level in stride(from: height, to: 0, by: -1) { try check(level, sizes, entryCount) }
    }

    private mutating func check(
        _ level: Int64, _ sizes: RankNodeSizes, _ entryCount: ([UInt8], [UInt8]?) throws -> Int64
    ) throws {
        let nodes = nodes.filter { $0.level == level }
        let children = self.nodes.filter { $0.level == level - 1 }
        expect(nodes.first?.low == [0], "level \(level) does not begin at the lowest bound")
        if level == height { expect(nodes.count == 1, "\(nodes.count) roots") }
        for (index, node) in nodes.enumerated() {
            let end = index + 1 < nodes.count ? nodes[index + 1].low : nil
            let entries = try entryCount(node.low, end)
            expect(node.count == entries, "a node of level \(level) counts \(node.count) of \(entries) entries")
            var size = entries
            if level > 1 {
                let own = children.filter {
                    !$0.low.lexicographicallyPrecedes(node.low) && end.map($0.low.lexicographicallyPrecedes) ?? true
                }
                expect(own.first?.low == node.low, "a node of level \(level) has no child at its bound")
                size = Int64(own.count)
            }
            let least = level < height ? sizes.small(at: level) + 1 : level > 1 ? 2 : 1
            expect((least...sizes.large(at: level)).contains(size), "a node of level \(level) with \(size) beneath")
        }
    }

    private mutating func expect(_ condition: Bool, _ finding: String) {
        if !condition { findings.append(finding) }
    }
}
