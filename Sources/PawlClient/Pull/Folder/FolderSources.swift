internal import BlockFormat
internal import PawlModel

/// Finds for each block of the files that are written anew where its bytes are.
struct FolderSources {
    private let content: FolderContent
    private let items: [FolderItem]
    private let present: [Int: [Bool]]
    /// Which write takes the place of an item.
    private(set) var writeOfItem: [Int: Int] = [:]
    /// Where blocks are that are wanted, by the first bytes of their ids: in files that stay, and in those that go.
    private var staying: [UInt64: Place] = [:]
    private var going: [UInt64: Place] = [:]
    /// Where blocks are in what was planned so far.
    private var planned: [UInt64: Place] = [:]

    /// A file and an offset in it.
    private struct Place {
        var file: Int
        var offset: Int64
    }

    init(
        _ content: FolderContent, _ items: [FolderItem], _ present: [Int: [Bool]], _ writes: [FolderPlan.Write]
    ) {
        self.content = content
        self.items = items
        self.present = present
        guard !writes.isEmpty else { return }
        var wanted: Set<UInt64> = []
        for (index, write) in writes.enumerated() {
            for block in content.entries[write.entry].blocks { wanted.insert(block.id.prefix64) }
            if let item = write.item { writeOfItem[item] = index }
        }
        for (index, item) in items.enumerated() {
            var offset: Int64 = 0
            for block in item.blocks ?? [] {
                let id = block.id.prefix64
                if wanted.contains(id) {
                    let place = Place(file: index, offset: offset)
                    if writeOfItem[index] == nil {
                        if staying[id] == nil { staying[id] = place }
                    } else if going[id] == nil {
                        going[id] = place
                    }
                }
                offset += Int64(block.length)
            }
        }
    }

    /// The local sources of a write's blocks; nil for a block that no local file has. A block is taken from the file's
    /// own older content where that has it, then from files that stay: neither makes anybody wait.
    func local(of write: FolderPlan.Write) -> [FolderPlan.Source?] {
        let blocks = content.entries[write.entry].blocks
        let present = present[write.entry] ?? []
        var own: [UInt64: Int64] = [:]
        if let item = write.item {
            var offset: Int64 = 0
            for block in items[item].blocks ?? [] {
                if own[block.id.prefix64] == nil { own[block.id.prefix64] = offset }
                offset += Int64(block.length)
            }
        }
        return blocks.enumerated().map { index, block in
            let id = block.id.prefix64
            if index < present.count, present[index] { return .present }
            if let item = write.item, let offset = own[id] { return .item(item, offset) }
            return (staying[id] ?? going[id]).map { .item($0.file, $0.offset) }
        }
    }

    /// Decides about the blocks that no local file has, in the order of the writes: each comes from the server once.
    mutating func settle(_ sources: [FolderPlan.Source?], of entry: Int) -> [FolderPlan.Source] {
        var offset: Int64 = 0
        return zip(content.entries[entry].blocks, sources).map { block, source in
            defer { offset += Int64(block.length) }
            let id = block.id.prefix64
            let earlier = planned[id]
            if earlier == nil { planned[id] = Place(file: entry, offset: offset) }
            return source ?? earlier.map { .entry($0.file, $0.offset) } ?? .server
        }
    }
}
