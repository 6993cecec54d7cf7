internal import BlockFormat
internal import Glibc
internal import PawlModel

/// Where the cache of a folder lies: one file for each folder, in `$XDG_CACHE_HOME/pawl` or `~/.cache/pawl`.
///
/// Nothing of it is needed, so nothing that goes wrong with it is told. Its calls block.
struct CacheFile: Sendable {
    /// Bytes of one file: some three million blocks, 200 GB of content. What would be larger is not kept.
    static let sizeMax = 128 * 1024 * 1024
    /// Folders that are remembered; the one that was unused for longest goes first.
    static let countMax = 32

    private static let suffix = ".blocks"

    /// The folder's own path, links resolved.
    private let folder: String
    private let directory: String
    private let path: String

    /// Nil where there is no place for it.
    init?(of folder: String) {
        guard let resolved = realpath(folder, nil) else { return nil }
        defer { free(resolved) }
        guard let directory = Self.directory else { return nil }
        self.folder = String(cString: resolved)
        self.directory = directory
        path = directory + "/" + Digest(sha256Of: Array(self.folder.utf8)).hex.prefix(32) + Self.suffix
    }

    /// XDG Base Directory Specification: a relative path is none.
    private static var directory: String? {
        if let base = getenv("XDG_CACHE_HOME").map({ String(cString: $0) }), base.hasPrefix("/") {
            return base + "/pawl"
        }
        guard let home = getenv("HOME").map({ String(cString: $0) }), home.hasPrefix("/") else { return nil }
        return home + "/.cache/pawl"
    }

    /// What was kept; empty when there is nothing that can be believed.
    func load() -> BlockCache {
        // Another user's file in a place that both can write to is not ours to believe.
        guard let file = try? SourceFile(path), file.owner == geteuid(), 1...Int64(Self.sizeMax) ~= file.state.size
        else {
            return BlockCache()
        }
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: Int(file.state.size), alignment: 8)
        defer { bytes.deallocate() }
        guard let count = try? file.read(into: bytes, at: 0), count == bytes.count else { return BlockCache() }
        return BlockCache(parsing: UnsafeRawBufferPointer(bytes), folder: folder) ?? BlockCache()
    }

    /// Keeps a cache in the place of an older one, in one step.
    func save(_ cache: BlockCache) {
        let bytes = cache.encode(folder: folder)
        guard bytes.count <= Self.sizeMax, Self.make(directory: directory) else { return }
        // Made by mkstemp(3), so that two pushes at once do not write one file: it puts a name of its own in place of the X's.
        var template = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { return }
        let temporary = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        let isWhole = bytes.withUnsafeBytes { Self.write($0, to: descriptor) }
        close(descriptor)
        // No fsync: what a loss of power makes of it has no good checksum.
        guard isWhole, rename(temporary, path) == 0 else {
            unlink(temporary)
            return
        }
        removeOldest()
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            guard count > 0 || errno == EINTR else { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[max(0, count)...])
        }
        return true
    }

    private static func make(directory path: String) -> Bool {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return true }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex,
            make(directory: String(path[..<slash]))
        else { return false }
        return mkdir(path, 0o700) == 0 || errno == EEXIST
    }

    /// Temporary files that a kill left are among them.
    private func removeOldest() {
        guard let stream = opendir(directory) else { return }
        defer { closedir(stream) }
        var files: [(path: String, used: Int64)] = []
        while let entry = readdir(stream) {
            let start = UnsafeRawPointer(entry).advanced(by: MemoryLayout<dirent>.offset(of: \.d_name)!)
            let name = String(cString: start.assumingMemoryBound(to: CChar.self))
            guard name.contains(Self.suffix), let state = try? FileState(path: directory + "/" + name) else { continue }
            files.append((directory + "/" + name, state.modified))
        }
        guard files.count > Self.countMax else { return }
        files.sort { $0.used < $1.used }
        for file in files.prefix(files.count - Self.countMax) { unlink(file.path) }
    }
}
