internal import BlockFormat
internal import NIOCore
internal import NIOPosix
internal import PawlModel

/// Brings the blocks of files into the staging area: copied from local files, and fetched from the server. Each is proven
/// by its id on the way.
struct FolderFill: Sendable {
    /// Bytes and blocks that one thread copies in one go.
    private static let copySizeMax = 1024 * 1024
    private static let copyCountMax = 256
    /// Threads that copy beside each other: one reads and hashes while another writes.
    private static let copiersMax = 2

    let client: PawlClient
    let version: Version
    let content: FolderContent
    let area: StagingArea
    let meter: ProgressMeter
    /// What the file of an entry is called in the area.
    let name: @Sendable (Int) -> String

    /// A file that blocks are copied from.
    enum Origin: Hashable, Sendable {
        case item(Int)
        case entry(Int)
    }

    /// A block, by its index in the content, and where its bytes are.
    private struct Copy: Sendable {
        var block: Int
        var origin: Origin
        var offset: Int64
    }

    /// Returns when all files of a batch are complete.
    ///
    /// - Parameter path: Where a file lies right now.
    func fill(_ writes: [FolderPlan.Write], path: @escaping @Sendable (Origin) -> String) async throws {
        let batch = Set(writes.map(\.entry))
        var copies: [Copy] = []
        // From files of the same batch, once they have all else.
        var inner: [Copy] = []
        var wanted: [Int] = []
        for write in writes {
            for (block, source) in zip(content.blocks(of: write.entry), write.sources) {
                switch source {
                case .server: wanted.append(block)
                case .present: meter.kept(bytes: content.positions.blocks[block].length)
                case .item(let item, let offset):
                    copies.append(Copy(block: block, origin: .item(item), offset: offset))
                case .entry(let entry, let offset):
                    let copy = Copy(block: block, origin: .entry(entry), offset: offset)
                    if batch.contains(entry) { inner.append(copy) } else { copies.append(copy) }
                }
            }
        }
        let outer = copies
        async let strays = copy(outer, path)
        try await fetch(wanted)
        try await fetch(try await strays)
        try await fetch(try await copy(inner, path))
    }

    // MARK: From the server

    private func fetch(_ blocks: [Int]) async throws {
        guard !blocks.isEmpty else { return }
        let runs = PullPlan.runs(blocks.sorted(), content.positions, sizeMax: RangeFetch.runSizeMax)
        let fetch = RangeFetch(
            client: client, version: version, positions: content.positions, start: 0, meter: meter
        ) { bytes, blocks in
            try await client.threads.runIfActive { try write(bytes, of: blocks) }
        }
        try await fetch.fetch(all: runs)
    }

    /// Writes neighbouring blocks, which may belong to several files. Blocks the thread.
    private func write(_ bytes: ByteBuffer, of blocks: Range<Int>) throws {
        try bytes.withUnsafeReadableBytes { bytes in
            var block = blocks.lowerBound
            var position = 0
            while block < blocks.upperBound {
                let entry = content.entry(ofBlock: block)
                let end = min(blocks.upperBound, content.blocks(of: entry).upperBound)
                let length = content.positions.bytes(of: block..<end).count
                let file = try area.open(name(entry))
                try file.write(
                    UnsafeRawBufferPointer(rebasing: bytes[position..<position + length]),
                    at: content.offset(ofBlock: block, in: entry))
                position += length
                block = end
            }
        }
    }

    // MARK: From local files

    /// Returns the blocks that were not what they should be, such as when somebody writes to a file.
    private func copy(_ copies: [Copy], _ path: @escaping @Sendable (Origin) -> String) async throws -> [Int] {
        var waiting = parts(of: copies)[...]
        return try await withThrowingTaskGroup(of: [Int].self) { group in
            for _ in 0..<Self.copiersMax {
                guard let part = waiting.popFirst() else { break }
                group.addTask { try await client.threads.runIfActive { try run(part, path) } }
            }
            var wrong: [Int] = []
            while let some = try await group.next() {
                wrong += some
                if let part = waiting.popFirst() {
                    group.addTask { try await client.threads.runIfActive { try run(part, path) } }
                }
            }
            return wrong
        }
    }

    private func parts(of copies: [Copy]) -> [ArraySlice<Copy>] {
        var parts: [ArraySlice<Copy>] = []
        var start = 0
        var length = 0
        for (place, copy) in copies.enumerated() {
            let blockLength = content.positions.blocks[copy.block].length
            if length + blockLength > Self.copySizeMax || place - start == Self.copyCountMax {
                parts.append(copies[start..<place])
                start = place
                length = 0
            }
            length += blockLength
        }
        if start < copies.count { parts.append(copies[start...]) }
        return parts
    }

    /// Blocks the thread.
    private func run(_ copies: ArraySlice<Copy>, _ path: (Origin) -> String) throws -> [Int] {
        var wrong: [Int] = []
        var source: (origin: Origin, file: SourceFile?)?
        var target: (entry: Int, file: StagingArea.OpenFile)?
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: Limits.blockSizeMax, alignment: 16)
        defer { space.deallocate() }
        for copy in copies {
            let block = content.positions.blocks[copy.block]
            let bytes = UnsafeMutableRawBufferPointer(rebasing: space[..<block.length])
            // A file that is gone, or may not be read, is one more that is not what it should be.
            if source?.origin != copy.origin { source = (copy.origin, try? SourceFile(path(copy.origin))) }
            guard let file = source?.file, (try? file.read(into: bytes, at: copy.offset)) == block.length,
                Digest(sha256Of: UnsafeRawBufferPointer(bytes)) == block.id
            else {
                wrong.append(copy.block)
                continue
            }
            let entry = content.entry(ofBlock: copy.block)
            if target?.entry != entry { target = (entry, try area.open(name(entry))) }
            try target?.file.write(
                UnsafeRawBufferPointer(bytes), at: content.offset(ofBlock: copy.block, in: entry))
            meter.kept(bytes: block.length)
        }
        return wrong
    }
}
