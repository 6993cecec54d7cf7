internal import BlockFormat
internal import NIOPosix
internal import PawlModel

/// Compares what lies at a path with a version, reading every file whose size is that of its entry.
struct LocalComparison {
    private let path: String
    private let manifest: Manifest
    private let threads: NIOThreadPool
    private let listing: FolderListing

    init(_ path: String, _ manifest: Manifest, threads: NIOThreadPool) async throws {
        self.path = path
        self.manifest = manifest
        self.threads = threads
        listing = try await threads.runIfActive {
            switch (try FileState(path: path), manifest.kind) {
            case (let state?, .file) where state.isRegular:
                FolderListing(entries: [LocalEntry(path: "", kind: .file, state: state)])
            case (let state?, .directory) where state.isDirectory:
                try FolderWalk.list(path, leavesOutIgnored: false)
            case (nil, _):
                throw ClientError.unreadable(path, errno: 2)
            case (_?, .file):
                throw ClientError(
                    .notAFile, "'\(path.withoutControls)' is not a file, and the version is one.",
                    advice: "Name the file.")
            case (_?, .directory):
                throw ClientError(
                    .notAFile, "'\(path.withoutControls)' is not a folder, and the version is one.",
                    advice: "Name the folder.")
            }
        }
    }

    var hasUnfinishedPull: Bool { !listing.unfinishedPulls.isEmpty }

    func run(_ meter: ProgressMeter) async throws -> [FolderDifference] {
        var locals: [[UInt8]: Int] = [:]
        for (index, entry) in listing.entries.enumerated() { locals[Array(entry.path.utf8)] = index }
        var differences: [FolderDifference] = []
        var wanted: Set<[UInt8]> = []
        var files: [ScanFile] = []
        for (index, entry) in manifest.entries.enumerated() {
            let key = Array(entry.path.utf8)
            for end in key.indices where key[end] == UInt8(ascii: "/") { wanted.insert(Array(key[..<end])) }
            wanted.insert(key)
            let local = locals[key].map { listing.entries[$0] }
            if let kind = difference(of: local, entry) {
                differences.append(difference(kind, local, entry))
            } else if entry.kind == .file {
                files.append(
                    ScanFile(
                        number: index, path: path + (entry.path.isEmpty ? "" : "/" + entry.path),
                        cuts: .lengths(entry.blocks.map(\.length)), isOptional: true))
            }
        }
        differences += try await compareContents(files, locals, meter)
        // A directory that holds what is ignored is there for that.
        for entry in listing.entries where entry.isIgnored {
            let key = Array(entry.path.utf8)
            for end in key.indices where key[end] == UInt8(ascii: "/") { wanted.insert(Array(key[..<end])) }
        }
        for entry in listing.entries where !entry.isIgnored && !wanted.contains(Array(entry.path.utf8)) {
            differences.append(
                FolderDifference(
                    .removed, path: entry.path, old: entry.entryKind, new: nil, oldSize: entry.fileSize, newSize: 0))
        }
        differences += listing.troubles.map {
            FolderDifference(.removed, path: $0.path, old: nil, new: nil, oldSize: 0, newSize: 0)
        }
        return differences.sorted { $0.path.precedesInBytes($1.path) }
    }

    /// What can be seen without reading; nil when nothing differs there.
    private func difference(of local: LocalEntry?, _ entry: Manifest.Entry) -> FolderDifference.Kind? {
        guard let local else { return .added }
        switch (entry.kind, local.kind) {
        case (.directory, .directory): return nil
        case (.symlink, .symlink): return local.target.utf8.elementsEqual(entry.target.utf8) ? nil : .changed
        case (.file, .file): return local.state.size == entry.size ? nil : .changed
        default: return .changed
        }
    }

    /// Reads files of the right size.
    private func compareContents(
        _ files: [ScanFile], _ locals: [[UInt8]: Int], _ meter: ProgressMeter
    ) async throws -> [FolderDifference] {
        var next: [Int: Int] = [:]
        var isWrong: Set<Int> = []
        var differences: [FolderDifference] = []
        var scan = FileScan(files, threads: threads)
        while let slab = try await scan.next() {
            for piece in slab.blocks {
                let blocks = manifest.entries[piece.file].blocks
                let index = next[piece.file, default: 0]
                next[piece.file] = index + 1
                if piece.block != blocks[index] { isWrong.insert(piece.file) }
                meter.kept(bytes: piece.block.length)
            }
            for end in slab.ends {
                let entry = manifest.entries[end.file]
                guard let local = locals[Array(entry.path.utf8)].map({ listing.entries[$0] }) else { continue }
                let isWhole = end.readCount == entry.size && next[end.file, default: 0] == entry.blocks.count
                if !isWhole || isWrong.contains(end.file) {
                    differences.append(difference(.changed, local, entry))
                } else if local.state.isExecutable != entry.isExecutable {
                    differences.append(difference(.mode, local, entry))
                }
                next[end.file] = nil
            }
            scan.recycle(slab)
        }
        return differences
    }

    private func difference(
        _ kind: FolderDifference.Kind, _ local: LocalEntry?, _ entry: Manifest.Entry
    ) -> FolderDifference {
        FolderDifference(
            kind, path: entry.path, old: local?.entryKind, new: Entry.Kind(entry.kind),
            oldSize: local?.fileSize ?? 0, newSize: entry.size)
    }
}

extension LocalEntry {
    fileprivate var fileSize: Int64 { kind == .file ? state.size : 0 }

    fileprivate var entryKind: Entry.Kind? { kind.entryKind }
}
