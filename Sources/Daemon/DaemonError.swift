import Files
import MetadataOnSQLite

/// Why the daemon cannot start or a directory cannot be worked on: a sentence for whoever asked, with what to do next.
package struct DaemonError: Error, CustomStringConvertible {
    package var description: String

    init(_ description: String) {
        self.description = description
    }

    /// What went wrong with the storage directory at `path`.
    init(storage path: String, _ cause: any Error) {
        switch cause {
        case let error as DaemonError:
            self = error
        case let held as FileLockHeld:
            let address = held.note.map { " at \($0)" } ?? ""
            let process = held.processID.map { " (process \($0))" } ?? ""
            self.init(
                "Another pawl\(process) already serves \(path)\(address). Stop it first, or name another --storage.")
        case let error as FileError:
            self.init("\(error.message). Choose another --storage, or mend this one.")
        case let error as MigrationError:
            self.init(error.message)
        default:
            self.init("The database in \(path) cannot be used: \(String(reflecting: cause))")
        }
    }
}
