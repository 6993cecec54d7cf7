internal import Glibc

/// An exclusive flock(2) on a file that is made when missing, held until the last reference goes.
///
/// Unlike `Files.FileLock` it writes nothing into the file, for the file's content is somebody's game.
final class FileClaim: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Claims the file at `path` without waiting. `target` is what people know it by.
    init(_ path: String, for target: String) throws {
        self.path = path
        // The pull that held it may give it its final name between our open and our lock: then this is that file,
        // and not ours to write.
        for _ in 0..<100 {
            let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw ClientError.unwritable(target, errno: errno) }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                let code = errno
                close(descriptor)
                throw code == EWOULDBLOCK ? Self.busy(target) : ClientError.unwritable(target, errno: code)
            }
            let claimed = try FileState(descriptor: descriptor, path: path)
            if let named = try FileState(path: path), named.isSameFile(as: claimed) {
                self.descriptor = descriptor
                return
            }
            close(descriptor)
        }
        throw Self.busy(target)
    }

    deinit {
        close(descriptor)
    }

    func state() throws -> FileState {
        try FileState(descriptor: descriptor, path: path)
    }

    func setMode(_ mode: UInt32) throws {
        guard fchmod(descriptor, mode_t(mode)) == 0 else { throw ClientError.unwritable(path, errno: errno) }
    }

    private static func busy(_ target: String) -> ClientError {
        ClientError(
            .busy, "Another pull is writing '\(target.withoutControls)' right now.",
            advice: "Wait until it is done, or pull to another place.")
    }
}
