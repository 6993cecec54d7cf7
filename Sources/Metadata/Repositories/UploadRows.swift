package import PawlModel

/// Transfers in progress, and those that ended.
package struct UploadRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    private static let columns = """
        id, revision, model_version, created_at, updated_at, asset_id, owner_id, game_number, door, state, is_partial, parts,
        length, received, blocks_sent, sha256, metadata, client_metadata, created_by, expires_at, version_id, made_version,
        game_id, is_held
        """

    /// Uploads with the game that their short number stands for.
    private static let source = """
        uploads JOIN (SELECT number, game_id FROM game_numbers) AS game ON game.number = game_number
        """

    package func insert(_ row: UploadRow) throws {
        let upload = row.upload
        try sql.execute(
            """
            INSERT INTO uploads (id, revision, model_version, created_at, updated_at, asset_id, owner_id, game_number, door,
                                 state, is_partial, parts, length, sha256, metadata, client_metadata, created_by, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .id(upload.id), .integer(upload.revision), .integer(upload.modelVersion), .time(upload.createdAt),
                .time(upload.updatedAt), .id(upload.assetID), .id(row.ownerID), .integer(row.gameNumber),
                .text(upload.door.rawValue), .text(upload.state.rawValue), .boolean(row.isPartial),
                row.parts.isEmpty ? .null : .text(row.parts.map(\.description).joined(separator: " ")),
                .integer(upload.length), .digest(upload.sha256), .text(try JSONValue(upload.metadata).text),
                .text(row.clientMetadata), .id(upload.createdBy), .time(upload.expiresAt),
            ])
    }

    package func upload(_ id: ResourceID) throws -> UploadRow? {
        try sql.row("SELECT \(Self.columns) FROM \(Self.source) WHERE id = ?", [.id(id)]).map(UploadRow.init)
    }

    /// Which uploads are asked for.
    package struct Selection: Hashable, Sendable {
        package var asset: ResourceID?
        package var game: ResourceID?
        /// To a player's own assets only.
        package var owner: ResourceID?
        /// What their clients said that the whole has.
        package var sha256: Digest?
        /// Older than this one.
        package var before: ResourceID?

        package init(
            asset: ResourceID? = nil, game: ResourceID? = nil, owner: ResourceID? = nil, sha256: Digest? = nil,
            before: ResourceID? = nil
        ) {
            self.asset = asset
            self.game = game
            self.owner = owner
            self.sha256 = sha256
            self.before = before
        }
    }

    /// Uploads that go on, newest first.
    package func open(_ selection: Selection, limit: Int) throws -> [UploadRow] {
        var conditions = ["state IN ('open', 'verifying')"]
        var arguments: [SQLValue] = []
        func add(_ condition: String, _ value: SQLValue?) {
            guard let value else { return }
            conditions.append(condition)
            arguments.append(value)
        }
        add("asset_id = ?", selection.asset.map { .id($0) })
        add("game_id = ?", selection.game.map { .id($0) })
        add("owner_id = ?", selection.owner.map { .id($0) })
        add("sha256 = ?", selection.sha256.map { .digest($0) })
        add("id < ?", selection.before.map { .id($0) })
        return try sql.rows(
            """
            SELECT \(Self.columns) FROM \(Self.source) WHERE \(conditions.joined(separator: " AND "))
            ORDER BY id DESC LIMIT ?
            """, arguments + [.integer(limit)]
        ).map(UploadRow.init)
    }

    /// A player's open uploads, but for so many that were touched last.
    package func stale(of owner: ResourceID, keeping count: Int) throws -> [ResourceID] {
        try sql.rows(
            "SELECT id FROM uploads WHERE owner_id = ? AND state = 'open' ORDER BY updated_at DESC, id DESC",
            [.id(owner)]
        ).dropFirst(count).map { try $0.id("id") }
    }

    /// Uploads whose digest has yet to be proven.
    package func verifying() throws -> [UploadRow] {
        try sql.rows("SELECT \(Self.columns) FROM \(Self.source) WHERE state = 'verifying' AND NOT is_held ORDER BY id")
            .map(UploadRow.init)
    }

    /// Lets an upload whose version is made, and proven, wait to be published.
    package func hold(_ id: ResourceID, now: Timestamp) throws {
        try sql.execute(
            """
            UPDATE uploads SET is_held = TRUE, expires_at = ?, revision = revision + 1, updated_at = ?
            WHERE id = ? AND state = 'verifying'
            """, [.time(now.advanced(bySeconds: Limits.heldLifetime)), .time(now), .id(id)])
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

    /// Keeps an open upload from expiring, and tells its length when that is known now.
    package func touch(_ id: ResourceID, length: Int64? = nil, now: Timestamp, expiresAt: Timestamp) throws {
        let changed = try sql.execute(
            """
            UPDATE uploads SET length = COALESCE(?, length), revision = revision + 1, updated_at = ?, expires_at = ?
            WHERE id = ? AND state = 'open'
            """, [.integer(length), .time(now), .time(expiresAt), .id(id)])
        guard changed > 0 else { throw Problem.uploadGone(id) }
    }

    /// Lets an open upload wait for the proof of its digest, with the version that it will then have made.
    package func verify(_ id: ResourceID, version: ResourceID, now: Timestamp) throws {
        let changed = try sql.execute(
            """
            UPDATE uploads SET state = 'verifying', version_id = ?, revision = revision + 1, updated_at = ?
            WHERE id = ? AND state = 'open'
            """, [.id(version), .time(now), .id(id)])
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

    /// Open and held uploads whose time is over.
    package func expired(at now: Timestamp, limit: Int) throws -> [ResourceID] {
        try sql.rows(
            """
            SELECT id FROM uploads WHERE state IN ('open', 'verifying') AND expires_at <= ? AND (state = 'open' OR is_held)
            ORDER BY expires_at LIMIT ?
            """, [.time(now), .integer(limit)]
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

    /// Forgets what only an upload that goes on needs, once its pins are given back.
    package func pinsReleased(_ id: ResourceID) throws {
        try StreamRows(sql).forget(id)
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
    package var gameID: ResourceID
    /// The player whose own it is: the asset's owner.
    package var ownerID: ResourceID?
    /// Whether it is only there to be joined with others.
    package var isPartial: Bool
    /// The parts that it was joined of, in order.
    package var parts: [ResourceID]
    /// The client's own words about it.
    package var clientMetadata: String?
    /// Whether it made the version that it ended in.
    package var madeVersion: Bool

    package init(
        _ upload: Upload, gameNumber: Int64, gameID: ResourceID, ownerID: ResourceID?, isPartial: Bool = false,
        parts: [ResourceID] = [], clientMetadata: String? = nil
    ) {
        self.upload = upload
        self.gameNumber = gameNumber
        self.gameID = gameID
        self.ownerID = ownerID
        self.isPartial = isPartial
        self.parts = parts
        self.clientMetadata = clientMetadata
        madeVersion = false
    }

    /// The game and the owner, by the names that they have in its asset: they say who sees the upload too.
    package var target: JSONObject {
        [
            "game_id": .string(gameID.description),
            "owner_id": ownerID.map { .string($0.description) } ?? .null,
        ]
    }

    init(_ row: SQLRow) throws {
        guard let door = Upload.Door(rawValue: try row.text("door")),
            let state = Upload.State(rawValue: try row.text("state"))
        else { throw SQLError.corrupt("an upload has an unknown door or state") }
        upload = Upload(
            id: try row.id("id"), createdAt: try row.time("created_at"), assetID: row.optionalID("asset_id"),
            door: door,
            length: row.optionalInteger("length"), sha256: row.optionalDigest("sha256"),
            metadata: try JSONValue(parsing: try row.text("metadata").utf8).decoded(),
            createdBy: row.optionalID("created_by"), expiresAt: try row.time("expires_at"))
        upload.revision = try row.integer("revision")
        upload.updatedAt = try row.time("updated_at")
        upload.state = try state == .verifying && row.boolean("is_held") ? .held : state
        upload.offset = try row.integer("received")
        upload.blocksSent = try row.integer("blocks_sent")
        upload.versionID = row.optionalID("version_id")
        gameNumber = try row.integer("game_number")
        gameID = try row.id("game_id")
        ownerID = row.optionalID("owner_id")
        isPartial = try row.boolean("is_partial")
        parts = row.optionalText("parts")?.split(separator: " ").compactMap { ResourceID(String($0)) } ?? []
        clientMetadata = row.optionalText("client_metadata")
        madeVersion = try row.boolean("made_version")
    }
}
