import Glibc
package import NIOPosix

/// The files of the system this process runs on. Each call blocks one thread of the given pool, and no other.
package struct POSIXFileSystem: FileSystem {
    private let threads: NIOThreadPool

    /// - Parameter threads: A started pool, which the caller shuts down after the last call.
    package init(threads: NIOThreadPool) {
        self.threads = threads
    }

    package func open(_ path: String, _ mode: FileMode) async throws -> any File {
        try await threads.file("open", path) { [threads] in
            POSIXFile(try descriptor(path, mode), path: path, threads: threads)
        }
    }

    private func descriptor(_ path: String, _ mode: FileMode) throws -> Descriptor {
        do {
            return try Descriptor(path, mode.flags, permissions: mode.permissions)
        } catch let error as FileError where error.errno == EINVAL && mode == .uncached {
            // The file system cannot: its cache is as durable, only slower.
            return try Descriptor(path, mode.flags & ~SystemCalls.direct, permissions: mode.permissions)
        }
    }

    package func list(_ directory: String) async throws -> [String] {
        try await threads.file("opendir", directory) {
            guard let stream = opendir(directory) else {
                if errno == ENOENT { return [] }
                throw FileError(call: "opendir", path: directory, errno: errno)
            }
            defer { closedir(stream) }
            return try names(in: stream, directory).sorted()
        }
    }

    package func makeDirectory(_ path: String) async throws {
        try await threads.file("mkdir", path) { try make(directory: path) }
    }

    package func exists(_ path: String) async throws -> Bool {
        try await threads.file("stat", path) {
            var status = stat()
            return lstat(path, &status) == 0
        }
    }

    package func rename(_ path: String, to target: String) async throws {
        try await threads.file("rename", path) {
            _ = try system("rename", path) { Glibc.rename(path, target) }
        }
    }

    package func makeWritable(_ path: String) async throws -> Bool {
        try await threads.file("chmod", path) {
            var status = stat()
            _ = try system("stat", path) { lstat(path, &status) }
            guard status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o200 == 0 else { return false }
            _ = try system("chmod", path) { chmod(path, 0o600) }
            return true
        }
    }

    package func remove(_ path: String) async throws {
        try await threads.file("unlink", path) {
            do {
                _ = try system("unlink", path) { unlink(path) }
            } catch let error as FileError where error.code == .notFound {
                // Gone already is what was asked for.
            }
        }
    }

    package func synchronizeDirectory(_ path: String) async throws {
        try await threads.file("fsync", path) { try synchronize(directory: path) }
    }

    package func freeSpace(at path: String) async throws -> Int64 {
        try await threads.file("statvfs", path) {
            var status = statvfs()
            _ = try system("statvfs", path) { statvfs(path, &status) }
            // What is kept back for root (f_bfree − f_bavail) is not ours.
            return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
        }
    }
}

extension FileMode {
    /// A name that is written through is never a symbolic link: whoever could plant one would choose the file.
    /// Reading follows links, for a client that sends what its user named.
    fileprivate var flags: Int32 {
        switch self {
        case .read: O_RDONLY
        case .update: O_RDWR | O_NOFOLLOW
        case .create: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
        case .uncached: O_RDWR | O_CREAT | O_NOFOLLOW | SystemCalls.direct
        }
    }

    /// What is stored is nobody else's to read.
    fileprivate var permissions: mode_t { 0o600 }
}

/// Makes a directory and those above it, and syncs the parent of each new one.
private func make(directory path: String) throws {
    let parent = parentDirectory(of: path)
    do {
        _ = try system("mkdir", path) { mkdir(path, 0o700) }
    } catch let error as FileError where error.code == .exists && isDirectory(path) {
        return
    } catch let error as FileError where error.code == .notFound && parent != path && !isDirectory(parent) {
        try make(directory: parent)
        return try make(directory: path)
    }
    try synchronize(directory: parent)
}

private func synchronize(directory path: String) throws {
    let descriptor = try Descriptor(path, O_RDONLY | O_DIRECTORY)
    _ = try system("fsync", path) { fsync(descriptor.number) }
}

private func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The directory that holds a path's last name: `a` of `a/b/`, `.` of `a`, `/` of `/a` and of `/`.
private func parentDirectory(of path: String) -> String {
    var rest = path[...]
    while rest.count > 1, rest.last == "/" { rest.removeLast() }
    guard let slash = rest.lastIndex(of: "/") else { return "." }
    return slash == rest.startIndex ? "/" : String(rest[..<slash])
}

private func names(in stream: OpaquePointer, _ directory: String) throws -> [String] {
    var names: [String] = []
    while true {
        // readdir(3): the end and an error both answer null; only an error sets errno.
        errno = 0
        guard let entry = readdir(stream) else {
            if errno == 0 { return names }
            throw FileError(call: "readdir", path: directory, errno: errno)
        }
        // The record may be shorter than `dirent`, so its name is read in place, never copied with the struct.
        let name = UnsafeRawPointer(entry).advanced(by: MemoryLayout<dirent>.offset(of: \.d_name)!)
        let text = String(cString: name.assumingMemoryBound(to: CChar.self))
        if text != "." && text != ".." { names.append(text) }
    }
}
