package import Files
import Glibc

extension FileError.Code {
    /// An errno that this code stands for, for errors that no system call made.
    package var errno: Int32 {
        switch self {
        case .notFound: ENOENT
        case .exists: EEXIST
        case .notPermitted: EACCES
        case .noSpace: ENOSPC
        case .io: EIO
        case .other: EINVAL
        }
    }
}
