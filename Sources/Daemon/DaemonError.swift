import Files
import Metadata
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
        case let error as FileError where error.code == .noSpace:
            self.init("\(error.message). Make room there and try again.")
        case let error as FileError:
            self.init("\(error.message). Choose another --storage, or mend this one.")
        case let error as SQLError where error.code == .full:
            self.init("There is no room left for the database in \(path). Make some and try again.")
        case let error as SQLError where error.code == .corrupt:
            self.init("The database in \(path) is damaged: \(error.message). \(Self.waysBack)")
        case let error as MigrationError:
            self.init(error.message)
        default:
            self.init("The database in \(path) cannot be used: \(String(reflecting: cause))")
        }
    }

    /// There is nothing that was ever served.
    static func noStorage(_ path: String) -> DaemonError {
        DaemonError("There is no storage in \(path): name another one with --storage.")
    }

    /// Whose the segments are is known to nobody: an empty database beside them would take their bytes for nobody's.
    static func noDatabase(_ path: String) -> DaemonError {
        DaemonError("\(path) has segments, but its database, pawl.sqlite, is gone or empty. \(waysBack)")
    }

    private static let waysBack =
        "`pawl restore` makes a storage of the last backup, in another directory; `pawl doctor --rebuild` makes games, "
        + "assets, versions and channels again from the segments. Copy the directory first if you can."
}
