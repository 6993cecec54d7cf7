import Blocks
package import Metadata
package import PawlModel

extension Uploads {
    /// A receiver for the whole content as one stream.
    package func streamReceiver(of upload: Upload, by caller: Caller) async throws -> StreamReceiver {
        try caller.require(.assetsWrite)
        let row = try await openRow(upload.id, for: caller)
        try await context.blocks.requireSpace(for: upload.length ?? 0)
        let writer = try context.blocks.writer(for: upload.id, game: row.gameNumber)
        return StreamReceiver(uploads: self, upload: upload, game: row.gameNumber, writer: writer)
    }

    /// Ends an upload that cannot go on.
    package func fail(_ id: ResourceID) async throws {
        let now = context.ambient.now()
        try await context.database.transaction { try UploadRows($0).end(id, as: .failed, now: now) }
        await context.blocks.close(upload: id)
    }
}
