internal import Glibc

/// A regular local file, open for reading at any offset until its last reference goes. Its calls block.
final class SourceFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// What it was when it was opened.
    let state: FileState

    /// A longer file is read ahead by the system from the start; for a shorter one the call costs more than it gains.
    private static let readAheadSizeMin: Int64 = 1024 * 1024

    /// Opens a regular file that this user may read; says plainly what else it is.
    init(_ path: String) throws {
        self.path = path
        // Without O_NONBLOCK a named pipe would wait here for somebody to write; regular files do not care.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ClientError.unreadable(path, errno: errno) }
        self.descriptor = descriptor
        state = try FileState(descriptor: descriptor, path: path)
        guard state.isRegular else {
            throw ClientError(
                .notAFile,
                "'\(path.withoutControls)' is \(state.isDirectory ? "a directory" : "not a regular file").",
                advice: "Name a regular file.")
        }
        if state.size >= Self.readAheadSizeMin { _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL) }
    }

    deinit {
        close(descriptor)
    }

    /// The user whose file it is.
    var owner: UInt32? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status.st_uid : nil
    }

    /// Fills `target` from `offset` on; returns fewer bytes than it has room for only at the end of the file.
    func read(into target: UnsafeMutableRawBufferPointer, at offset: Int64) throws -> Int {
        var filled = 0
        while filled < target.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw ClientError.unreadable(path, errno: errno)
            }
        }
        return filled
    }

    /// Throws when there is something in a file that says it is empty, as those do that the system makes up while they are
    /// read (proc(5)): how long it is nobody knows.
    func checkEmpty() throws {
        var byte: UInt8 = 0
        guard try withUnsafeMutableBytes(of: &byte, { try read(into: $0, at: 0) }) > 0 else { return }
        throw ClientError(
            .notAFile, "'\(path.withoutControls)' says that it is empty, and is not.",
            advice: "Copy it to a plain file first.")
    }
}

/// What tells whether a file is still the one that was read: equal states mean that nobody wrote to it.
struct FileState: Hashable, Sendable {
    /// In bytes.
    var size: Int64
    /// The last write, in nanoseconds since 1970.
    var modified: Int64
    /// The last change of anything but the time of the last read: no call sets it to another one than now.
    var changed: Int64
    var device: UInt64
    var inode: UInt64
    /// Names that it has.
    var linkCount: UInt64
    /// The permission bits.
    var mode: UInt32

    var kind: LocalEntry.Kind

    var isRegular: Bool { kind == .file }
    var isDirectory: Bool { kind == .directory }

    /// Whether its owner may run it.
    var isExecutable: Bool { mode & 0o100 != 0 }

    init(_ status: stat) {
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        changed = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        linkCount = UInt64(status.st_nlink)
        mode = UInt32(status.st_mode & 0o7777)
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .symlink
            default: .special
            }
    }

    /// What is at a path, links followed; nil when nothing is.
    init?(path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw ClientError.unreadable(path, errno: errno)
        }
        self.init(status)
    }

    /// What is at a path, a link itself; nil when nothing is, or when it cannot be looked at.
    init?(itself path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// What an open descriptor is.
    init(descriptor: Int32, path: String) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw ClientError.unreadable(path, errno: errno) }
        self.init(status)
    }

    /// Whether both are the same file, whatever is in it.
    func isSameFile(as other: FileState) -> Bool {
        device == other.device && inode == other.inode
    }
}

extension ClientError {
    static func unreadable(_ path: String, errno code: Int32) -> ClientError {
        let advice =
            switch code {
            case ENOENT, ENOTDIR: "See whether the path is right."
            case EACCES, EPERM: "See who may read it."
            default: "See whether its disk is well."
            }
        return ClientError(
            .unreadableFile, "'\(path.withoutControls)' cannot be read (\(String(cString: strerror(code)))).",
            advice: advice)
    }

    static func changed(_ path: String) -> ClientError {
        ClientError(
            .fileChanged, "'\(path.withoutControls)' changed while it was being pushed, so no version was made.",
            advice: "Push again when it is quiet.")
    }
}
