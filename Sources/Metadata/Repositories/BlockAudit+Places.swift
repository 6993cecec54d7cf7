import BlockFormat
package import PawlModel

/// What lies where in a segment, and whose it is.
extension BlockAudit {
    /// The blocks whose records begin in a part of a segment, in service or not.
    package func blocks(in segment: Int64, from start: Int64, to end: Int64) throws -> [AuditedBlock] {
        try sql.rows(
            """
            SELECT game_number, id, segment, position, raw_length, stored_length, encoding, checksum, state FROM blocks
            WHERE segment = ? AND position >= ? AND position < ? ORDER BY position
            """, [.integer(segment), .integer(start), .integer(end)]
        ).map(AuditedBlock.init(row:))
    }

    /// The next blocks whose records begin at an offset of a segment or behind it, in service or not.
    package func blocks(in segment: Int64, from start: Int64, limit: Int) throws -> [AuditedBlock] {
        try sql.rows(
            """
            SELECT game_number, id, segment, position, raw_length, stored_length, encoding, checksum, state FROM blocks
            WHERE segment = ? AND position >= ? ORDER BY position LIMIT ?
            """, [.integer(segment), .integer(start), .integer(limit)]
        ).map(AuditedBlock.init(row:))
    }

    /// The piece of a tail whose record begins at an offset of a segment.
    package func tail(in segment: Int64, at position: Int64) throws -> TailLocation? {
        try sql.row(
            """
            SELECT first_offset, segment, position, length, checksum FROM tails WHERE segment = ? AND position = ?
            """, [.integer(segment), .integer(position)]
        ).map(TailLocation.init)
    }

    /// Where the first record that rows know begins behind an offset of a segment.
    package func nextPosition(behind offset: Int64, in segment: Int64) throws -> Int64? {
        let positions = try ["blocks", "tails"].compactMap { table in
            try sql.row(
                "SELECT MIN(position) AS position FROM \(table) WHERE segment = ? AND position > ?",
                [.integer(segment), .integer(offset)])?.optionalInteger("position")
        }
        return positions.min()
    }

    /// The uploads whose bytes behind the last cut lie in a part of a segment.
    package func uploads(withTailIn segment: Int64, from start: Int64, to end: Int64) throws -> [ResourceID] {
        try sql.rows(
            "SELECT DISTINCT upload_id FROM tails WHERE segment = ? AND position >= ? AND position < ?",
            [.integer(segment), .integer(start), .integer(end)]
        ).map { try $0.id("upload_id") }
    }

    /// What people call a version: `game/path@number`.
    package func name(of version: ResourceID) throws -> String? {
        try sql.row(
            """
            SELECT versions.number AS number, assets.path AS path, games.slug AS slug FROM versions
            JOIN assets ON assets.id = versions.asset_id JOIN games ON games.id = assets.game_id WHERE versions.id = ?
            """, [.id(version)]
        ).map { "\(try $0.text("slug"))/\(try $0.text("path"))@\(try $0.integer("number"))" }
    }

    /// The versions of a game that hold one of some blocks, each with what people call it: `game/path@number`.
    ///
    /// Reads the manifest of every version of the game: for when something is damaged, which is seldom.
    package func versions(holding blocks: Set<Digest>, game: Int64) throws -> [(id: ResourceID, name: String)] {
        try sql.rows(
            """
            SELECT versions.id AS id, versions.number AS number, assets.path AS path, games.slug AS slug FROM versions
            JOIN assets ON assets.id = versions.asset_id JOIN games ON games.id = assets.game_id
            JOIN game_numbers ON game_numbers.game_id = games.id
            WHERE game_numbers.number = ? AND versions.state = 'ready' ORDER BY versions.id
            """, [.integer(game)]
        ).compactMap { row in
            let id = try row.id("id")
            guard try !self.blocks(of: id).isDisjoint(with: blocks) else { return nil }
            return (id, "\(try row.text("slug"))/\(try row.text("path"))@\(try row.integer("number"))")
        }
    }
}
