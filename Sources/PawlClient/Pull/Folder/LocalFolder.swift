internal import BlockFormat
internal import NIOPosix

/// What is known of a local folder: everything in it, and the blocks of the files that were read or that the cache knows.
struct LocalFolder: Sendable {
    let path: String
    let entries: [LocalEntry]
    private let threads: NIOThreadPool
    private(set) var items: [FolderItem]
    /// Files that the cache may learn: what was read here.
    private(set) var readTimes: [Int: Int64] = [:]

    /// Looks at a folder, which may be missing.
    init(_ path: String, cache: BlockCache, threads: NIOThreadPool) async throws {
        self.path = path
        self.threads = threads
        entries = try await threads.runIfActive {
            try FileState(path: path) == nil ? [] : try FolderWalk.list(path, leavesOutIgnored: false).entries
        }
        items = entries.map { FolderItem($0, blocks: cache.blocks(of: $0)) }
    }

    /// Reads files that were not, those at the paths of `content` or the others that belong to the folder.
    mutating func read(_ content: FolderContent, others: Bool) async throws {
        var wanted: [[UInt8]: Manifest.Entry] = [:]
        for entry in content.entries where entry.kind == .file { wanted[Array(entry.path.utf8)] = entry }
        var files: [ScanFile] = []
        for (index, item) in items.enumerated() where item.kind == .file && item.blocks == nil {
            let entry = wanted[Array(item.path.utf8)]
            guard others ? entry == nil && !item.isIgnored && item.size > 0 : entry != nil else { continue }
            // What cannot be read has no blocks, and is written anew.
            var file = ScanFile(number: index, path: path + "/" + item.path, isOptional: true)
            // Cuts that somebody made by hand are not found by the chunker, but perhaps in their old places.
            if let entry, content.profile != Chunker.profile { file.cuts = .lengths(entry.blocks.map(\.length)) }
            files.append(file)
        }
        let reading = try await FolderReading.read(files, threads: threads)
        for (index, blocks) in reading.blocks {
            items[index].blocks = blocks
            if content.profile == Chunker.profile { readTimes[index] = reading.times[index] }
        }
    }
}
