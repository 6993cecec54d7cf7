internal import BlockFormat

/// In which order files are written, and when each takes its name.
extension FolderPlan {
    /// Fills in the sources, and makes the batches.
    mutating func order(
        _ sources: inout FolderSources, _ content: FolderContent, _ items: [FolderItem], _ bounds: Bounds
    ) {
        var local = writes.map { sources.local(of: $0) }
        var waits = WriteWaits(local, writeOfItem: sources.writeOfItem)
        var waiting: [Int] = []
        // More than there was before, in bytes.
        var growth: Int64 = 0
        for batch in Self.batches(waits.order, sizes: writes.map { content.entries[$0.entry].size }, bounds) {
            for write in batch {
                writes[write].sources = sources.settle(local[write], of: writes[write].entry)
                local[write] = []
            }
            func size(_ writes: [Int]) -> Int64 {
                writes.reduce(0) { $0 + content.entries[self.writes[$1].entry].size }
            }
            temporaryBytes = max(temporaryBytes, size(waiting) + size(batch))
            growth += size(batch)
            growthMax = max(growthMax, growth)
            waits.end(batch)
            var publishes = (waiting + batch).filter { waits.isFree($0) }
            waiting = (waiting + batch).filter { !waits.isFree($0) }
            while size(waiting) > bounds.waitingSizeMax,
                let largest = waiting.max(by: { size([$0]) < size([$1]) })
            {
                // Who still needs what it replaces has to fetch that.
                for reader in waits.free(largest) {
                    local[reader] = local[reader].map { source in
                        if case .item(let item, _)? = source, item == writes[largest].item { nil } else { source }
                    }
                }
                waiting.removeAll { $0 == largest }
                publishes.append(largest)
            }
            growth -= publishes.reduce(0) { $0 + (writes[$1].item.map { items[$0].size } ?? 0) }
            batches.append(Batch(writes: batch, publishes: publishes))
        }
        // Everybody has read what they need: nothing can wait any more.
        precondition(waiting.isEmpty, "all writes are published")
        countBytes(content)
    }

    private mutating func countBytes(_ content: FolderContent) {
        for write in writes {
            for (block, source) in zip(content.entries[write.entry].blocks, write.sources) where source == .server {
                bytesDown += Int64(block.length)
            }
        }
    }

    private static func batches(_ order: [Int], sizes: [Int64], _ bounds: Bounds) -> [[Int]] {
        var batches: [[Int]] = []
        var size: Int64 = 0
        for write in order {
            if let last = batches.last, size + sizes[write] <= bounds.batchSizeMax, last.count < bounds.batchCountMax {
                batches[batches.count - 1].append(write)
                size += sizes[write]
            } else {
                batches.append([write])
                size = sizes[write]
            }
        }
        return batches
    }
}

/// Which writes have to wait for which others: before a file is replaced, all that others read of it must be read.
private struct WriteWaits {
    /// For each write, the others that read what it replaces.
    private var readers: [[Int]]
    /// For each write, those that wait for it.
    private var waiting: [[Int]]
    /// For each write, how many of its readers are not written yet.
    private var openCounts: [Int]
    private var isWritten: [Bool]

    init(_ sources: [[FolderPlan.Source?]], writeOfItem: [Int: Int]) {
        readers = sources.map { _ in [] }
        waiting = sources.map { _ in [] }
        isWritten = sources.map { _ in false }
        for (reader, sources) in sources.enumerated() {
            for case .item(let item, _)? in sources {
                guard let write = writeOfItem[item], write != reader, readers[write].last != reader else { continue }
                readers[write].append(reader)
                waiting[reader].append(write)
            }
        }
        // A file may be read by one writer in several runs.
        for index in readers.indices { readers[index] = Array(Set(readers[index])).sorted() }
        for index in waiting.indices { waiting[index] = Array(Set(waiting[index])).sorted() }
        openCounts = readers.map(\.count)
    }

    /// Readers before what they read from, as far as they do not read in a circle; else in their own order.
    var order: [Int] {
        var order: [Int] = []
        var isBegun = readers.map { _ in false }
        for start in readers.indices where !isBegun[start] {
            isBegun[start] = true
            var path = [(write: start, next: 0)]
            while let last = path.last {
                let rest = readers[last.write][last.next...]
                if let step = rest.firstIndex(where: { !isBegun[$0] }) {
                    let reader = readers[last.write][step]
                    path[path.count - 1].next = step + 1
                    isBegun[reader] = true
                    path.append((reader, 0))
                } else {
                    order.append(last.write)
                    path.removeLast()
                }
            }
        }
        return order
    }

    mutating func end(_ batch: [Int]) {
        for write in batch {
            isWritten[write] = true
            for other in waiting[write] where openCounts[other] > 0 { openCounts[other] -= 1 }
        }
    }

    func isFree(_ write: Int) -> Bool { openCounts[write] == 0 }

    /// Lets a write wait no more; returns its readers that are not written yet.
    mutating func free(_ write: Int) -> [Int] {
        openCounts[write] = 0
        return readers[write].filter { !isWritten[$0] }
    }
}
