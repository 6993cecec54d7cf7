/// A failed file operation: which call, on which path, and the system's errno.
package struct FileError: Error, Sendable {
    /// What a caller can do about it.
    package enum Code: String, Sendable {
        case notFound
        case exists
        case notPermitted
        /// ENOSPC or EDQUOT: room may come back.
        case noSpace
        /// EIO and its like: the disk cannot be believed.
        case io
        case other
    }

    package var code: Code
    /// The system call, such as `fdatasync`.
    package var call: String
    package var path: String
    package var errno: Int32

    package init(code: Code, call: String, path: String, errno: Int32) {
        self.code = code
        self.call = call
        self.path = path
        self.errno = errno
    }
}
