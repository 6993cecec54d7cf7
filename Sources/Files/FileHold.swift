import Glibc

/// A claim on a file that many may share, or one have alone, over all processes (flock(2)).
///
/// The kernel drops it with the process, however that dies.
package final class FileHold: Sendable {
    private let descriptor: Descriptor

    private init(_ descriptor: Descriptor) { self.descriptor = descriptor }

    deinit {
        // Closing alone would leave it to a child that was forked just now and has not run its program yet.
        _ = flock(descriptor.number, LOCK_UN)
    }

    /// Shares the claim on a file, which is made when missing. Nil while somebody has it alone.
    package static func shared(_ path: String) throws -> FileHold? { try claim(path, LOCK_SH) }

    /// Has the claim alone. Nil while anybody has it.
    package static func alone(_ path: String) throws -> FileHold? { try claim(path, LOCK_EX) }

    private static func claim(_ path: String, _ mode: Int32) throws -> FileHold? {
        let descriptor = try Descriptor(path, O_RDWR | O_CREAT | O_NOFOLLOW, permissions: 0o600)
        let number = descriptor.number
        do {
            _ = try system("flock", path) { flock(number, mode | LOCK_NB) }
            return FileHold(descriptor)
        } catch let error as FileError where error.errno == EWOULDBLOCK {
            return nil
        }
    }
}
