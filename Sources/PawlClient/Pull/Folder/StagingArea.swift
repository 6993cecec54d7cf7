internal import Glibc
internal import NIOCore
internal import PawlModel

/// Where a pull writes the files of a folder before they get their names: `.pawl-partial` in the folder itself, so that
/// a rename is one step. Its calls block.
///
/// A file in it is called by its root, so that a later pull that needs the same file finds it, and goes on with it.
final class StagingArea: Sendable {
    static let name = ".pawl-partial"
    private static let lockName = "lock"
    /// What stood in the way is called so, with a number behind it; beside it is a file that tells where it stood.
    private static let asidePrefix = "aside-"
    private static let pathSuffix = ".path"

    let folder: OpenFolder
    let descriptor: Int32
    private let claim: FileClaim

    /// Opens the area, made when it is missing, and claims it for this process.
    init(in folder: OpenFolder) throws {
        self.folder = folder
        try folder.makeDirectory(Self.name)
        descriptor = try folder.withDirectory("") { root in
            let descriptor = openat(root, Self.name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { throw folder.unwritable(Self.name) }
            return descriptor
        }
        do {
            claim = try FileClaim("\(folder.path)/\(Self.name)/\(Self.lockName)", for: folder.path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        close(descriptor)
    }

    /// Where a file in it is.
    func path(of name: String) -> String { Self.path(of: name, in: folder.path) }

    static func path(of name: String, in folder: String) -> String { "\(folder)/\(Self.name)/\(name)" }

    /// Whether nothing is in it that a later pull could use.
    var isEmpty: Bool { Self.isEmpty(descriptor) }

    private static func isEmpty(_ descriptor: Int32) -> Bool {
        (try? OpenFolder.names(in: descriptor))?.allSatisfy { $0 == lockName } ?? false
    }

    /// Whether a directory has an area with something in it: a pull was broken off, or goes on.
    static func isInUse(in directory: Int32) -> Bool {
        let descriptor = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return !isEmpty(descriptor)
    }

    /// Removes what is in it.
    func clear() throws {
        for name in try OpenFolder.names(in: descriptor) where name != Self.lockName {
            OpenFolder.removeAll(name, in: descriptor)
        }
    }

    /// Removes what a pull that was killed had written and this one does not need: files but those with these names.
    func clearFiles(except kept: Set<String>) throws {
        for name in try OpenFolder.names(in: descriptor)
        where name != Self.lockName && !kept.contains(name) && !name.hasPrefix(Self.asidePrefix) {
            OpenFolder.removeAll(name, in: descriptor)
        }
    }

    /// Removes the area itself, when it is empty but for the lock.
    func remove() throws {
        unlinkat(descriptor, Self.lockName, 0)
        try folder.remove(Self.name, isDirectory: true)
    }

    // MARK: What stood in the way

    /// Of what stood in the way of this pull, or of one that was killed.
    var asideNumbers: [Int] {
        ((try? OpenFolder.names(in: descriptor)) ?? []).filter { $0.hasPrefix(Self.asidePrefix) }
            .compactMap { Int($0.dropFirst(Self.asidePrefix.count)) }
    }

    /// Moves what stands at a path of the folder here, and answers what it is called here.
    func putAside(_ path: String, number: Int) throws -> String {
        let name = Self.asidePrefix + String(number)
        // First, so that whatever is here can be put back.
        let file = try open(name + Self.pathSuffix)
        try Array(path.utf8).withUnsafeBytes { try file.write($0, at: 0) }
        try folder.putAside(path, to: name, in: descriptor)
        return name
    }

    /// Moves it back, when its place is free, or has no more than the directories that a pull made there.
    func putBack(_ name: String, to path: String) {
        try? folder.removeEmptyTree(path)
        guard (try? folder.putBack(name, from: descriptor, at: path)) != nil else { return }
        unlinkat(descriptor, name + Self.pathSuffix, 0)
    }

    /// Moves back what a pull that was killed had put aside, the last first. What has no place any more, for the new is
    /// there, stays until this pull has done all else.
    func putBackAll() {
        for number in asideNumbers.sorted(by: >) {
            let name = Self.asidePrefix + String(number)
            guard let path = asidePath(name) else { continue }
            putBack(name, to: path)
        }
    }

    /// Where something stood: nil for what leads out of the folder, which no pull has written.
    private func asidePath(_ name: String) -> String? {
        guard let file = try? SourceFile(self.path(of: name + Self.pathSuffix)),
            file.state.size <= Int64(Limits.entryPathMax)
        else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(file.state.size))
        guard (try? bytes.withUnsafeMutableBytes({ try file.read(into: $0, at: 0) })) == bytes.count,
            let path = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let names = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return names.contains { $0.isEmpty || $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) } ? nil : path
    }

    // MARK: Files in it

    /// A file that is open for writing.
    final class OpenFile: Sendable {
        private let area: StagingArea
        private let name: String
        private let descriptor: Int32

        fileprivate init(_ name: String, in area: StagingArea) throws {
            self.name = name
            self.area = area
            let flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
            var descriptor = openat(area.descriptor, name, flags, 0o600)
            if descriptor < 0, errno == EACCES, fchmodat(area.descriptor, name, 0o600, 0) == 0 {
                // A pull that was killed had given it its mode, which was read-only.
                descriptor = openat(area.descriptor, name, flags, 0o600)
            }
            self.descriptor = descriptor
            guard descriptor >= 0 else { throw area.unwritable(name) }
            // A file with another name may be somebody's, somewhere else.
            let state = try FileState(descriptor: descriptor, path: area.path(of: name))
            guard state.isRegular, state.linkCount == 1 else { throw area.unwritable(name, because: EEXIST) }
        }

        deinit {
            close(descriptor)
        }

        func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
            var written = 0
            while written < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
                let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(written))
                guard count >= 0 || errno == EINTR else { throw area.unwritable(name) }
                written += max(0, count)
            }
        }

        /// Gives it its size and mode, and returns what it is then. What is beyond the size is dropped.
        func finish(size: Int64, mode: UInt32, synchronizes: Bool) throws -> FileState {
            guard ftruncate(descriptor, off_t(size)) == 0, fchmod(descriptor, mode_t(mode)) == 0,
                !synchronizes || fdatasync(descriptor) == 0
            else { throw area.unwritable(name) }
            return try FileState(descriptor: descriptor, path: area.path(of: name))
        }
    }

    /// Opens a file for writing, made when it is missing.
    func open(_ name: String) throws -> OpenFile { try OpenFile(name, in: self) }

    func makeLink(_ name: String, to target: String) throws {
        unlinkat(descriptor, name, 0)
        guard symlinkat(target, descriptor, name) == 0 else { throw unwritable(name) }
    }

    private func unwritable(_ name: String, because code: Int32? = nil) -> ClientError {
        if let code { errno = code }
        return folder.unwritable(Self.name + "/" + name)
    }
}
