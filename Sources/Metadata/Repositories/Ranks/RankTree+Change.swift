package import PawlModel

/// Each change follows that of the entry's row in `scores`, in the same transaction: splits look at the rows.
extension RankTree {
    /// Counts an entry that is new.
    package func insert(_ key: RankKey) throws {
        let path = try path(to: key)
        guard !path.isEmpty else { return try insert(RankNode(level: 1, count: 1)) }
        try splitUpwards(try add(1, to: path))
    }

    /// Counts an entry no more.
    package func remove(_ key: RankKey) throws {
        let path = try add(-1, to: try path(to: key))
        guard let root = path.first else { throw SQLError.corrupt("a rank tree does not count an entry") }
        if root.count == 0 {
            try delete(root)
        } else {
            try mergeUpwards(path)
        }
    }

    /// Counts an entry elsewhere whose key has changed.
    package func move(_ key: RankKey, to newKey: RankKey) throws {
        // Most changes stay within a leaf, and count nothing.
        guard try path(to: key).last != path(to: newKey).last else { return }
        // In this order, each leaf that is split by its rows counts just these rows: the row has the new key already.
        try insert(newKey)
        try remove(key)
    }

    /// The nodes that cover a key, from the root down to its leaf.
    private func path(to key: RankKey) throws -> [RankNode] {
        try sql.rows(
            """
            WITH RECURSIVE path (level, low) AS (
                SELECT root.level, root.low FROM (
                    SELECT level, low FROM rank_nodes WHERE board_number = ? ORDER BY level DESC LIMIT 1
                ) AS root
                UNION ALL
                SELECT path.level - 1, (
                    SELECT child.low FROM rank_nodes AS child
                    WHERE child.board_number = ? AND child.level = path.level - 1 AND child.low <= ?
                    ORDER BY child.low DESC LIMIT 1
                )
                FROM path WHERE path.level > 1
            )
            SELECT node.level, node.low, node.entry_count FROM path JOIN rank_nodes AS node
            ON node.board_number = ? AND node.level = path.level AND node.low = path.low
            ORDER BY node.level DESC
            """, [.integer(board), .integer(board), .blob(key.bytes), .integer(board)]
        ).map(RankNode.init(row:))
    }

    /// Returns the nodes as they are afterwards.
    private func add(_ difference: Int64, to path: [RankNode]) throws -> [RankNode] {
        try path.map { node in
            var node = node
            node.count += difference
            try update(node)
            return node
        }
    }
}

// MARK: Splits

extension RankTree {
    /// Splits the leaf of a path when it is too large, and every node above it that gets too many children by it.
    private func splitUpwards(_ path: [RankNode]) throws {
        for node in path.reversed() {
            guard try splitIfLarge(node) else { return }
        }
        // The root itself was split: its halves get a new one.
        try insert(RankNode(level: path[0].level + 1, count: path[0].count))
    }

    private func splitIfLarge(_ node: RankNode) throws -> Bool {
        let size = try size(of: node)
        guard size > sizes.large(at: node.level) else { return false }
        var lower = node
        var upper = RankNode(level: node.level, low: try bound(at: size / 2, of: node), count: 0)
        upper.count = node.level == 1 ? size - size / 2 : try countBeneath(upper, upTo: try end(of: node))
        lower.count -= upper.count
        try update(lower)
        try insert(upper)
        return true
    }

    /// The key or the child's bound at an index of a node.
    private func bound(at index: Int64, of node: RankNode) throws -> [UInt8] {
        let row =
            node.level == 1
            ? try sql.row(
                """
                SELECT rank_key AS low FROM scores WHERE board_number = ? AND rank_key >= ?
                ORDER BY rank_key LIMIT 1 OFFSET ?
                """, [.integer(board), .blob(node.low), .integer(index)])
            : try sql.row(
                """
                SELECT low FROM rank_nodes WHERE board_number = ? AND level = ? AND low >= ?
                ORDER BY low LIMIT 1 OFFSET ?
                """, [.integer(board), .integer(node.level - 1), .blob(node.low), .integer(index)])
        guard let row else { throw SQLError.corrupt("a node of a rank tree counts more than it has") }
        return try row.blob("low")
    }
}

// MARK: Merges

extension RankTree {
    /// Merges the leaf of a path with a neighbour when it is too small, and every node above it that loses a child.
    private func mergeUpwards(_ path: [RankNode]) throws {
        for (node, parent) in zip(path.dropFirst(), path).reversed() {
            guard try mergeIfSmall(node, under: parent) else { return }
        }
        // A root with one child gives way to it.
        if path[0].level > 1, try size(of: path[0]) == 1 { try delete(path[0]) }
    }

    /// Two that are too large for one node share their sizes instead. Returns whether the parent has lost a child.
    ///
    /// The neighbour is one of the same parent, so that the bounds above stay.
    private func mergeIfSmall(_ node: RankNode, under parent: RankNode) throws -> Bool {
        guard try size(of: node) <= sizes.small(at: node.level), let sibling = try sibling(of: node, under: parent)
        else { return false }
        let isFirst = node.low.lexicographicallyPrecedes(sibling.low)
        var merged = isFirst ? node : sibling
        merged.count = node.count + sibling.count
        try update(merged)
        try delete(isFirst ? sibling : node)
        return try !splitIfLarge(merged)
    }

    /// The next child of the parent, or the one before the last.
    private func sibling(of node: RankNode, under parent: RankNode) throws -> RankNode? {
        let next = try sql.row(
            """
            SELECT level, low, entry_count FROM rank_nodes
            WHERE board_number = ? AND level = ? AND low > ? AND low < ? ORDER BY low LIMIT 1
            """, [.integer(board), .integer(node.level), .blob(node.low), .blob(try end(of: parent))])
        let row =
            try next
            ?? sql.row(
                """
                SELECT level, low, entry_count FROM rank_nodes
                WHERE board_number = ? AND level = ? AND low < ? AND low >= ? ORDER BY low DESC LIMIT 1
                """, [.integer(board), .integer(node.level), .blob(node.low), .blob(parent.low)])
        return try row.map(RankNode.init(row:))
    }
}

// MARK: Nodes

extension RankTree {
    /// Entries of a leaf, children of an inner node.
    private func size(of node: RankNode) throws -> Int64 {
        guard node.level > 1 else { return node.count }
        return try sql.row(
            "SELECT COUNT(*) AS size FROM rank_nodes WHERE board_number = ? AND level = ? AND low >= ? AND low < ?",
            [.integer(board), .integer(node.level - 1), .blob(node.low), .blob(try end(of: node))]
        )!.integer("size")
    }

    private func countBeneath(_ node: RankNode, upTo end: [UInt8]) throws -> Int64 {
        try sql.row(
            """
            SELECT CAST(SUM(entry_count) AS BIGINT) AS entry_count FROM rank_nodes
            WHERE board_number = ? AND level = ? AND low >= ? AND low < ?
            """, [.integer(board), .integer(node.level - 1), .blob(node.low), .blob(end)]
        )!.integer("entry_count")
    }

    private func insert(_ node: RankNode) throws {
        try sql.execute(
            "INSERT INTO rank_nodes (board_number, level, low, entry_count) VALUES (?, ?, ?, ?)",
            [.integer(board), .integer(node.level), .blob(node.low), .integer(node.count)])
    }

    private func update(_ node: RankNode) throws {
        try sql.execute(
            "UPDATE rank_nodes SET entry_count = ? WHERE board_number = ? AND level = ? AND low = ?",
            [.integer(node.count), .integer(board), .integer(node.level), .blob(node.low)])
    }

    private func delete(_ node: RankNode) throws {
        try sql.execute(
            "DELETE FROM rank_nodes WHERE board_number = ? AND level = ? AND low = ?",
            [.integer(board), .integer(node.level), .blob(node.low)])
    }
}
