package import PawlModel

/// How blocks go: nobody holds one, then it is condemned, and an epoch later it is deleted. Each step asks, in its own
/// transaction, whether somebody holds it again.
extension BlockIndex {
    /// Gives back what a version held of blocks: one reference of each.
    func giveBack(_ ids: [Digest], game: Int64) throws {
        try batches(of: ids) { marks, arguments in
            try sql.execute(
                """
                UPDATE blocks SET reference_count = reference_count - 1 WHERE game_number = ? AND id IN (\(marks))
                """, [.integer(game)] + arguments)
        }
    }

    /// The live ones of `ids` that stay for an epoch at least, whoever lets them go: those that are not condemned.
    package func lasting(_ ids: [Digest], game: Int64) throws -> Set<Digest> {
        var lasting: Set<Digest> = []
        try batches(of: ids) { marks, arguments in
            for row in try sql.rows(
                """
                SELECT id FROM blocks
                WHERE game_number = ? AND id IN (\(marks)) AND state = 'live' AND condemned_at IS NULL
                """, [.integer(game)] + arguments)
            {
                lasting.insert(try row.digest("id"))
            }
        }
        return lasting
    }

    /// Condemns some blocks that nobody holds. Returns how many those were.
    package func condemn(at now: Timestamp, limit: Int = Limits.bookkeepingBatch) throws -> Int {
        let found = try sql.rows(
            "SELECT game_number, id FROM blocks WHERE reference_count = 0 AND condemned_at IS NULL LIMIT ?",
            [.integer(limit)])
        return try change(found) { marks, arguments in
            try sql.execute(
                """
                UPDATE blocks SET condemned_at = ? WHERE game_number = ? AND id IN (\(marks))
                    AND reference_count = 0 AND condemned_at IS NULL
                """, [.time(now)] + arguments)
        }
    }

    /// Deletes some blocks that were condemned at `time` or before, and that nobody holds. Returns how many those were.
    package func removeCondemned(until time: Timestamp, limit: Int = Limits.bookkeepingBatch) throws -> Int {
        let found = try sql.rows(
            "SELECT game_number, id FROM blocks WHERE condemned_at <= ? LIMIT ?", [.time(time), .integer(limit)])
        return try change(found) { marks, arguments in
            try sql.execute(
                """
                DELETE FROM blocks WHERE game_number = ? AND id IN (\(marks))
                    AND reference_count = 0 AND condemned_at <= ?
                """, arguments + [.time(time)])
        }
    }

    /// Runs a statement on some rows, game by game: by the whole key, which no engine has to guess. Returns how many rows
    /// it changed.
    private func change(
        _ rows: [SQLRow], _ statement: (_ marks: String, _ arguments: [SQLValue]) throws -> Int
    ) throws -> Int {
        var games: [Int64: [Digest]] = [:]
        for row in rows { games[try row.integer("game_number"), default: []].append(try row.digest("id")) }
        var count = 0
        for (game, ids) in games {
            try batches(of: ids.sorted()) { marks, arguments in
                count += try statement(marks, [.integer(game)] + arguments)
            }
        }
        return count
    }

    /// Tells the new places of blocks that were copied. One that is not at the old place any more, or is out of service,
    /// stays as it is.
    package func move(_ moves: [BlockMove]) throws {
        for move in moves {
            try sql.execute(
                """
                UPDATE blocks SET segment = ?, position = ?
                WHERE game_number = ? AND id = ? AND segment = ? AND position = ? AND state = 'live'
                """,
                [
                    .integer(move.target.segment), .integer(move.target.position), .integer(move.game),
                    .digest(move.id), .integer(move.source.segment), .integer(move.source.position),
                ])
        }
    }

    /// Of blocks that somebody holds: how many references each has, where it lies, and how long its record is.
    package func uses(of ids: [Digest], game: Int64) throws -> [Digest: BlockUse] {
        var uses: [Digest: BlockUse] = [:]
        try batches(of: ids) { marks, arguments in
            for row in try sql.rows(
                """
                SELECT id, reference_count, segment, stored_length FROM blocks WHERE game_number = ? AND id IN (\(marks))
                """, [.integer(game)] + arguments)
            {
                uses[try row.digest("id")] = BlockUse(
                    references: try row.integer("reference_count"), segment: try row.integer("segment"),
                    storedLength: try row.integer("stored_length"))
            }
        }
        return uses
    }

    /// How many blocks are condemned.
    package func condemnedCount() throws -> Int64 {
        try sql.row("SELECT COUNT(*) AS count FROM blocks WHERE condemned_at IS NOT NULL")?.integer("count") ?? 0
    }

    /// The blocks of each segment that nobody holds: how many those are, and the bytes that are stored of them.
    package func notHeld() throws -> [(segment: Int64, count: Int64, storedBytes: Int64)] {
        try sql.rows(
            """
            SELECT segment, COUNT(*) AS count, CAST(COALESCE(SUM(stored_length), 0) AS BIGINT) AS bytes FROM blocks
            WHERE condemned_at IS NOT NULL OR reference_count = 0 GROUP BY segment
            """
        ).map { (try $0.integer("segment"), try $0.integer("count"), try $0.integer("bytes")) }
    }
}

/// Who needs a block, and what it takes.
package struct BlockUse: Hashable, Sendable {
    package var references: Int64
    package var segment: Int64
    /// Of its record, without the header, in bytes.
    package var storedLength: Int64
}

/// A block that was copied from one place to another.
package struct BlockMove: Hashable, Sendable {
    package var game: Int64
    package var id: Digest
    package var source: BlockLocation
    package var target: BlockLocation

    package init(game: Int64, id: Digest, source: BlockLocation, target: BlockLocation) {
        self.game = game
        self.id = id
        self.source = source
        self.target = target
    }
}
