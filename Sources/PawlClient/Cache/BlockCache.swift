package import BlockFormat

/// Which blocks the files of one local folder consist of, as they were when they were last read.
///
/// It only ever saves work. A file counts as known while its size, its times, its inode and its device are those that it
/// was read with; whoever relies on its blocks has the server confirm them, or proves them by their ids when they are
/// read. A cache that is lost, damaged, of another version or of another folder is an empty one.
package struct BlockCache: Sendable, Equatable {
    var files: [String: CachedFile] = [:]

    package init() {}

    package var paths: some Collection<String> { files.keys }
    package subscript(_ path: String) -> CachedFile? { files[path] }

    /// The blocks of a file that nobody wrote to since it was read.
    func blocks(of entry: LocalEntry) -> [BlockReference]? {
        guard entry.kind == .file, let file = files[entry.path], file.stamp == FileStamp(entry.state) else {
            return nil
        }
        return file.blocks
    }

    /// Takes in a file that was read.
    ///
    /// - Parameter readAt: When the reading began, in nanoseconds since 1970.
    mutating func insert(_ entry: LocalEntry, _ blocks: [BlockReference], readAt: Int64) {
        let stamp = FileStamp(entry.state)
        guard stamp.isTrusted(whenReadAt: readAt) else { return }
        files[entry.path] = CachedFile(stamp: stamp, blocks: blocks)
    }

    /// Takes over what another one knew.
    mutating func insert(_ entry: LocalEntry, from other: BlockCache) {
        guard let file = other.files[entry.path], file.stamp == FileStamp(entry.state) else { return }
        files[entry.path] = file
    }

    package mutating func insert(_ path: String, _ file: CachedFile) {
        files[path] = file
    }
}

/// What is known of one file.
package struct CachedFile: Sendable, Equatable {
    package var stamp: FileStamp
    package var blocks: [BlockReference]

    package init(stamp: FileStamp, blocks: [BlockReference]) {
        self.stamp = stamp
        self.blocks = blocks
    }
}

/// What tells one state of a file from another without reading it.
package struct FileStamp: Sendable, Hashable {
    /// In bytes.
    package var size: Int64
    /// In nanoseconds since 1970.
    package var modified: Int64
    package var changed: Int64
    package var device: UInt64
    package var inode: UInt64

    /// How coarse times are: a file that is written to twice within it has the same times after each. Linux counts in
    /// ticks of at most 10 ms; a time in whole seconds comes from a file system that knows no better, as FAT with its 2 s.
    private static let tick: Int64 = 100_000_000
    private static let coarseTick: Int64 = 2_100_000_000

    package init(size: Int64, modified: Int64, changed: Int64, device: UInt64, inode: UInt64) {
        self.size = size
        self.modified = modified
        self.changed = changed
        self.device = device
        self.inode = inode
    }

    init(_ state: FileState) {
        self.init(
            size: state.size, modified: state.modified, changed: state.changed, device: state.device,
            inode: state.inode)
    }

    /// Whether a write after the reading would have shown in the times: not when the last one before was just then.
    package func isTrusted(whenReadAt readAt: Int64) -> Bool {
        let isCoarse = modified % 1_000_000_000 == 0 || changed % 1_000_000_000 == 0
        return max(modified, changed) + (isCoarse ? Self.coarseTick : Self.tick) < readAt
    }
}
