package import Files
import Foundation
import Metadata
package import MetadataOnSQLite
import NIOPosix
import PawlModel
package import SegmentsOnDisk

/// A storage directory, claimed by this process: its lock, its files and its database.
package struct Storage: Sendable {
    package let layout: DiskLayout
    package let lock: FileLock
    package let files: POSIXFileSystem
    package let database: SQLiteDatabase
    let fileThreads: NIOThreadPool
    private let readers: NIOThreadPool

    /// Which database of a directory is opened.
    package enum Database: Sendable {
        /// The one that is served, as it is.
        case served
        /// An empty one that is to take its place.
        case new
    }

    /// Claims `path`, making it when it is not there, and opens a database of it.
    package static func open(_ path: String, _ which: Database = .served) async throws -> Storage {
        let fileThreads = NIOThreadPool(numberOfThreads: 8)
        let readers = NIOThreadPool(numberOfThreads: 4)
        fileThreads.start()
        readers.start()
        let layout = DiskLayout(root: path)
        let files = POSIXFileSystem(threads: fileThreads)
        do {
            try await files.makeDirectory(path)
            let lock = try FileLock(layout.lock)
            guard try await !files.exists(layout.unfinishedRestore) else {
                throw DaemonError(
                    "A restore into \(path) did not end: run the same `pawl restore` again before anything else.")
            }
            if which == .served, !layout.hasDatabase, layout.hasSegments { throw DaemonError.noDatabase(path) }
            // Whoever owns the storage makes it, and not whoever backs it up first.
            _ = try FileHold.shared(layout.hold)
            for kind in DiskLayout.SegmentKind.allCases { try await files.makeDirectory(layout.segments(kind)) }
            let name = which == .new ? layout.unfinishedDatabase : layout.database
            if which == .new {
                for file in [name] + DiskLayout.companions(of: name) { try await files.remove(file) }
            }
            let database = try await SQLiteDatabase.open(path: name, readers: readers)
            return Storage(
                layout: layout, lock: lock, files: files, database: database, fileThreads: fileThreads, readers: readers
            )
        } catch {
            try? await fileThreads.shutdownGracefully()
            try? await readers.shutdownGracefully()
            throw DaemonError(storage: path, error)
        }
    }

    /// Sees to it that the storage can be told from others, once it has all migrations.
    func identify() async throws {
        guard try await database.migrationStatus().allSatisfy({ $0.appliedAt != nil }) else { return }
        try await database.transaction { try StorageIdentity($0).make(.system) }
    }

    package func close() async {
        await database.close()
        lock.release()
        try? await fileThreads.shutdownGracefully()
        try? await readers.shutdownGracefully()
    }
}

extension DiskLayout {
    /// Whether a daemon was ever started here: a look must not make a storage.
    var hasDatabase: Bool {
        let size = try? FileManager.default.attributesOfItem(atPath: database)[.size] as? Int
        return size ?? 0 > 0
    }

    /// Whether there is a segment of any kind.
    var hasSegments: Bool {
        guard let names = FileManager.default.enumerator(atPath: segments) else { return false }
        return names.contains { ($0 as? String)?.hasSuffix(".segment") ?? false }
    }
}
