internal import BlockFormat
internal import PawlModel

/// What has to be done for a folder to have the content of a version.
///
/// Pure: made from what is known of the files on the disk. Blocks that are found by the first bytes of their ids are
/// proven when they are copied, and those that prove wrong are fetched after all.
///
/// Files are written in batches beside their places, and take their names when their batch is whole. A file that others
/// still need blocks of is not replaced before: what takes its place waits. Those waits are bounded: where more than
/// `waitingSizeMax` bytes would wait, blocks are fetched that could have been copied.
package struct FolderPlan: Sendable {
    /// Where the bytes of a block come from.
    package enum Source: Sendable, Equatable {
        case server
        /// In its place already: a pull that was killed left it there.
        case present
        /// A local file, and where in it.
        case item(Int, Int64)
        /// Another place of the version that is written before, or in the same batch.
        case entry(Int, Int64)
    }

    /// A file that is written anew.
    package struct Write: Sendable, Equatable {
        package var entry: Int
        /// The local file that it takes the place of.
        package var item: Int?
        /// For each of its blocks.
        package var sources: [Source]
    }

    /// Writes that are made durable together. Some of them, and of those before, take their names then.
    package struct Batch: Sendable, Equatable {
        package var writes: [Int] = []
        package var publishes: [Int] = []
    }

    /// Items that stand where the version has something of another kind. They are put aside.
    package internal(set) var displaced: [Int] = []
    /// To be made, each behind the one that it is in.
    package internal(set) var directories: [String] = []
    package internal(set) var writes: [Write] = []
    package internal(set) var batches: [Batch] = []
    /// Entries that are links to be made, after all files.
    package internal(set) var links: [Int] = []
    /// Entries that differ in the executable bit alone.
    package internal(set) var modes: [Int] = []
    /// Items to remove at the end, each before the directory that it is in.
    package internal(set) var removed: [Int] = []

    /// Files; directories and links are not counted.
    package internal(set) var addedCount = 0
    package internal(set) var changedCount = 0
    package internal(set) var removedCount = 0
    package internal(set) var unchangedCount = 0
    /// To fetch from the server.
    package internal(set) var bytesDown: Int64 = 0
    package internal(set) var bytesWritten: Int64 = 0
    /// The most that lies beside the files at one time.
    package internal(set) var temporaryBytes: Int64 = 0
    /// The most that the folder has more at one time than before.
    package internal(set) var growthMax: Int64 = 0
    /// All that differs, in no order.
    package internal(set) var differences: [FolderDifference] = []

    /// Whether the folder is the version already.
    package var isNothing: Bool {
        displaced.isEmpty && directories.isEmpty && writes.isEmpty && links.isEmpty && modes.isEmpty && removed.isEmpty
    }

    /// - Parameters:
    ///   - items: What is in the folder, ascending by the bytes of their paths.
    ///   - present: For entries that a killed pull began, which of their blocks are in place.
    ///   - removesOthers: Whether what the version does not have is removed.
    package init(
        _ content: FolderContent, items: [FolderItem], present: [Int: [Bool]] = [:], removesOthers: Bool,
        bounds: Bounds = Bounds()
    ) {
        compare(content, items, removesOthers: removesOthers)
        var sources = FolderSources(content, items, present, writes)
        order(&sources, content, items, bounds)
    }

    /// How much is done at once.
    package struct Bounds: Sendable {
        /// Bytes and files of one batch; a larger file is one alone.
        package var batchSizeMax: Int64 = 64 * 1024 * 1024
        package var batchCountMax = 2000
        /// Bytes that are written and wait because others still need what they replace.
        package var waitingSizeMax: Int64 = 1024 * 1024 * 1024

        package init() {}
    }

    // MARK: What differs

    private mutating func compare(_ content: FolderContent, _ items: [FolderItem], removesOthers: Bool) {
        // By bytes: two spellings of a letter are the same String, and two files.
        var places: [[UInt8]: Int] = [:]
        for (index, item) in items.enumerated() { places[Array(item.path.utf8)] = index }
        var wanted: Set<[UInt8]> = []
        for path in content.directories {
            wanted.insert(Array(path.utf8))
            let place = places[Array(path.utf8)]
            if let place, items[place].kind == .directory { continue }
            if let place { displaced.append(place) }
            directories.append(path)
            note(place == nil ? .added : .changed, path, place.map { items[$0] }, .directory)
        }
        for (index, entry) in content.entries.enumerated() where entry.kind != .directory {
            wanted.insert(Array(entry.path.utf8))
            compare(entry, at: index, places[Array(entry.path.utf8)], items)
        }
        leaveOut(items, wanted, removesOthers: removesOthers)
    }

    private mutating func compare(_ entry: Manifest.Entry, at index: Int, _ place: Int?, _ items: [FolderItem]) {
        let file = entry.kind == .file ? 1 : 0
        guard let place else {
            note(.added, entry.path, nil, Entry.Kind(entry.kind), entry.size)
            addedCount += file
            add(entry, at: index, replacing: nil)
            return
        }
        let item = items[place]
        switch (entry.kind, item.kind) {
        // Cuts by length may leave bytes behind the last block: then it is another file.
        case (.file, .file) where item.size == entry.size && item.blocks == entry.blocks:
            if item.isExecutable == entry.isExecutable {
                unchangedCount += 1
            } else {
                changedCount += 1
                modes.append(index)
                note(.mode, entry.path, item, .file, entry.size)
            }
        case (.symlink, .symlink) where item.target.utf8.elementsEqual(entry.target.utf8): break
        case (_, .directory):
            // What was in it is counted as removed.
            note(.changed, entry.path, item, Entry.Kind(entry.kind), entry.size)
            addedCount += file
            displaced.append(place)
            add(entry, at: index, replacing: nil)
        default:
            note(.changed, entry.path, item, Entry.Kind(entry.kind), entry.size)
            changedCount += file
            add(entry, at: index, replacing: item.kind == .file ? place : nil)
        }
    }

    private mutating func add(_ entry: Manifest.Entry, at index: Int, replacing item: Int?) {
        if entry.kind == .symlink {
            links.append(index)
        } else {
            writes.append(Write(entry: index, item: item, sources: []))
            bytesWritten += entry.size
        }
    }

    /// What goes: all beneath what is put aside, and what the version does not have when that is asked for.
    private mutating func leaveOut(_ items: [FolderItem], _ wanted: Set<[UInt8]>, removesOthers: Bool) {
        let aside = Set(displaced)
        let beneath = displaced.filter { items[$0].kind == .directory }.map { items[$0].path + "/" }
        for (index, item) in items.enumerated() {
            if !aside.contains(index) {
                if beneath.contains(where: { item.path.utf8.starts(with: $0.utf8) }) {
                    // It goes with what it is in.
                } else if removesOthers, !item.isIgnored, !wanted.contains(Array(item.path.utf8)) {
                    removed.append(index)
                } else {
                    continue
                }
                note(.removed, item.path, item, nil)
            }
            if item.kind == .file { removedCount += 1 }
        }
        removed.reverse()
    }

    private mutating func note(
        _ kind: FolderDifference.Kind, _ path: String, _ old: FolderItem?, _ new: Entry.Kind?, _ newSize: Int64 = 0
    ) {
        differences.append(
            FolderDifference(
                kind, path: path, old: old?.kind.entryKind, new: new, oldSize: old?.size ?? 0, newSize: newSize))
    }
}
