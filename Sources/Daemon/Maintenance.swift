import Blocks
import Files
import Foundation
import Logging
import MetadataOnSQLite
package import PawlModel
import SegmentsOnDisk
import Upkeep

/// Work on a storage directory that no daemon serves: each call claims it, and gives it back.
package struct Maintenance: Sendable {
    private let settings: Settings

    package init(settings: Settings) {
        self.settings = settings
    }

    /// One migration, and when it was applied.
    package struct MigrationState: Sendable {
        package var number: Int
        package var name: String
        package var appliedAt: Timestamp?
    }

    package func migrationStatus() async throws -> [MigrationState] {
        try await withStorage { storage in
            try await storage.database.migrationStatus().map {
                MigrationState(number: $0.migration.number, name: $0.migration.name, appliedAt: $0.appliedAt)
            }
        }
    }

    /// Migrates up or down to a number, or up to the newest. Returns a line for each step that was made.
    package func migrate(to target: Int?) async throws -> [String] {
        try await withStorage { storage in
            try await storage.database.migrate(to: target).map { "\($0.direction.rawValue) \($0.number) \($0.name)" }
        }
    }

    /// Where the daemon that serves the directory can be asked; nil when there is none.
    package var servingAddress: String? {
        guard hasStorage else { return nil }
        do {
            try FileLock(DiskLayout(root: settings.storage).lock).release()
            return nil
        } catch {
            return (error as? FileLockHeld)?.note
        }
    }

    /// Checks rows against bytes; changes nothing.
    package func doctor() async throws -> DoctorReport {
        try await withStorage { storage in
            try await requireCurrent(storage)
            let rooms = Rooms(storage: storage, settings: settings, logger: Logger(label: "pawl"))
            return try await Doctor(store: rooms.blocks).examine()
        }
    }

    /// Takes away what nobody needs, or only tells what that is.
    package func collect(dryRun: Bool) async throws -> CollectionReport {
        try await withStorage { storage in
            try await requireCurrent(storage)
            let rooms = Rooms(storage: storage, settings: settings, logger: Logger(label: "pawl"))
            if dryRun { return try await rooms.collector.preview() }
            try await rooms.blocks.recover()
            var report = try await rooms.collector.collect()
            while !report.isComplete { report.add(try await rooms.collector.collect()) }
            return report
        }
    }

    private func requireCurrent(_ storage: Storage) async throws {
        guard try await storage.database.migrationStatus().allSatisfy({ $0.appliedAt != nil }) else {
            throw DaemonError("The database in \(settings.storage) is not up to date: run `pawl migrate up` first.")
        }
    }

    /// Whether a daemon was ever started there: a look must not make one.
    private var hasStorage: Bool {
        FileManager.default.fileExists(atPath: DiskLayout(root: settings.storage).database)
    }

    private func withStorage<Value: Sendable>(_ body: (Storage) async throws -> Value) async throws -> Value {
        guard hasStorage else {
            throw DaemonError("There is no storage in \(settings.storage): name another one with --storage.")
        }
        let storage = try await Storage.open(settings.storage)
        do {
            let value = try await body(storage)
            await storage.close()
            return value
        } catch {
            await storage.close()
            throw DaemonError(storage: settings.storage, error)
        }
    }
}
