package import BlockFormat
package import Blocks
package import Metadata
package import PawlModel
package import UploadDialects

/// Transfers in progress: begun, looked at, fed, given up. `Uploads+Stream` takes streams with offsets, `Uploads+Commit`
/// makes versions of what came, and `Uploads+Join` makes one of several.
package struct Uploads: Sendable {
    package let context: TransferContext
    let turns = UploadTurns()
    let proofs = Proofs()

    package init(context: TransferContext) {
        self.context = context
    }

    /// What clients are told before they run into it.
    package var limits: UploadLimits { UploadLimits(maxSize: context.sizeMax) }

    /// Begins an upload to an asset that the caller may change, or of a part for a game that it sees.
    package func begin(
        _ draft: UploadDraft, by caller: Caller, idempotency: IdempotencyClaim? = nil, validateOnly: Bool = false
    ) async throws -> Upload {
        try draft.check(by: caller)
        try context.checkSize(draft.length ?? 0)
        if let player = caller.player, !validateOnly { try await endStale(of: player) }
        let context = context
        let answer = try await context.writePath.apply(
            by: caller, idempotency: idempotency, validateOnly: validateOnly
        ) { writer in
            let (sql, now) = (writer.sql, writer.now)
            let target = try draft.target.resolved(for: caller, context, in: sql)
            // Every other door makes files: that it cannot is told before anything is sent.
            if draft.door != .blocks, let asset = target.asset {
                try context.asset(asset, for: caller, in: sql).fields.check(takes: .file)
            }
            try context.saves.room(for: target.asset, of: target.owner, in: sql)?.check(draft.length ?? 1)
            let upload = Upload(
                id: writer.newID(Upload.idPrefix), createdAt: now, assetID: target.asset, door: draft.door,
                length: draft.length, sha256: draft.sha256, metadata: draft.metadata, createdBy: caller.id,
                expiresAt: now.advanced(bySeconds: context.uploadLifetime))
            try UploadRows(sql).insert(
                UploadRow(
                    upload, gameNumber: try GameNumbers(sql).number(of: target.game), gameID: target.game,
                    ownerID: target.owner, isPartial: target.asset == nil, parts: draft.parts,
                    clientMetadata: draft.clientMetadata))
            return Answer(.created, try JSONValue(upload))
        }
        return try answer.body.decoded()
    }

    /// Attempts that broke off hold what they brought until they expire. Of too many those end that were touched longest
    /// ago, so that nobody fills the disk beside her quota, and nobody is refused because of a bad line.
    private func endStale(of player: ResourceID) async throws {
        let stale = try await context.database.read {
            try UploadRows($0).stale(of: player, keeping: Limits.playerUploadsMax - 1)
        }
        for id in stale { try await fail(id) }
    }

    /// Uploads whose digest is being proven, or will be.
    package var proofCount: Int { get async { await proofs.count } }

    package func upload(_ id: ResourceID, for caller: Caller) async throws -> UploadRow {
        return try await anyRow(id, for: caller)
    }

    /// One page of the uploads that go on, newest first.
    package func open(
        asset: ResourceID? = nil, sha256: Digest? = nil, before: ResourceID? = nil, limit: Int, for caller: Caller
    ) async throws -> [Upload] {
        let context = context
        return try await context.database.read { sql in
            if let asset { _ = try context.asset(asset, for: caller, in: sql) }
            let selection = UploadRows.Selection(
                asset: asset, game: caller.gameID, owner: caller.player, sha256: sha256, before: before)
            return try UploadRows(sql).open(selection, limit: limit).map(\.upload)
        }
    }

    /// Gives an upload up, and stops who sends to it. What it sent and nobody else needs is left to collection.
    package func cancel(_ id: ResourceID, by caller: Caller, validateOnly: Bool = false) async throws {
        if validateOnly {
            _ = try await openRow(id, for: caller)
            return
        }
        try await turns.run(for: id) {
            _ = try await openRow(id, for: caller)
            try await fail(id)
        }
    }

    /// Ends an upload that cannot go on, and what it had begun to make.
    package func fail(_ id: ResourceID) async throws {
        let now = context.ambient.now()
        try await context.database.transaction { sql in
            let version = try UploadRows(sql).upload(id)?.upload.versionID
            guard try UploadRows(sql).end(id, as: .failed, now: now), let version else { return }
            try VersionRows(sql).removeUnproven(version)
        }
        await proofs.forget(id)
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
        case .open, .verifying, .held: break
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
