internal import Glibc
internal import PawlModel

/// A local folder that is written to. Its calls block.
///
/// Every name on the way to a place in it is opened by itself and must be a directory, never a link: whatever somebody
/// puts there meanwhile, nothing is read from or written to elsewhere.
final class OpenFolder: Sendable {
    let path: String
    private let root: Int32

    /// Makes a folder where nothing is.
    static func make(_ path: String) throws {
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw ClientError.unwritable(path, errno: errno) }
    }

    /// Opens a folder; links on the way to it are followed, for its user named it.
    init(_ path: String) throws {
        self.path = path
        root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard root >= 0 else { throw ClientError.unwritable(path, errno: errno) }
    }

    deinit {
        close(root)
    }

    /// Opens the directory at a relative path, which may be empty, for as long as `body` runs.
    func withDirectory<Result>(_ directory: some StringProtocol, _ body: (Int32) throws -> Result) throws -> Result {
        var current = dup(root)
        guard current >= 0 else { throw unwritable(String(directory)) }
        defer { close(current) }
        // By bytes: to a Character, a '/' with a combining mark behind it is another letter.
        for name in directory.utf8.split(separator: UInt8(ascii: "/")) {
            let next = openat(
                current, String(decoding: name, as: UTF8.self), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { throw unwritable(String(directory)) }
            close(current)
            current = next
        }
        return try body(current)
    }

    /// The same for the directory that something is in, with the name that it has there.
    func withParent<Result>(of path: String, _ body: (Int32, String) throws -> Result) throws -> Result {
        let bytes = path.utf8
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else {
            return try withDirectory("", { try body($0, path) })
        }
        let name = String(Substring(bytes[bytes.index(after: slash)...]))
        return try withDirectory(Substring(bytes[..<slash])) { try body($0, name) }
    }

    func makeDirectory(_ path: String) throws {
        try withParent(of: path) { directory, name in
            guard mkdirat(directory, name, 0o777) == 0 || errno == EEXIST else { throw unwritable(path) }
        }
    }

    /// Gives something in another open directory its place here, in one step; what was there before is gone.
    func publish(_ name: String, from source: Int32, at path: String) throws {
        try withParent(of: path) { directory, target in
            guard renameat(source, name, directory, target) == 0 else { throw unwritable(path) }
        }
    }

    /// Moves what is at a path into another open directory, under a name that is free there.
    func putAside(_ path: String, to name: String, in target: Int32) throws {
        try withParent(of: path) { directory, source in
            guard renameat(directory, source, target, name) == 0 else { throw unwritable(path) }
        }
    }

    /// Moves something in another open directory back to a path, when nothing is there.
    func putBack(_ name: String, from source: Int32, at path: String) throws {
        try withParent(of: path) { directory, target in
            var state = stat()
            guard fstatat(directory, target, &state, AT_SYMLINK_NOFOLLOW) != 0, errno == ENOENT,
                renameat(source, name, directory, target) == 0
            else { throw unwritable(path) }
        }
    }

    /// Gives a file the executable bits that it should have, and leaves its other bits alone.
    func setExecutable(_ path: String, _ isExecutable: Bool) throws {
        try withParent(of: path) { directory, name in
            let file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard file >= 0 else { throw unwritable(path) }
            defer { close(file) }
            let mode = PermissionBits.of(try FileState(descriptor: file, path: path).mode, isExecutable: isExecutable)
            guard fchmod(file, mode_t(mode)) == 0 else { throw unwritable(path) }
        }
    }

    /// Removes a file, a link, or a directory that is empty; one that is not stays, for what is in it is somebody's.
    func remove(_ path: String, isDirectory: Bool) throws {
        try withParent(of: path) { directory, name in
            guard unlinkat(directory, name, isDirectory ? AT_REMOVEDIR : 0) != 0 else { return }
            let isFine = errno == ENOENT || isDirectory && (errno == ENOTEMPTY || errno == EEXIST)
            guard isFine else { throw unwritable(path) }
        }
    }

    /// Removes a directory of ours with all that is in it; what cannot be removed stays.
    static func removeAll(_ name: String, in directory: Int32) {
        let descriptor = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            unlinkat(directory, name, 0)
            return
        }
        for inner in (try? names(in: descriptor)) ?? [] { removeAll(inner, in: descriptor) }
        close(descriptor)
        unlinkat(directory, name, AT_REMOVEDIR)
    }

    /// Removes a directory in which, however deep, is nothing but directories: what a pull makes before its files.
    func removeEmptyTree(_ path: String) throws {
        try withParent(of: path) { directory, name in
            if Self.isEmptyTree(name, in: directory) { Self.removeAll(name, in: directory) }
        }
    }

    private static func isEmptyTree(_ name: String, in directory: Int32) -> Bool {
        let descriptor = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return (try? names(in: descriptor))?.allSatisfy { isEmptyTree($0, in: descriptor) } ?? false
    }

    /// The names in an open directory that are text, without `.` and `..`.
    static func names(in directory: Int32) throws -> [String] {
        let copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let start = UnsafeRawPointer(entry).advanced(by: MemoryLayout<dirent>.offset(of: \.d_name)!)
            let name = String(cString: start.assumingMemoryBound(to: CChar.self))
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Makes everything in the folder's file system durable: one call for many files (syncfs(2)).
    func synchronize() throws {
        guard Self.syncFileSystem(root) == 0 else { throw unwritable("") }
    }

    /// syncfs(2), which Swift's Glibc does not show.
    private static let syncFileSystem: @convention(c) (Int32) -> Int32 = {
        guard let symbol = dlsym(nil, "syncfs") else {
            // A C library without it has the call that syncs all file systems.
            return { _ in
                sync()
                return 0
            }
        }
        return unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)
    }()

    func unwritable(_ path: String) -> ClientError {
        let code = errno
        return ClientError.unwritable(
            path.isEmpty ? self.path : self.path + "/" + path, errno: code,
            isDiskFull: code == ENOSPC || code == EDQUOT)
    }
}
