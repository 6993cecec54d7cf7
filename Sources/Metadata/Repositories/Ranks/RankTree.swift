package import PawlModel

/// Exact ranks on one board in O(log n): a counted B-tree in SQL.
///
/// The entries are rows of `scores`, in the order of their keys by its index; the tree only knows how many of them lie
/// between two bounds. So a rank is the sum of a few counts, and one count within a leaf.
///
/// Invariants:
/// 1. A node covers the keys from its `low` up to the next `low` of its level. The first one of a level begins at
///    `RankNode.lowest`.
/// 2. Level 1 are the leaves; the highest level has one node, the root. The lower bounds of a level are bounds of the
///    level beneath too, so that every node has a whole number of children. An empty board has no nodes.
/// 3. `entry_count` is the number of entries that a node covers, from the same transaction as the entries.
/// 4. No node is larger, and none but the root smaller, than `sizes` tells.
package struct RankTree {
    let sql: any SQLConnection
    /// The number of the board in `score_boards`.
    let board: Int64
    let sizes: RankNodeSizes

    package init(_ sql: any SQLConnection, board: Int64, sizes: RankNodeSizes = RankNodeSizes()) {
        self.sql = sql
        self.board = board
        self.sizes = sizes
    }

    /// The place of a key, from 1 on; of one that is no entry's, the place that it would take.
    package func rank(of key: RankKey) throws -> Int64 {
        // What comes before is, level by level, in the elder siblings of the nodes that lead to the key, and in
        // front of it in its leaf.
        try sql.row(
            """
            WITH RECURSIVE path (level, low, parent_low) AS (
                SELECT root.level, root.low, root.low FROM (
                    SELECT level, low FROM rank_nodes WHERE board_number = ? ORDER BY level DESC LIMIT 1
                ) AS root
                UNION ALL
                SELECT path.level - 1, (
                    SELECT child.low FROM rank_nodes AS child
                    WHERE child.board_number = ? AND child.level = path.level - 1 AND child.low <= ?
                    ORDER BY child.low DESC LIMIT 1
                ), path.low
                FROM path WHERE path.level > 1
            )
            SELECT CAST(COALESCE((
                SELECT SUM(elder.entry_count) FROM path JOIN rank_nodes AS elder
                ON elder.board_number = ? AND elder.level = path.level
                AND elder.low >= path.parent_low AND elder.low < path.low
            ), 0) AS BIGINT) + (
                SELECT COUNT(*) FROM path JOIN scores
                ON scores.board_number = ? AND scores.rank_key >= path.low AND scores.rank_key < ?
                WHERE path.level = 1
            ) AS entry_count
            """,
            [
                .integer(board), .integer(board), .blob(key.bytes), .integer(board), .integer(board),
                .blob(key.bytes),
            ])!.integer("entry_count") + 1
    }

    /// The key of the entry at a place from 1 on, or nil behind the last one.
    package func key(at rank: Int64) throws -> RankKey? {
        guard var node = try root(), (1...node.count).contains(rank) else { return nil }
        var rest = rank
        while node.level > 1 {
            let (child, preceding) = try self.child(of: node, at: rest)
            rest -= preceding
            node = child
        }
        return try sql.row(
            """
            SELECT rank_key FROM scores WHERE board_number = ? AND rank_key >= ?
            ORDER BY rank_key LIMIT 1 OFFSET ?
            """, [.integer(board), .blob(node.low), .integer(rest - 1)]
        ).map { try $0.rankKey() }
    }

    /// The child with the entry at a place among those of `node`, and how many of them come before the child.
    private func child(of node: RankNode, at rank: Int64) throws -> (child: RankNode, preceding: Int64) {
        let row = try sql.row(
            """
            SELECT level, low, entry_count, CAST(running AS BIGINT) AS running FROM (
                SELECT level, low, entry_count, SUM(entry_count) OVER (
                    ORDER BY low ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                ) AS running
                FROM rank_nodes WHERE board_number = ? AND level = ? AND low >= ? AND low < ?
            ) AS child
            WHERE running >= ? ORDER BY low LIMIT 1
            """,
            [
                .integer(board), .integer(node.level - 1), .blob(node.low), .blob(try end(of: node)), .integer(rank),
            ])
        guard let row else { throw SQLError.corrupt("a rank tree counts more entries than its leaves do") }
        let child = try RankNode(row: row)
        return (child, try row.integer("running") - child.count)
    }

    private func root() throws -> RankNode? {
        try sql.row(
            """
            SELECT level, low, entry_count FROM rank_nodes WHERE board_number = ? ORDER BY level DESC LIMIT 1
            """, [.integer(board)]
        ).map(RankNode.init(row:))
    }

    /// Where the next node of the level begins.
    func end(of node: RankNode) throws -> [UInt8] {
        try sql.row(
            "SELECT low FROM rank_nodes WHERE board_number = ? AND level = ? AND low > ? ORDER BY low LIMIT 1",
            [.integer(board), .integer(node.level), .blob(node.low)]
        )?.blob("low") ?? RankNode.end
    }
}

extension SQLRow {
    func rankKey() throws -> RankKey {
        guard let key = RankKey(bytes: try blob("rank_key")) else { throw SQLError.corrupt("rank_key is no key") }
        return key
    }
}
