internal import BlockFormat
internal import NIOCore
internal import NIOPosix
internal import PawlModel

/// Copies blocks from a local file to their places in the partial file, and proves each on the way.
struct BlockCopier: Sendable {
    /// Bytes that are read, proven and written at once.
    private static let batchSizeMax = 1024 * 1024

    let partial: PartialFile
    let positions: BlockPositions
    let threads: NIOThreadPool
    let meter: ProgressMeter

    /// Returns the blocks that were not what they should be, such as when somebody writes to the file.
    func copy(_ copies: [PullPlan.Copy], from file: SourceFile) async throws -> [Int] {
        var waiting = batches(of: copies)[...]
        return try await withThrowingTaskGroup(of: [Int].self) { group in
            // While one batch is read and hashed, another is written.
            for _ in 0..<2 {
                guard let batch = waiting.popFirst() else { break }
                group.addTask { try await copy(batch, from: file) }
            }
            var wrong: [Int] = []
            while let some = try await group.next() {
                wrong += some
                if let batch = waiting.popFirst() { group.addTask { try await copy(batch, from: file) } }
            }
            return wrong.sorted()
        }
    }

    private func batches(of copies: [PullPlan.Copy]) -> [ArraySlice<PullPlan.Copy>] {
        var batches: [ArraySlice<PullPlan.Copy>] = []
        var start = 0
        var length = 0
        for (place, copy) in copies.enumerated() {
            let blockLength = positions.blocks[copy.index].length
            if length + blockLength > Self.batchSizeMax {
                batches.append(copies[start..<place])
                start = place
                length = 0
            }
            length += blockLength
        }
        batches.append(copies[start...])
        return batches
    }

    private func copy(_ batch: ArraySlice<PullPlan.Copy>, from file: SourceFile) async throws -> [Int] {
        let reading = try await threads.runIfActive { try read(batch, from: file) }
        for piece in reading.pieces { try await partial.write(piece.bytes, at: piece.offset) }
        meter.kept(bytes: reading.pieces.reduce(0) { $0 + $1.bytes.readableBytes })
        return reading.wrong
    }

    /// Proven bytes, those of neighbours together, and the blocks that proved wrong.
    private struct Reading: Sendable {
        var pieces: [(bytes: ByteBuffer, offset: Int64)] = []
        var wrong: [Int] = []
    }

    /// Blocks the thread.
    private func read(_ batch: ArraySlice<PullPlan.Copy>, from file: SourceFile) throws -> Reading {
        var reading = Reading()
        var bytes = ByteBufferAllocator().buffer(capacity: Self.batchSizeMax)
        var offset: Int64 = 0
        for copy in batch {
            let block = positions.blocks[copy.index]
            let place = positions.offsets[copy.index]
            if offset + Int64(bytes.readableBytes) != place {
                // A new run begins here: what was collected before it is a piece of its own.
                if let piece = bytes.readSlice(length: bytes.readableBytes), piece.readableBytes > 0 {
                    reading.pieces.append((piece, offset))
                }
                offset = place
            }
            let isGood = try bytes.appendBlock(of: block.length) { target in
                guard try file.read(into: target, at: copy.source) == block.length else { return false }
                return Digest(sha256Of: UnsafeRawBufferPointer(target)) == block.id
            }
            if !isGood { reading.wrong.append(copy.index) }
        }
        if bytes.readableBytes > 0 { reading.pieces.append((bytes, offset)) }
        return reading
    }
}

extension ByteBuffer {
    /// Appends `length` bytes when `fill` says that it wrote them well; otherwise the buffer stays as it is.
    fileprivate mutating func appendBlock(
        of length: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Bool
    ) throws -> Bool {
        let written = try writeWithUnsafeMutableBytes(minimumWritableBytes: length) { space in
            let target = UnsafeMutableRawBufferPointer(rebasing: space[..<length])
            return try fill(target) ? length : 0
        }
        return written == length
    }
}
