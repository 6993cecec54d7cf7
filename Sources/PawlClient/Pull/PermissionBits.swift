internal import Glibc

/// Permission bits of files that a pull writes.
enum PermissionBits {
    /// The executable bits wherever it may be read, or none of them.
    static func of(_ plain: UInt32, isExecutable: Bool) -> UInt32 {
        let plain = plain & ~0o111
        return isExecutable ? plain | (plain & 0o444) >> 2 : plain
    }

    /// What the umask leaves of a new file's bits.
    static var new: UInt32 { 0o666 & ~umask }

    /// Read by setting it: there is no other call. A file made in that instant would have mode 0600 at most.
    private static let umask: UInt32 = {
        let mask = Glibc.umask(0o077)
        _ = Glibc.umask(mask)
        return UInt32(mask)
    }()
}
