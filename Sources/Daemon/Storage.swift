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
                layout: layout, lock: lock, files: files, database: database, fileThreads: fileThreads, readers: readers)
        } catch {
            try? await fileThreads.shutdownGracefully()
            try? await readers.shutdownGracefully()
            throw StorageError(path: path, cause: error)
        }
    }

    package func close() async {
        await database.close()
        lock.release()
        try? await fileThreads.shutdownGracefully()
        try? await readers.shutdownGracefully()
    }
}

/// Why a storage directory cannot be used, as a sentence for whoever started the daemon.
package struct StorageError: Error, CustomStringConvertible {
    package var description: String

    init(path: String, cause: any Error) {
        switch cause {
        case let held as FileLockHeld:
            let address = held.note.map { " at \($0)" } ?? ""
            let process = held.processID.map { " (process \($0))" } ?? ""
            description =
                "Another pawl\(process) already serves \(path)\(address). Stop it first, or name another --storage."
        case let error as FileError:
            description = "\(error.path) cannot be used: \(error.call) failed with \(error.code.rawValue) (errno \(error.errno))."
        default:
            description = "The database in \(path) cannot be opened: \(String(reflecting: cause))"
        }
    }
}
