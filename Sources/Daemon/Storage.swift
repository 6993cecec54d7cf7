package import Files
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
    private let fileThreads: NIOThreadPool
    private let readers: NIOThreadPool

    /// Claims `path`, making it when it is not there, and opens its database as it is.
    package static func open(_ path: String) async throws -> Storage {
        let fileThreads = NIOThreadPool(numberOfThreads: 8)
        let readers = NIOThreadPool(numberOfThreads: 4)
        fileThreads.start()
        readers.start()
        let layout = DiskLayout(root: path)
        let files = POSIXFileSystem(threads: fileThreads)
        do {
            try await files.makeDirectory(path)
            let lock = try FileLock(layout.lock)
            try await files.makeDirectory(layout.segments)
            let database = try await SQLiteDatabase.open(path: layout.database, readers: readers)
            return Storage(
                layout: layout, lock: lock, files: files, database: database, fileThreads: fileThreads, readers: readers
            )
        } catch {
            try? await fileThreads.shutdownGracefully()
            try? await readers.shutdownGracefully()
            throw DaemonError(storage: path, error)
        }
    }

    package func close() async {
        await database.close()
        lock.release()
        try? await fileThreads.shutdownGracefully()
        try? await readers.shutdownGracefully()
    }
}
