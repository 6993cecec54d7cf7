import Blocks
package import Metadata
package import PawlModel

/// Ends uploads that nobody touched for too long, and gives back the pins of those that ended, and the segments of
/// those that pause.
package struct UploadExpiry: Sendable {
    private let uploads: Uploads
    private var context: TransferContext { uploads.context }

    package init(of uploads: Uploads) {
        self.uploads = uploads
    }

    /// One round; returns how many uploads expired. Each transaction is short, so that no other writer waits long.
    @discardableResult
    package func sweep() async throws -> Int {
        let now = context.ambient.now()
        let expired = try await context.database.transaction { sql in
            let rows = UploadRows(sql)
            return try rows.expired(at: now, limit: Limits.bookkeepingBatch).filter { id in
                let version = try rows.upload(id)?.upload.versionID
                guard try rows.end(id, as: .expired, now: now) else { return false }
                // What a held one had made was never seen.
                if let version { try VersionRows(sql).removeUnproven(version) }
                return true
            }
        }
        for id in expired {
            await uploads.proofs.forget(id)
            await context.blocks.close(upload: id)
        }
        await context.blocks.rest(unusedSince: now.advanced(bySeconds: -Limits.segmentRest))
        try await releasePins()
        while try await context.database.transaction({ try ImportRows($0).forgetEnded() }) {}
        return expired.count
    }

    private func releasePins() async throws {
        let ended = try await context.database.read { try UploadRows($0).endedWithPins(limit: Limits.bookkeepingBatch) }
        for row in ended {
            var hasMore = true
            while hasMore {
                hasMore = try await context.database.transaction { sql in
                    let hasMore = try BlockIndex(sql).releasePins(
                        of: row.upload.id, madeVersion: row.madeVersion, game: row.gameNumber)
                    if !hasMore { try UploadRows(sql).pinsReleased(row.upload.id) }
                    return hasMore
                }
            }
        }
    }
}
