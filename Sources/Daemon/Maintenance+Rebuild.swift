import Files
import Metadata
import MetadataOnSQLite
import NIOCore
package import PawlModel
import SegmentsOnDisk
import Upkeep

extension Maintenance {
    /// Makes the database of a storage directory anew from its segments alone, and puts it in the place of the one that is
    /// there, which is moved aside.
    ///
    /// Until the new one is whole the old one stays; a rebuild that is broken off changes nothing.
    package func rebuild(progress: @escaping @Sendable (String) -> Void) async throws -> RebuildReport {
        let layout = DiskLayout(root: settings.storage)
        guard layout.hasSegments else {
            throw DaemonError("There are no segments in \(settings.storage): name another one with --storage.")
        }
        let storage = try await Storage.open(settings.storage, .new)
        do {
            _ = try await storage.database.migrate()
            var report = try await Rebuild(
                storage: SegmentDirectory(files: storage.files, layout: layout),
                journal: SegmentDirectory(files: storage.files, layout: layout, kind: .journal),
                database: storage.database, ambient: .system, progress: progress
            ).run()
            await storage.database.close()
            // Before the new database is served: what is not in it must not be collected.
            try await keep(report.findings, layout, storage.files)
            report.movedAside = try await replaceDatabase(layout, storage.files)
            await storage.close()
            return report
        } catch {
            await storage.close()
            throw DaemonError(storage: settings.storage, error)
        }
    }

    /// Answers where the database lies now that was there before.
    private func replaceDatabase(_ layout: DiskLayout, _ files: POSIXFileSystem) async throws -> String? {
        var aside: String?
        if try await files.exists(layout.database) {
            let target = layout.databaseMovedAside(at: Ambient.system.now().fileNameText)
            let names = zip(DiskLayout.companions(of: layout.database), DiskLayout.companions(of: target))
            // What it has not taken in from its log goes with it, and first: alone it would meet the new one.
            for (name, target) in names where try await files.exists(name) { try await files.rename(name, to: target) }
            try await files.rename(layout.database, to: target)
            aside = target
        }
        try await files.rename(layout.unfinishedDatabase, to: layout.database)
        try await files.synchronizeDirectory(layout.root)
        return aside
    }

    /// Leaves what could not be brought back for whoever settles it.
    private func keep(_ findings: [String], _ layout: DiskLayout, _ files: POSIXFileSystem) async throws {
        try await files.remove(layout.rebuildFindings)
        guard !findings.isEmpty else { return }
        let file = try await files.open(layout.rebuildFindings, .create)
        try await file.write(ByteBuffer(string: findings.joined(separator: "\n") + "\n"), at: 0)
        try await file.synchronize()
        try await file.close()
        try await files.synchronizeDirectory(layout.root)
    }
}
