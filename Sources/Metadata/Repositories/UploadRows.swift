package import PawlModel

/// Transfers in progress, and those that ended.
package struct UploadRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    private static let columns = """
        id, revision, model_version, created_at, updated_at, asset_id, game_number, door, state, length, received,
        blocks_sent, sha256, metadata, created_by, expires_at, version_id, made_version, game_id, owner_id
        """

    /// Uploads with what their assets say of who may see them. Deleted assets are rows still, so none is left out.
    private static let source = """
        uploads JOIN (SELECT id AS target_id, game_id, owner_id FROM assets) AS target ON target_id = asset_id
        """

    package func insert(_ upload: Upload, game: Int64) throws {
        try sql.execute(
            """
            INSERT INTO uploads (id, revision, model_version, created_at, updated_at, asset_id, game_number, door, state,
                                 length, sha256, metadata, created_by, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(upload.id), .integer(upload.revision), .integer(upload.modelVersion), .time(upload.createdAt),
                .time(upload.updatedAt), .id(upload.assetID), .integer(game), .text(upload.door.rawValue),
                .text(upload.state.rawValue), .integer(upload.length), .digest(upload.sha256),
                .text(try JSONValue(upload.metadata).text), .id(upload.createdBy), .time(upload.expiresAt),
            ])
    }

    package func upload(_ id: ResourceID) throws -> UploadRow? {
        try sql.row("SELECT \(Self.columns) FROM \(Self.source) WHERE id = ?", [.id(id)]).map(UploadRow.init)
    }

    /// Uploads, newest first: those of an asset, of a game, to a player's own assets, or all.
    package func list(
        asset: ResourceID?, game: ResourceID?, owner: ResourceID? = nil, openOnly: Bool, limit: Int
    ) throws -> [UploadRow] {
        var conditions = ["1 = 1"]
        var arguments: [SQLValue] = []
        if let asset {
            conditions.append("asset_id = ?")
            arguments.append(.id(asset))
        }
        if let game {
            conditions.append("game_id = ?")
            arguments.append(.id(game))
        }
        if let owner {
            conditions.append("owner_id = ?")
            arguments.append(.id(owner))
        }
        if openOnly { conditions.append("state IN ('open', 'verifying')") }
        return try sql.rows(
            """
            SELECT \(Self.columns) FROM \(Self.source) WHERE \(conditions.joined(separator: " AND "))
            ORDER BY id DESC LIMIT ?
            """, arguments + [.integer(limit)]
        ).map(UploadRow.init)
    }

    /// Counts what arrived, and keeps the upload from expiring.
    /// Throws `upload_gone` once it has ended.
    package func received(_ id: ResourceID, blocks: Int, bytes: Int64, now: Timestamp, expiresAt: Timestamp) throws {
        let changed = try sql.execute(
            """
            UPDATE uploads SET received = received + ?, blocks_sent = blocks_sent + ?, revision = revision + 1,
                updated_at = ?, expires_at = ?
            WHERE id = ? AND state = 'open'
            """,
            [.integer(bytes), .integer(blocks), .time(now), .time(expiresAt), .id(id)])
        guard changed > 0 else { throw Problem.uploadGone(id) }
    }

    /// Ends an open upload. Returns false when it was not open any more.
    ///
    /// - Parameters:
    ///   - version: What it ended in.
    ///   - madeVersion: Whether it made that version, which then takes over the pins that are marked as kept.
    @discardableResult
    package func end(
        _ id: ResourceID, as state: Upload.State, version: ResourceID? = nil, madeVersion: Bool = false, now: Timestamp
    ) throws -> Bool {
        try sql.execute(
            """
            UPDATE uploads SET state = ?, version_id = ?, made_version = ?, revision = revision + 1, updated_at = ?
            WHERE id = ? AND state IN ('open', 'verifying')
            """,
            [.text(state.rawValue), .id(version), .boolean(madeVersion), .time(now), .id(id)]) > 0
    }

    /// Open uploads whose time is over.
    package func expired(at now: Timestamp, limit: Int) throws -> [ResourceID] {
        try sql.rows(
            "SELECT id FROM uploads WHERE state = 'open' AND expires_at <= ? ORDER BY expires_at LIMIT ?",
            [.time(now), .integer(limit)]
        ).map { try $0.id("id") }
    }

    /// Ended uploads that still hold pins.
    package func endedWithPins(limit: Int) throws -> [UploadRow] {
        try sql.rows(
            """
            SELECT \(Self.columns) FROM \(Self.source)
            WHERE holds_pins AND state IN ('done', 'failed', 'expired') LIMIT ?
            """, [.integer(limit)]
        ).map(UploadRow.init)
    }

    package func pinsReleased(_ id: ResourceID) throws {
        try sql.execute("UPDATE uploads SET holds_pins = FALSE WHERE id = ?", [.id(id)])
    }
}

extension Problem {
    package static func uploadGone(_ id: ResourceID) -> Problem {
        Problem(.uploadGone, "\(id) has ended: begin a new upload, and ask it which blocks are missing.")
    }
}

/// An upload with what only the daemon knows of it.
package struct UploadRow: Hashable, Sendable {
    package var upload: Upload
    package var gameNumber: Int64
    /// The game and the owner of its asset, by the names that they have there: they say who sees the upload too.
    package var target: JSONObject
    /// Whether it made the version that it ended in.
    package var madeVersion: Bool

    init(_ row: SQLRow) throws {
        guard let door = Upload.Door(rawValue: try row.text("door")),
            let state = Upload.State(rawValue: try row.text("state"))
        else { throw SQLError.corrupt("an upload has an unknown door or state") }
        upload = Upload(
            id: try row.id("id"), createdAt: try row.time("created_at"), assetID: try row.id("asset_id"), door: door,
            length: row.optionalInteger("length"), sha256: row.optionalDigest("sha256"),
            metadata: try JSONValue(parsing: try row.text("metadata").utf8).decoded(),
            createdBy: row.optionalID("created_by"), expiresAt: try row.time("expires_at"))
        upload.revision = try row.integer("revision")
        upload.updatedAt = try row.time("updated_at")
        upload.state = state
        upload.offset = try row.integer("received")
        upload.blocksSent = try row.integer("blocks_sent")
        upload.versionID = row.optionalID("version_id")
        gameNumber = try row.integer("game_number")
        target = [
            "game_id": .string(try row.text("game_id")),
            "owner_id": row.optionalText("owner_id").map { .string($0) } ?? .null,
        ]
        madeVersion = try row.boolean("made_version")
    }
}
