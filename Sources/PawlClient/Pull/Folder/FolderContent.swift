package import BlockFormat

/// What a pull brings into a folder: entries of a version, and where the blocks of each are in the version's content.
package struct FolderContent: Sendable {
    /// Ascending by the bytes of their paths, which are relative to the folder that is pulled to.
    package let entries: [Manifest.Entry]
    /// All blocks of the version in order, those of entries that are not pulled among them.
    package let positions: BlockPositions
    /// For each entry the index of its first block; for what has none, where the next one begins.
    package let firstBlocks: [Int]
    /// How the version was cut.
    package let profile: String

    /// - Parameter prefix: The directory of the version whose content is meant; empty for all of it.
    package init(_ manifest: Manifest, beneath prefix: String = "") {
        let start = prefix.isEmpty ? "" : prefix + "/"
        var entries: [Manifest.Entry] = []
        var firstBlocks: [Int] = []
        var blocks: [BlockReference] = []
        for entry in manifest.entries {
            if entry.path.utf8.starts(with: start.utf8) {
                var entry = entry
                if !prefix.isEmpty { entry.path = String(Substring(entry.path.utf8.dropFirst(start.utf8.count))) }
                entries.append(entry)
                firstBlocks.append(blocks.count)
            }
            blocks += entry.blocks
        }
        self.entries = entries
        self.firstBlocks = firstBlocks
        positions = BlockPositions(blocks)
        profile = manifest.profile
    }

    /// The blocks of an entry.
    func blocks(of entry: Int) -> Range<Int> {
        firstBlocks[entry]..<firstBlocks[entry] + entries[entry].blocks.count
    }

    /// The entry that a block belongs to.
    func entry(ofBlock block: Int) -> Int {
        // The last one that begins at or before it: entries without blocks begin where the next one does.
        var (low, high) = (0, firstBlocks.count)
        while low < high {
            let middle = (low + high) / 2
            if firstBlocks[middle] <= block { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// Where a block begins in its file.
    func offset(ofBlock block: Int, in entry: Int) -> Int64 {
        positions.offsets[block] - positions.offsets[firstBlocks[entry]]
    }

    /// Bytes and blocks of all entries.
    var size: Int64 { entries.reduce(0) { $0 + $1.size } }
    var blockCount: Int { entries.reduce(0) { $0 + $1.blocks.count } }

    /// The directories, each behind the one that it is in: those that are entries, and those on the way to entries.
    var directories: [String] {
        var directories: [String] = []
        var known: Set<String> = []
        for entry in entries {
            let path = Array(entry.path.utf8)
            for end in path.indices where path[end] == UInt8(ascii: "/") {
                let parent = String(decoding: path[..<end], as: UTF8.self)
                if known.insert(parent).inserted { directories.append(parent) }
            }
            if entry.kind == .directory, known.insert(entry.path).inserted { directories.append(entry.path) }
        }
        return directories
    }
}
