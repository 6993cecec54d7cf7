import Blocks
package import Metadata
package import PawlModel

extension Uploads {
    /// A receiver for the whole content as one stream.
    package func streamReceiver(of upload: Upload, by caller: Caller) async throws -> StreamReceiver {
        let row = try await openRow(upload.id, for: caller)
        try await context.blocks.requireSpace(for: upload.length ?? 0)
        let writer = try context.blocks.writer(for: upload.id, game: row.gameNumber)
        return StreamReceiver(
            uploads: self, upload: upload, game: row.gameNumber, writer: writer, room: try await room(for: row))
    }

    /// What the owner of an upload's asset has left; nil when it is nobody's own.
    private func room(for row: UploadRow) async throws -> SaveRoom? {
        guard let owner = row.target["owner_id"]?.string.flatMap({ ResourceID($0) }) else { return nil }
        let saves = context.saves
        return try await context.database.read { try saves.room(for: row.upload.assetID, of: owner, in: $0) }
    }

    /// Ends an upload that cannot go on.
    package func fail(_ id: ResourceID) async throws {
        let now = context.ambient.now()
        try await context.database.transaction { try UploadRows($0).end(id, as: .failed, now: now) }
        await context.blocks.close(upload: id)
    }
}
