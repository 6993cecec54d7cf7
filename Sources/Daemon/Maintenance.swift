import Blocks
import Files
import Logging
import MetadataOnSQLite
package import PawlModel
import SegmentsOnDisk
import Upkeep

/// Work on a storage directory that no daemon serves: each call claims it, and gives it back.
package struct Maintenance: Sendable {
    let settings: Settings

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
    ///
    /// - Parameter progress: Told of a step that takes long: what it is, how many rows are done, and how many there are.
    package func migrate(
        to target: Int?, progress: @escaping @Sendable (String, Int64, Int64) -> Void = { _, _, _ in }
    ) async throws -> [String] {
        try await withStorage { storage in
            try await storage.database.migrate(to: target) {
                progress("\($0.step.direction.rawValue) \($0.step.number) \($0.step.name)", $0.rowsDone, $0.rowsTotal)
            }.map { "\($0.direction.rawValue) \($0.number) \($0.name)" }
        }
    }

    /// Where the daemon that serves the directory can be asked; nil when there is none.
    package var servingAddress: String? {
        guard DiskLayout(root: settings.storage).hasDatabase else { return nil }
        do {
            try FileLock(DiskLayout(root: settings.storage).lock).release()
            return nil
        } catch {
            return (error as? FileLockHeld)?.note
        }
    }

    /// Checks rows against bytes.
    ///
    /// - Parameter repairing: Whether wrong counts are set right first; else nothing is changed.
    package func doctor(repairing: Bool = false) async throws -> DoctorReport {
        try await withRooms { rooms in
            let doctor = Doctor(store: rooms.blocks)
            let count = repairing ? try await doctor.repairCounts() : 0
            var report = try await doctor.examine()
            if repairing { report.repairs = count > 0 ? ["\(count) blocks count their holders anew"] : [] }
            return report
        }
    }

    /// Reads every byte of all segments; what is damaged is taken out of service.
    ///
    /// - Parameter progress: Called after each part with all that was found until then.
    package func scrub(progress: (ScrubReport) -> Void) async throws -> ScrubReport {
        try await withRooms { rooms in
            try await rooms.journal.start()
            var report = ScrubReport()
            repeat {
                let place = report.next.flatMap { ScrubPlace($0) } ?? .start
                report.append(try await rooms.scrub.run(from: place, for: .milliseconds(Limits.scrubSlice)))
                progress(report)
            } while report.next != nil
            return report
        }
    }

    private func withRooms<Value: Sendable>(_ body: (Rooms) async throws -> Value) async throws -> Value {
        try await withStorage { storage in
            try await requireCurrent(storage)
            let rooms = Rooms(storage: storage, settings: settings, logger: Logger(label: "pawl"))
            do {
                let value = try await body(rooms)
                await rooms.close()
                return value
            } catch {
                await rooms.close()
                throw error
            }
        }
    }

    /// Takes away what nobody needs, or only tells what that is.
    package func collect(dryRun: Bool) async throws -> CollectionReport {
        try await withRooms { rooms in
            if dryRun { return try await rooms.collector.preview() }
            try await rooms.blocks.recover()
            try await rooms.journal.start()
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

    /// Throws when there is nothing to work on.
    func requireStorage() throws {
        let layout = DiskLayout(root: settings.storage)
        guard !layout.hasDatabase else { return }
        throw layout.hasSegments ? DaemonError.noDatabase(layout.root) : .noStorage(layout.root)
    }

    private func withStorage<Value: Sendable>(_ body: (Storage) async throws -> Value) async throws -> Value {
        try requireStorage()
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
