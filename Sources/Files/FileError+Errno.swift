import Glibc

extension FileError {
    /// The error of a system call that just failed; the only place where an errno gets its meaning.
    init(call: String, path: String, errno code: Int32) {
        let meaning: Code =
            switch code {
            case ENOENT: .notFound
            case EEXIST: .exists
            case EACCES, EPERM: .notPermitted
            case ENOSPC, EDQUOT: .noSpace
            // A file system turns itself read-only (EROFS) when its disk failed: it is no safer than EIO.
            case EIO, EROFS, ENXIO, ENODEV, EUCLEAN, EBADMSG, ESTALE: .io
            default: .other
            }
        self.init(code: meaning, call: call, path: path, errno: code)
    }

    /// The call, the path and the system's own words: `fdatasync storage/segments/1: Input/output error`.
    package var message: String { "\(call) \(path): \(String(cString: strerror(errno)))" }
}

/// Runs a system call that answers −1 and sets errno; again when a signal broke it off (signal(7), EINTR).
func system<Answer: SignedInteger>(
    _ call: String, _ path: String, _ body: () -> Answer
) throws -> Answer {
    while true {
        let answer = body()
        if answer >= 0 { return answer }
        let code = errno
        if code != EINTR { throw FileError(call: call, path: path, errno: code) }
    }
}
