package import BlockFormat
package import Blocks
package import Metadata
package import PawlModel

/// Transfers in progress: begun, looked at, fed with blocks, given up. `Uploads+Commit` makes versions of them.
package struct Uploads: Sendable {
    package let context: TransferContext
    let commits = CommitTurns()

    package init(context: TransferContext) {
        self.context = context
    }

    /// Begins an upload to an asset that the caller may change.
    package func begin(
        _ creation: UploadCreation, door: Upload.Door, length: Int64? = nil, by caller: Caller,
        idempotency: IdempotencyClaim? = nil, validateOnly: Bool = false
    ) async throws -> Upload {
        try Self.check(creation)
        guard creation.channel == nil || caller.player == nil else {
            throw Problem(.forbidden, "Channels are the studio's: a player names none.")
        }
        let context = context
        let answer = try await context.writePath.apply(
            by: caller, idempotency: idempotency, validateOnly: validateOnly
        ) { writer in
            let (sql, now) = (writer.sql, writer.now)
            let asset = try context.asset(creation.assetID, for: caller, in: sql)
            try context.saves.room(for: asset.id, of: asset.ownerID, in: sql)?.check(length ?? 1)
            let upload = Upload(
                id: writer.newID(Upload.idPrefix), createdAt: now, assetID: asset.id, door: door, length: length,
                sha256: creation.sha256,
                metadata: .init(channel: creation.channel, label: creation.label, notes: creation.notes),
                createdBy: caller.id, expiresAt: now.advanced(bySeconds: context.uploadLifetime))
            try UploadRows(sql).insert(upload, game: try GameNumbers(sql).number(of: asset.gameID))
            return Answer(.created, try JSONValue(upload))
        }
        return try answer.body.decoded()
    }

    private static func check(_ creation: UploadCreation) throws(Problem) {
        var violations: [Problem.Violation] = []
        func check(_ name: String, _ value: String?, _ type: FieldType) {
            if let value { type.check(.string(value), at: JSONPointer.escape(name), into: &violations) }
        }
        check("channel", creation.channel, .text(max: 64, rule: .channelName))
        check("label", creation.label, .text(max: 200))
        check("notes", creation.notes, .text(max: 4000))
        guard violations.isEmpty else { throw .invalid("uploads", violations) }
    }

    package func upload(_ id: ResourceID, for caller: Caller) async throws -> Upload {
        return try await anyRow(id, for: caller).upload
    }

    /// Uploads that go on, newest first.
    package func open(asset: ResourceID?, for caller: Caller) async throws -> [Upload] {
        let context = context
        return try await context.database.read { sql in
            if let asset { _ = try context.asset(asset, for: caller, in: sql) }
            return try UploadRows(sql).list(
                asset: asset, game: caller.gameID, owner: caller.player, openOnly: true, limit: Limits.pageSizeMax
            ).map(\.upload)
        }
    }

    /// Gives an upload up. What it sent and nobody else needs is left to collection.
    package func cancel(_ id: ResourceID, by caller: Caller, validateOnly: Bool = false) async throws {
        _ = try await openRow(id, for: caller)
        if validateOnly { return }
        let now = context.ambient.now()
        let hasEnded = try await context.database.transaction { try UploadRows($0).end(id, as: .failed, now: now) }
        // A commit may have been quicker: then this throws what became of it.
        if !hasEnded { _ = try await openRow(id, for: caller) }
        await context.blocks.close(upload: id)
    }

    // MARK: Blocks

    /// Which of `ids` the caller has to send. The others are pinned to the upload: they stay until it ends.
    package func missing(_ ids: [Digest], of id: ResourceID, by caller: Caller) async throws -> [Bool] {
        let row = try await openRow(id, for: caller, door: .blocks)
        return try await missing(ids, of: id, game: row.gameNumber)
    }

    func missing(_ ids: [Digest], of id: ResourceID, game: Int64) async throws -> [Bool] {
        let now = context.ambient.now()
        let expiresAt = now.advanced(bySeconds: context.uploadLifetime)
        return try await context.database.transaction { sql in
            try UploadRows(sql).received(id, blocks: 0, bytes: 0, now: now, expiresAt: expiresAt)
            let had = try BlockIndex(sql).pin(ids, to: id, game: game)
            return ids.map { !had.contains($0) }
        }
    }

    /// A receiver for the body of one `PUT …/blocks`.
    package func receiver(of id: ResourceID, by caller: Caller) async throws -> BlockReceiver {
        let row = try await openRow(id, for: caller, door: .blocks)
        try await context.blocks.requireSpace(for: Int64(Limits.blockRequestSizeMax))
        return BlockReceiver(writer: try context.blocks.writer(for: id, game: row.gameNumber))
    }

    // MARK: Looking an upload up

    /// An upload to an asset that the caller sees: of its game, and for a player of her own.
    func anyRow(_ id: ResourceID, for caller: Caller) async throws -> UploadRow {
        try await context.database.read { sql in
            guard let row = try UploadRows(sql).upload(id), caller.sees(row.target, of: Asset.schema) else {
                throw Problem.notFound("uploads", id)
            }
            return row
        }
    }

    /// The same, as long as it takes bytes through `door`.
    func openRow(_ id: ResourceID, for caller: Caller, door: Upload.Door? = nil) async throws -> UploadRow {
        let row = try await anyRow(id, for: caller)
        switch row.upload.state {
        case .open, .verifying: break
        case .done:
            throw Problem(.uploadDone, "\(id) is done: it made \(row.upload.versionID?.description ?? "nothing").")
        case .failed, .expired: throw Problem.uploadGone(id)
        }
        guard door == nil || door == row.upload.door else {
            throw Problem(.wrongDoor, "\(id) was begun through the door '\(row.upload.door.rawValue)': go on there.")
        }
        return row
    }
}
