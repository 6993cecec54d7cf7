import BlockFormat
import Blocks
import Metadata
import NIOCore
import PawlModel

/// Cuts a stream of plain bytes into blocks and takes them to disk: the upload core of the streaming doors.
///
/// It goes on where the upload stopped: the bytes behind the last cut are read back, so that the cuts fall where they
/// would have fallen without a stop. Blocks that the game has already are pinned and not stored again. While one part is
/// hashed and looked up, the next one is taken in and cut. Belongs to one task; memory stays at a few parts.
struct StreamReceiver: ~Copyable {
    private let context: TransferContext
    private let row: UploadRow
    private let writer: BlockWriter
    /// What the owner of the upload's asset has left; nil where there is no bound but the disk.
    private let room: SaveRoom?
    private let proof: Proof?
    /// Whether the bytes count only when `release` says so.
    private let isHeld: Bool

    /// The bytes behind the last cut, and where they begin in the content.
    private var buffer: ByteBuffer
    private var cutOffset: Int64
    /// The upload's offset with all that was handed on.
    private var offset: Int64
    /// Blocks that were handed on and do not count yet, and where the first of them begins.
    private var held: [BlockReference] = []
    private let heldOffset: Int64
    /// What is being hashed.
    private var stage: Task<Prepared, any Error>?
    /// Runs on their way to the disk, with what the proof is to read then.
    private var onTheWay: [(ticket: Int, end: Int64, blocks: [BlockReference])] = []
    /// How far the content is durable, as far as was looked.
    private(set) var durableOffset: Int64

    /// - Parameters:
    ///   - tail: The bytes behind the last cut, up to the upload's offset.
    init(
        _ row: UploadRow, tail: ByteBuffer, context: TransferContext, writer: BlockWriter, room: SaveRoom?,
        proof: Proof?,
        isHeld: Bool
    ) {
        self.row = row
        self.context = context
        self.writer = writer
        self.room = room
        self.proof = proof
        self.isHeld = isHeld
        buffer = tail
        offset = row.upload.offset
        durableOffset = offset
        cutOffset = offset - Int64(tail.readableBytes)
        heldOffset = cutOffset
    }

    /// The end of what was taken in, in bytes of the content.
    var position: Int64 { cutOffset + Int64(buffer.readableBytes) }

    /// Takes the next part. Throws `quota_exceeded` as soon as it is clear that the whole will be too much.
    mutating func receive(_ part: ByteBuffer) async throws {
        try room?.check(position + Int64(part.readableBytes))
        buffer.writeImmutableBuffer(part)
        guard buffer.readableBytes >= Limits.streamRunSize + Limits.blockSizeMax else { return }
        // Below the largest block a cut may still lie in what has yet to arrive.
        try await handOn(cut(leaving: Limits.blockSizeMax, isEnd: false))
    }

    /// Makes durable all that was taken in, and answers the upload's offset. With `isEnd` what no cut ends is the last
    /// block; else it is kept as a tail.
    mutating func keep(isEnd: Bool) async throws -> Int64 {
        var part = cut(leaving: 0, isEnd: isEnd)
        // What follows the last cut, less what is kept of it already.
        part.tail = buffer
        if part.lengths.isEmpty { part.tail?.moveReaderIndex(forwardBy: Int(offset - cutOffset)) }
        part.end = position
        try await handOn(part)
        try await flush()
        if let last = onTheWay.last { try await writer.waitUntilDurable(last.ticket) }
        await lookAtDurable()
        return offset
    }

    /// Makes durable what was held back, as one step. Nothing of it counts unless this returns.
    mutating func release(isEnd: Bool) async throws -> Int64 {
        var part = cut(leaving: 0, isEnd: isEnd)
        part.end = cutOffset
        try await handOn(part)
        try await flush()
        var tail = buffer
        if held.isEmpty { tail.moveReaderIndex(forwardBy: Int(offset - cutOffset)) }
        let step = StreamStep(range: offset..<position, blocks: held, firstOffset: heldOffset)
        var run = BlockRun(.stream(step))
        if tail.readableBytes > 0 { run.append(.tail, id: tail.digest, payload: tail) }
        try await writer.waitUntilDurable(try await writer.enqueue(run))
        await proof?.add(held)
        offset = position
        return offset
    }

    // MARK: Cutting

    /// What was cut at once: blocks that lie behind one another.
    private struct Part: Sendable {
        var bytes: ByteBuffer
        var lengths: [Int] = []
        /// Where the first block begins.
        var firstOffset: Int64
        /// Where the upload is when it is durable.
        var end: Int64 = 0
        var tail: ByteBuffer?
    }

    /// Cuts blocks off the buffer's start while at least `rest` bytes, and one cut, are left.
    private mutating func cut(leaving rest: Int, isEnd: Bool) -> Part {
        var part = Part(bytes: buffer, firstOffset: cutOffset)
        var start = 0
        buffer.withUnsafeReadableBytes { bytes in
            while bytes.count - start >= max(rest, 1) {
                let left = UnsafeRawBufferPointer(rebasing: bytes[start...])
                guard let length = Chunker.firstBlockLength(in: left, isEnd: isEnd) else { break }
                part.lengths.append(length)
                start += length
            }
        }
        cutOffset += Int64(start)
        part.end = cutOffset
        // The part keeps the old storage; what is left of it is little, and goes on in a new one.
        let left = buffer.getSlice(at: buffer.readerIndex + start, length: buffer.readableBytes - start)!
        buffer = ByteBuffer()
        buffer.reserveCapacity(Limits.streamRunSize + 2 * Limits.blockSizeMax)
        buffer.writeImmutableBuffer(left)
        return part
    }

    // MARK: Storing

    /// A part that was hashed, ready for the disk.
    private struct Prepared: Sendable {
        var run: BlockRun
        var blocks: [BlockReference]
        /// Where the upload is when it is durable.
        var end: Int64
    }

    /// Lets a part be prepared, once the one before it is on its way.
    private mutating func handOn(_ part: Part) async throws {
        guard !part.lengths.isEmpty || (part.tail?.readableBytes ?? 0) > 0 else { return }
        try await flush()
        let (context, row, isHeld, start) = (context, row, isHeld, offset)
        if !isHeld { offset = part.end }
        stage = Task { try await Self.prepare(part, from: start, isHeld: isHeld, row, context) }
    }

    private mutating func flush() async throws {
        guard let stage else { return }
        self.stage = nil
        let prepared = try await stage.value
        if isHeld { held += prepared.blocks }
        let ticket = try await writer.enqueue(prepared.run)
        onTheWay.append((ticket, prepared.end, prepared.blocks))
        await lookAtDurable()
    }

    /// Sees what has become durable, and lets the proof read it.
    private mutating func lookAtDurable() async {
        let durable = await writer.durableTicket
        let done = onTheWay.prefix { $0.ticket <= durable }
        guard let last = done.last, !isHeld else { return onTheWay.removeFirst(done.count) }
        durableOffset = last.end
        await proof?.add(done.flatMap(\.blocks))
        onTheWay.removeFirst(done.count)
    }

    /// Hashes the blocks of a part and leaves out those that the game has.
    private static func prepare(
        _ part: Part, from start: Int64, isHeld: Bool, _ row: UploadRow, _ context: TransferContext
    ) async throws -> Prepared {
        var blocks: [(reference: BlockReference, payload: ByteBuffer)] = []
        var bytes = part.bytes
        for length in part.lengths {
            guard let payload = bytes.readSlice(length: length) else { break }
            blocks.append((BlockReference(id: payload.digest, length: length), payload))
        }
        let references = blocks.map(\.reference)
        let ids = Array(Set(references.map(\.id)))
        let game = row.gameNumber
        var known = try await context.database.read { Set(try BlockIndex($0).locations(of: ids, game: game).keys) }
        let step = StreamStep(range: start..<part.end, blocks: references, firstOffset: part.firstOffset)
        var run = BlockRun(isHeld ? .held : .stream(step), capacity: Limits.streamRunSize + 2 * Limits.blockSizeMax)
        for block in blocks where known.insert(block.reference.id).inserted {
            run.append(.block, id: block.reference.id, payload: block.payload)
        }
        if let tail = part.tail, tail.readableBytes > 0 { run.append(.tail, id: tail.digest, payload: tail) }
        return Prepared(run: run, blocks: references, end: part.end)
    }
}

extension ByteBuffer {
    fileprivate var digest: Digest { withUnsafeReadableBytes { Digest(sha256Of: $0) } }
}
