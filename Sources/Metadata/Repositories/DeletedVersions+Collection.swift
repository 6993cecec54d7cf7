import BlockFormat
package import PawlModel

/// How a version goes for good: it holds fewer and fewer blocks, in the order of their ids, then none, then its pages go.
extension DeletedVersions {
    /// A version that is to be collected.
    package struct Due: Hashable, Sendable {
        package var version: Version
        /// The game's slug.
        package var game: String
        package var path: String
        package var gameNumber: Int64
        /// It holds no block up to this one any more; nil before its collection began.
        package var givenBackTo: Digest?
    }

    /// Versions that were deleted at `time` or before, or whose asset was, behind `last`.
    package func due(until time: Timestamp, after last: ResourceID?, limit: Int) throws -> [Due] {
        let columns = VersionRows.columns.split(separator: ",").map {
            let name = $0.trimmingPrefix(while: \.isWhitespace)
            return "versions.\(name) AS \(name)"
        }.joined(separator: ", ")
        let source = """
            SELECT \(columns), versions.given_back_to AS given_back_to, assets.path AS path,
                game_numbers.number AS game_number, games.slug AS game
            FROM versions JOIN assets ON assets.id = versions.asset_id JOIN games ON games.id = assets.game_id
            JOIN game_numbers ON game_numbers.game_id = assets.game_id
            """
        let arguments: [SQLValue] = [.time(time), .text(last?.description ?? ""), .integer(limit)]
        let deleted = try sql.rows(
            """
            \(source) WHERE versions.deleted_at <= ? AND versions.collected_at IS NULL AND versions.id > ?
            ORDER BY versions.id LIMIT ?
            """, arguments)
        let withAsset = try sql.rows(
            """
            \(source) WHERE assets.deleted_at <= ? AND assets.collected_at IS NULL AND versions.collected_at IS NULL
                AND versions.state <> 'verifying' AND versions.id > ?
            ORDER BY versions.id LIMIT ?
            """, arguments)
        var seen: Set<ResourceID> = []
        let all = try (deleted + withAsset).map { row in
            Due(
                version: try Version(row: row), game: try row.text("game"), path: try row.text("path"),
                gameNumber: try row.integer("game_number"), givenBackTo: row.optionalDigest("given_back_to"))
        }
        return Array(
            all.filter { seen.insert($0.version.id).inserted }.sorted { $0.version.id < $1.version.id }.prefix(limit))
    }

    /// How many versions can be taken back that were deleted after `time`, or whose asset was.
    package func restorableCount(deletedAfter time: Timestamp) throws -> Int64 {
        try sql.row(
            """
            SELECT COUNT(*) AS count FROM versions JOIN assets ON assets.id = versions.asset_id
            WHERE versions.collected_at IS NULL AND versions.given_back_to IS NULL
                AND (versions.deleted_at > ? OR versions.state = 'ready' AND assets.deleted_at > ?)
            """, [.time(time), .time(time)])?.integer("count") ?? 0
    }

    /// Begins the collection of a version, which from then on cannot be taken back. False when somebody took it back.
    package func begin(_ due: Due, until time: Timestamp, now: Timestamp) throws -> Bool {
        try sql.execute(
            """
            UPDATE versions SET state = 'deleted', deleted_at = COALESCE(deleted_at, ?),
                given_back_to = COALESCE(given_back_to, ?)
            WHERE id = ? AND collected_at IS NULL AND state <> 'verifying' AND (deleted_at <= ?
                OR EXISTS (SELECT 1 FROM assets WHERE assets.id = versions.asset_id AND assets.deleted_at <= ?))
            """,
            [.time(now), .digest(Digest.zero), .id(due.version.id), .time(time), .time(time)]) > 0
    }

    /// Gives back what a version holds of some blocks: the next ones in order behind those that it has given back.
    package func giveBack(_ ids: [Digest], of due: Due) throws {
        guard let last = ids.last else { return }
        try BlockIndex(sql).giveBack(ids, game: due.gameNumber)
        try sql.execute("UPDATE versions SET given_back_to = ? WHERE id = ?", [.digest(last), .id(due.version.id)])
    }

    /// The row stays, and so its number is known to have been used.
    package func finish(_ version: ResourceID, now: Timestamp) throws {
        try sql.execute(
            "UPDATE versions SET collected_at = ? WHERE id = ? AND given_back_to IS NOT NULL",
            [.time(now), .id(version)])
    }

    /// Some ids of blocks of a version, page by page: those of the next page behind an offset, and where it begins.
    package func blocks(
        of version: ResourceID, behind offset: Int64
    ) throws -> (firstOffset: Int64, ids: [Digest])? {
        guard
            let row = try sql.row(
                """
                SELECT first_offset, blocks FROM manifest_pages WHERE version_id = ? AND first_offset > ?
                ORDER BY first_offset LIMIT 1
                """, [.id(version), .integer(offset)])
        else { return nil }
        do {
            return (try row.integer("first_offset"), try ManifestPage.parse(try row.blob("blocks")).map(\.id))
        } catch let error as FormatError {
            throw SQLError.corrupt("a manifest page of \(version): \(error)")
        }
    }

    /// Marks some deleted assets all of whose versions are collected: they cannot be taken back from then on. Returns
    /// whether there may be more.
    package func finishAssets(
        until time: Timestamp, now: Timestamp, limit: Int = Limits.bookkeepingBatch
    ) throws -> Bool {
        try sql.execute(
            """
            UPDATE assets SET collected_at = ? WHERE id IN (
                SELECT id FROM assets WHERE deleted_at <= ? AND collected_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM versions
                        WHERE versions.asset_id = assets.id AND versions.collected_at IS NULL) LIMIT ?)
            """, [.time(now), .time(time), .integer(limit)]) == limit
    }
}

extension Digest {
    /// Below every block's id.
    fileprivate static let zero = Digest(bytes: [UInt8](repeating: 0, count: byteCount))!
}
