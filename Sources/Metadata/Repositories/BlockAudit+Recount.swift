package import PawlModel

/// How many holders every block has, counted from those who hold it.
package struct Recount: Sendable {
    /// A block that counts other than it has.
    package struct Wrong: Sendable {
        package var key: BlockKey
        package var counted: Int64
        package var holders: Int64
    }

    /// Versions that hold blocks.
    package var versions = 0
    /// Those that lack blocks, in service, of so many.
    package var lacking: [(version: ResourceID, name: String, missing: Int, count: Int)] = []
    package var wrong: [Wrong] = []
}

extension BlockAudit {
    package func recount() throws -> Recount {
        var recount = Recount()
        var holders = try pinCounts()
        for version in try versions() {
            let blocks = try blocks(of: version.id)
            for id in blocks { holders[BlockKey(game: version.gameNumber, id: id), default: 0] += 1 }
            let missing = try missing(of: blocks, game: version.gameNumber)
            if missing > 0 {
                recount.lacking.append((version.id, try name(of: version.id) ?? "", missing, blocks.count))
            }
            recount.versions += 1
        }
        for (key, counted) in try referenceCounts() where counted != holders[key, default: 0] {
            recount.wrong.append(.init(key: key, counted: counted, holders: holders[key, default: 0]))
        }
        return recount
    }

    /// Counts anew what counts wrong. Nobody may change holders meanwhile but this transaction.
    package func correct(_ recount: Recount) throws {
        for wrong in recount.wrong {
            try sql.execute(
                """
                UPDATE blocks SET reference_count = ?, condemned_at = CASE WHEN ? > 0 THEN NULL ELSE condemned_at END
                WHERE game_number = ? AND id = ?
                """,
                [
                    .integer(wrong.holders), .integer(wrong.holders), .integer(wrong.key.game),
                    .digest(wrong.key.id),
                ])
        }
    }
}
