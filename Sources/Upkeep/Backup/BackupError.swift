/// Why a backup cannot be made or restored, for a person.
package struct BackupError: Error, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
}
