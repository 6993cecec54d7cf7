import Files
import Foundation
import Logging
import Metadata
import MetadataOnSQLite
import NIOPosix
package import PawlModel
import SegmentsOnDisk
import Upkeep

extension Maintenance {
    /// Backs a storage up into a directory, beside the daemon that serves it, or with the storage claimed when none does.
    ///
    /// - Parameters:
    ///   - verifies: Whether every byte is read of what an earlier backup has there, and copied anew where it is damaged.
    ///   - progress: Called with the bytes that are done, and all there are.
    package func backup(
        to target: String, verifies: Bool = false, progress: @escaping @Sendable (Int64, Int64) -> Void
    ) async throws -> BackupReport {
        try requireStorage()
        // Also makes what SQLite needs to be read beside, when a stop has left the database without.
        let claimed = servingAddress == nil ? try await Storage.open(settings.storage) : nil
        let threads = NIOThreadPool(numberOfThreads: 4)
        threads.start()
        do {
            try await claimed?.identify()
            let report = try await backup(to: DiskLayout(root: target), verifies, threads, progress)
            try? await threads.shutdownGracefully()
            await claimed?.close()
            return report
        } catch {
            try? await threads.shutdownGracefully()
            await claimed?.close()
            throw Self.error(error, storage: settings.storage, backup: target)
        }
    }

    private static func error(_ error: any Error, storage: String, backup: String) -> DaemonError {
        switch error {
        case let error as BackupError: DaemonError(error.description)
        case let error as SQLError where error.code == .full: DaemonError("There is no room left in \(backup).")
        case let error as FileError where error.path.hasPrefix(backup) && error.code != .noSpace:
            DaemonError("\(error.message). Name another directory, or mend this one.")
        default: DaemonError(storage: storage, error)
        }
    }

    private func backup(
        to copy: DiskLayout, _ verifies: Bool, _ threads: NIOThreadPool,
        _ progress: @escaping @Sendable (Int64, Int64) -> Void
    ) async throws -> BackupReport {
        let layout = DiskLayout(root: settings.storage)
        let target = copy.root
        let files = POSIXFileSystem(threads: threads)
        let now = Ambient.system.now()
        let name = Backup.databaseName(at: now.fileNameText)
        let backup = Backup(
            files, from: place(layout, files), to: place(copy, files),
            holders: { segment, damage in
                try await SQLiteDatabase.read(target + "/" + name, on: threads) {
                    try BackupManifest.holders(of: damage, in: segment, $0)
                }
            }, progress: progress)
        guard !RealPath(target).isInside(RealPath(layout.root)) else {
            throw DaemonError("\(target) is in the storage itself: name another directory for the backup.")
        }
        let storage = try await SQLiteDatabase.read(layout.database, on: threads) { sql in
            // A database from before storages had an identity is backed up before it is migrated.
            try? StorageIdentity(sql).id()
        }
        try await backup.checkTarget(storage: storage)
        try await files.makeDirectory(target)
        let lock: FileLock
        do { lock = try FileLock(copy.lock) } catch is FileLockHeld {
            throw DaemonError("Another backup into \(target) is being made: wait for its end.")
        }
        let hold = try await Self.hold(layout.hold)
        let segments = try await SQLiteDatabase.snapshot(of: layout.database, into: target + "/" + name, on: threads) {
            try BackupManifest.segments(of: $0)
        }
        let snapshot = try await files.open(target + "/" + name, .update)
        try await snapshot.synchronize()
        try await snapshot.close()
        let report = try await backup.run(
            database: name, of: storage, segments: try await journal(segments, layout, files),
            extras: [DiskLayout.adminKeyName], verifies: verifies, at: now)
        withExtendedLifetime((lock, hold)) {}
        return report
    }

    /// Makes a storage of a backup, where there is none yet.
    ///
    /// - Parameter isDryRun: Whether the backup is only read, and nothing made.
    package func restore(
        from source: String, isDryRun: Bool = false, progress: @escaping @Sendable (Int64, Int64) -> Void
    ) async throws -> BackupReport {
        let layout = DiskLayout(root: settings.storage)
        let threads = NIOThreadPool(numberOfThreads: 4)
        threads.start()
        do {
            let report = try await restore(from: DiskLayout(root: source), layout, isDryRun, threads, progress)
            try? await threads.shutdownGracefully()
            return report
        } catch {
            try? await threads.shutdownGracefully()
            throw Self.error(error, storage: settings.storage, backup: source)
        }
    }

    private func restore(
        from source: DiskLayout, _ layout: DiskLayout, _ isDryRun: Bool, _ threads: NIOThreadPool,
        _ progress: @escaping @Sendable (Int64, Int64) -> Void
    ) async throws -> BackupReport {
        let files = POSIXFileSystem(threads: threads)
        let restore = Restore(files, from: place(source, files), to: place(layout, files), progress: progress)
        if isDryRun { return try await restore.verify() }
        // Before anything is made.
        try await restore.check()
        try await files.makeDirectory(layout.root)
        let lock = try FileLock(layout.lock)
        if try await !files.exists(layout.unfinishedRestore) {
            for name in [layout.database, layout.segments, layout.adminKey] where try await files.exists(name) {
                throw DaemonError("\(layout.root) is not empty: name another --storage to restore into.")
            }
            let mark = try await files.open(layout.unfinishedRestore, .create)
            try await mark.synchronize()
            try await mark.close()
            try await files.synchronizeDirectory(layout.root)
        }
        let report = try await restore.run(database: layout.database, extras: [DiskLayout.adminKeyName])
        try await files.remove(layout.unfinishedRestore)
        try await files.synchronizeDirectory(layout.root)
        withExtendedLifetime(lock) {}
        return report
    }

    /// Keeps segments from being removed. Whoever removes some just now is done in a moment.
    private static func hold(_ path: String) async throws -> FileHold {
        for _ in 0..<600 {
            if let hold = try FileHold.shared(path) { return hold }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw DaemonError("Segments are being removed for a minute now: try again later.")
    }

    /// With the segments of the journal that lie before the last one, which no row knows.
    private func journal(
        _ segments: [BackupManifest.Segment], _ layout: DiskLayout, _ files: POSIXFileSystem
    ) async throws -> [BackupManifest.Segment] {
        let storage = SegmentDirectory(files: files, layout: layout, kind: .journal)
        let last = segments.first { $0.kind == DiskLayout.SegmentKind.journal.rawValue }
        var segments = segments
        for number in try await storage.numbers() where number < last?.number ?? 0 {
            guard let length = try await storage.length(of: number) else { continue }
            segments.append(.init(kind: DiskLayout.SegmentKind.journal.rawValue, number: number, length: length))
        }
        return segments
    }

    private func place(_ layout: DiskLayout, _ files: POSIXFileSystem) -> BackupPlace {
        @Sendable func kind(_ name: String) -> DiskLayout.SegmentKind { .init(rawValue: name) ?? .blocks }
        return BackupPlace(
            root: layout.root, path: { layout.segment($0.number, kind($0.kind)) },
            storage: { SegmentDirectory(files: files, layout: layout, kind: kind($0)) })
    }
}

extension Timestamp {
    /// As a part of a file's name: `20261126T064300123456Z`.
    var fileNameText: String { description.filter { $0.isNumber || $0 == "T" || $0 == "Z" } }
}
