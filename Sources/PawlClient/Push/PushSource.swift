internal import BlockFormat
internal import Glibc
internal import PawlModel

/// What is pushed, as it was before anything of it was read: a file, or a folder with all that is in it.
///
/// A file is one entry with an empty path, as in a manifest; so both go the same way from here on.
struct PushSource: Sendable {
    let path: String
    let kind: Manifest.Kind
    /// In the order of the manifest.
    let entries: [LocalEntry]

    /// Looks at everything, and refuses all at once what cannot be pushed. Blocks the thread.
    init(_ path: String) throws {
        self.path = path
        guard let state = try FileState(path: path) else { throw ClientError.unreadable(path, errno: ENOENT) }
        switch state.kind {
        case .directory:
            kind = .directory
            let listing = try FolderWalk.list(path)
            if let unfinished = listing.unfinishedPulls.first { throw Self.unfinished(path, unfinished) }
            let troubles = (listing.troubles + Self.troubles(of: listing.entries))
            guard troubles.isEmpty else { throw Self.unpushable(path, troubles) }
            entries = listing.entries
        case .file:
            kind = .file
            // Opened once for a clear word about what may not be read.
            _ = try SourceFile(path)
            entries = [LocalEntry(path: "", kind: .file, state: state)]
        case .symlink, .special:
            throw ClientError(
                .notAFile, "'\(path.withoutControls)' is neither a file nor a folder.", advice: "Name one of them.")
        }
    }

    /// Bytes of all files together.
    var size: Int64 { entries.reduce(0) { $0 + ($1.kind == .file ? $1.state.size : 0) } }
    var fileCount: Int { entries.count { $0.kind == .file } }

    func path(of index: Int) -> String {
        kind == .file ? path : path + "/" + entries[index].path
    }

    func scanFile(_ index: Int) -> ScanFile {
        ScanFile(number: index, path: path(of: index), state: entries[index].state)
    }

    /// The version that it makes with these blocks of each entry.
    func manifest(_ blocks: [[BlockReference]]) -> Manifest {
        guard kind == .directory else {
            return Manifest(file: blocks[0], isExecutable: entries[0].state.isExecutable)
        }
        return Manifest(
            directory: zip(entries, blocks).map { entry, blocks in
                switch entry.kind {
                case .directory: .directory(path: entry.path)
                case .symlink: .symlink(path: entry.path, target: entry.target)
                case .file, .special:
                    .file(path: entry.path, isExecutable: entry.state.isExecutable, blocks: blocks)
                }
            })
    }

    /// Looks at everything again. Blocks the thread.
    ///
    /// - Throws: `ClientError` with `fileChanged`, which names the first thing that is another one now.
    func checkUnchanged() throws {
        guard kind == .directory else {
            guard try FileState(path: path) == entries[0].state else { throw ClientError.changed(path) }
            return
        }
        let now = try FolderWalk.list(path).entries
        if let (old, _) = zip(entries, now).first(where: { !$0.isUnchanged(in: $1) }) {
            throw ClientError.changed(path + "/" + old.path)
        }
        guard now.count == entries.count else {
            let more = now.count > entries.count ? now : entries
            throw ClientError.changed(path + "/" + more[min(now.count, entries.count)].path)
        }
    }

    // MARK: What cannot be pushed

    private static func troubles(of entries: [LocalEntry]) -> [EntryTrouble] {
        var troubles: [EntryTrouble] = []
        var names = EntryNames()
        for entry in entries {
            if let detail = trouble(of: entry) {
                troubles.append(EntryTrouble(path: entry.path, detail: detail))
            }
            if let other = names.admit(entry.path) {
                troubles.append(
                    EntryTrouble(
                        path: entry.path,
                        detail: "differs from '\(other)' by case alone: some systems cannot have both"))
            }
        }
        if names.isFull {
            troubles.append(
                EntryTrouble(path: "", detail: "has more than \(Limits.entryNamesMax) files and folders in all"))
        }
        if entries.count > Limits.entriesMax {
            troubles.append(
                EntryTrouble(path: "", detail: "has \(entries.count) entries, and at most \(Limits.entriesMax) may be"))
        }
        return troubles
    }

    private static func trouble(of entry: LocalEntry) -> String? {
        if entry.kind == .special { return "is neither a file, a folder nor a link" }
        if let violation = EntryName.violation(in: entry.path) { return violation }
        guard entry.kind == .symlink else { return nil }
        if let violation = EntryName.violation(inTarget: entry.target) {
            return "is a link to '\(entry.target.withoutControls)', which \(violation)"
        }
        do {
            try Manifest(directory: [.symlink(path: entry.path, target: entry.target)]).validate()
            return nil
        } catch {
            return "is a link to '\(entry.target.withoutControls)', which does not stay inside"
        }
    }

    private static func unfinished(_ path: String, _ directory: String) -> ClientError {
        let folder = (directory.isEmpty ? path : path + "/" + directory).withoutControls
        return ClientError(
            .unfinishedPull, "A pull into '\(folder)' was broken off or goes on: what is there may be of two versions.",
            advice: "Pull again to its end. To push it as it is, remove '\(folder)/\(StagingArea.name)' first.")
    }

    private static func unpushable(_ path: String, _ troubles: [EntryTrouble]) -> ClientError {
        ClientError(
            .unpushable, "'\(path.withoutControls)' has what cannot be pushed:" + troubles.lines,
            advice: "Mend it, or name it in a .pawlignore.")
    }
}

extension LocalEntry {
    /// Whether this is what is there now, as far as a version knows of it.
    fileprivate func isUnchanged(in now: LocalEntry) -> Bool {
        switch kind {
        case .file, .special: self == now
        case .directory, .symlink: path == now.path && kind == now.kind && target == now.target
        }
    }
}
