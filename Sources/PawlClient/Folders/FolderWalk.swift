internal import Glibc
internal import PawlModel

/// Looks at everything in a local folder, without reading any file. Blocks the thread.
///
/// Links are never followed: each directory is opened by its path, and must be the very one that was seen there.
package struct FolderWalk {
    /// Whether what is ignored is left out, with all beneath it; else it is marked.
    private let leavesOutIgnored: Bool
    private let root: String
    private var listing = FolderListing()

    private init(_ root: String, leavesOutIgnored: Bool) {
        self.root = root
        self.leavesOutIgnored = leavesOutIgnored
    }

    package static func list(_ root: String, leavesOutIgnored: Bool = true) throws -> FolderListing {
        var walk = FolderWalk(root, leavesOutIgnored: leavesOutIgnored)
        try walk.run()
        return walk.listing
    }

    /// A directory that is still to be looked into.
    private struct Pending {
        var path: String
        var depth: Int
        var state: FileState?
        var rules: IgnoreRules
        var isIgnored: Bool
    }

    private mutating func run() throws {
        var pending = [Pending(path: "", depth: 0, state: nil, rules: IgnoreRules(), isIgnored: false)]
        while let directory = pending.popLast() {
            do {
                try look(into: directory, &pending)
            } catch let error as ClientError where !directory.path.isEmpty {
                listing.troubles.append(
                    EntryTrouble(path: directory.path, detail: "cannot be looked into: \(error.message)"))
            }
        }
        listing.entries.sort { $0.path.precedesInBytes($1.path) }
        listing.troubles.sort { $0.path.precedesInBytes($1.path) }
    }

    private mutating func look(into directory: Pending, _ pending: inout [Pending]) throws {
        let path = directory.path.isEmpty ? root : root + "/" + directory.path
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (directory.path.isEmpty ? 0 : O_NOFOLLOW)
        let descriptor = open(path, flags)
        guard descriptor >= 0 else { throw ClientError.unreadable(path, errno: errno) }
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            throw ClientError.unreadable(path, errno: errno)
        }
        defer { closedir(stream) }
        if let seen = directory.state,
            try !FileState(descriptor: descriptor, path: path).isSameFile(as: seen)
        {
            throw ClientError.changed(path)
        }
        let names = try Self.names(in: stream, path)
        var rules = directory.rules
        if !directory.isIgnored, names.contains(where: { $0.elementsEqual(Self.ignoreFileName) }) {
            rules.add(try Self.ignoreFile(in: descriptor, path), depth: directory.depth)
        }
        for name in names {
            let bytes = name.dropLast()
            guard let text = String(validating: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self) else {
                let shown = String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
                listing.troubles.append(
                    EntryTrouble(path: join(directory.path, shown), detail: "has a name that is not UTF-8"))
                continue
            }
            if Self.isOurs(text) {
                if text == StagingArea.name, StagingArea.isInUse(in: dirfd(stream)) {
                    listing.unfinishedPulls.append(directory.path)
                }
                continue
            }
            guard let entry = try entry(text, in: descriptor, of: directory, rules) else { continue }
            listing.entries.append(entry)
            if entry.kind == .directory {
                pending.append(
                    Pending(
                        path: entry.path, depth: directory.depth + 1, state: entry.state, rules: rules,
                        isIgnored: entry.isIgnored))
            }
        }
    }

    /// What is under a name; nil when it is left out, or gone.
    private mutating func entry(
        _ name: String, in descriptor: Int32, of directory: Pending, _ rules: IgnoreRules
    ) throws -> LocalEntry? {
        var status = stat()
        let path = join(directory.path, name)
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw ClientError.unreadable(root + "/" + path, errno: errno)
        }
        let state = FileState(status)
        let isIgnored =
            directory.isIgnored || name == IgnoreRules.fileName
            || !rules.isEmpty && rules.ignores(path, isDirectory: state.kind == .directory)
        if isIgnored, leavesOutIgnored { return nil }
        var entry = LocalEntry(path: path, kind: state.kind, state: state, isIgnored: isIgnored)
        if state.kind == .symlink {
            guard let target = Self.target(of: name, in: descriptor) else {
                throw ClientError.unreadable(root + "/" + path, errno: errno)
            }
            guard let text = String(validating: target, as: UTF8.self) else {
                listing.troubles.append(EntryTrouble(path: path, detail: "is a link to a name that is not UTF-8"))
                return nil
            }
            entry.target = text
        }
        return entry
    }

    private func join(_ directory: String, _ name: String) -> String {
        directory.isEmpty ? name : directory + "/" + name
    }

    /// What a pull has under way: never part of a content.
    private static func isOurs(_ name: String) -> Bool {
        name.hasSuffix(".pawl-partial") && name.hasPrefix(".")
    }

    private static let ignoreFileName = Array(IgnoreRules.fileName.utf8CString)

    private static func ignoreFile(in directory: Int32, _ path: String) throws -> String {
        let name = path + "/" + IgnoreRules.fileName
        let descriptor = openat(directory, IgnoreRules.fileName, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw ClientError.unreadable(name, errno: errno) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: IgnoreRules.fileSizeMax + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + filled, $0.count - filled) }
            if count == 0 { break }
            if count < 0, errno == EISDIR {
                throw ClientError(
                    .unreadableFile, "'\(name.withoutControls)' is a folder, and must be a file with patterns.",
                    advice: "Give it another name.")
            }
            guard count > 0 || errno == EINTR else { throw ClientError.unreadable(name, errno: errno) }
            filled += max(0, count)
        }
        guard filled <= IgnoreRules.fileSizeMax else {
            throw ClientError(
                .unreadableFile, "'\(name.withoutControls)' is longer than \(IgnoreRules.fileSizeMax) bytes.",
                advice: "Shorten it.")
        }
        return String(decoding: bytes[..<filled], as: UTF8.self)
    }

    private static func target(of name: String, in directory: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = bytes.withUnsafeMutableBytes {
            readlinkat(directory, name, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
        }
        guard count >= 0 else { return nil }
        return Array(bytes[..<count])
    }

    /// The names with their final NUL, without `.` and `..`.
    private static func names(in stream: OpaquePointer, _ path: String) throws -> [[CChar]] {
        var names: [[CChar]] = []
        while true {
            // readdir(3): the end and an error both answer null; only an error sets errno.
            errno = 0
            guard let entry = readdir(stream) else {
                if errno == 0 { return names }
                throw ClientError.unreadable(path, errno: errno)
            }
            // The record may be shorter than `dirent`, so its name is read in place, never copied with the struct.
            let start = UnsafeRawPointer(entry).advanced(by: MemoryLayout<dirent>.offset(of: \.d_name)!)
                .assumingMemoryBound(to: CChar.self)
            let name = Array(UnsafeBufferPointer(start: start, count: strlen(start) + 1))
            if name != [46, 0], name != [46, 46, 0] { names.append(name) }
        }
    }
}
