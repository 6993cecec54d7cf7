import BlockFormat
import Blocks
import Metadata
import NIOCore
import PawlModel

/// Cuts a stream of plain bytes into blocks and takes them to disk: the upload core of the streaming doors.
///
/// It goes on where the upload stopped: the bytes behind the last cut are read back, so that the cuts fall where they
/// would have fallen without a stop. Blocks that the game has already are pinned and not stored again. While some parts
/// are hashed and looked up, the next one is taken in and cut. Belongs to one task; memory stays at a few parts.
///
/// The proof is told of parts before they are durable: where anything but `keep` and `release` ends the receiver, the
/// proof must be forgotten.
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
    /// Parts on their way through hashing and look-up to the disk, in order.
    private var stages: [Task<Sent, any Error>] = []
    private var newest: Task<Sent, any Error>?
    /// Runs on their way to the disk, and where the upload is then.
    private var onTheWay: [(ticket: Int, end: Int64)] = []
    /// How far the content is durable, as far as was looked.
    private(set) var durableOffset: Int64
    /// When something was last on its way to the disk.
    private var lastSent = ContinuousClock.now

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
        guard buffer.readableBytes >= Limits.streamRunSize + Limits.blockSizeMax else { return try await keepIfSlow() }
        // Below the largest block a cut may still lie in what has yet to arrive.
        try await handOn(cut(leaving: Limits.blockSizeMax, isEnd: false))
    }

    /// What comes slowly is kept as it comes: its sender would else lose minutes of it with the daemon.
    private mutating func keepIfSlow() async throws {
        guard !isHeld, .now - lastSent >= .seconds(Limits.slowStreamKeep) else { return }
        _ = try await keep(isEnd: false)
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
        try await settle(leaving: 0)
        if let last = onTheWay.last { try await writer.waitUntilDurable(last.ticket) }
        await lookAtDurable()
        return offset
    }

    /// Makes durable what was held back, as one step. Nothing of it counts unless this returns.
    mutating func release(isEnd: Bool) async throws -> Int64 {
        var part = cut(leaving: 0, isEnd: isEnd)
        part.end = cutOffset
        try await handOn(part)
        try await settle(leaving: 0)
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

        var byteCount: Int { lengths.reduce(0, +) }
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

    /// A part that is on its way to the disk.
    private struct Sent: Sendable {
        var ticket: Int
        var blocks: [BlockReference]
        /// Where the upload is when it is durable.
        var end: Int64
    }

    /// Lets a part go its way to the disk, behind those before it and whatever its sender does meanwhile.
    private mutating func handOn(_ part: Part) async throws {
        guard !part.lengths.isEmpty || (part.tail?.readableBytes ?? 0) > 0 else { return }
        lastSent = .now
        try await settle(leaving: Limits.streamPartsPerUploadMax - 1)
        if !isHeld, let proof, let bytes = part.bytes.getSlice(at: part.bytes.readerIndex, length: part.byteCount) {
            await proof.add(bytes)
        }
        let (context, row, isHeld, start, writer, before) = (context, row, isHeld, offset, writer, newest)
        if !isHeld { offset = part.end }
        let place = await context.places.enter()
        let stage = Task {
            let (run, blocks) = try await Self.prepare(part, from: start, isHeld: isHeld, row, context, place)
            _ = try await before?.value
            return Sent(ticket: try await writer.enqueue(run), blocks: blocks, end: part.end)
        }
        newest = stage
        stages.append(stage)
    }

    /// Waits for the oldest parts to be on their way, until `count` are not.
    private mutating func settle(leaving count: Int) async throws {
        while stages.count > count {
            let sent = try await stages.removeFirst().value
            if isHeld { held += sent.blocks }
            onTheWay.append((sent.ticket, sent.end))
            await lookAtDurable()
        }
    }

    /// Sees what has become durable.
    private mutating func lookAtDurable() async {
        let durable = await writer.durableTicket
        let done = onTheWay.prefix { $0.ticket <= durable }
        if let last = done.last, !isHeld { durableOffset = last.end }
        onTheWay.removeFirst(done.count)
    }

    /// Hashes the blocks of a part and leaves out those that the game has.
    private static func prepare(
        _ part: Part, from start: Int64, isHeld: Bool, _ row: UploadRow, _ context: TransferContext,
        _ place: Places.Place
    ) async throws -> (BlockRun, [BlockReference]) {
        var blocks: [(reference: BlockReference, payload: ByteBuffer)] = []
        var bytes = part.bytes
        for length in part.lengths {
            guard let payload = bytes.readSlice(length: length) else { break }
            blocks.append((BlockReference(id: payload.digest, length: length), payload))
        }
        let references = blocks.map(\.reference)
        let ids = Array(Set(references.map(\.id)))
        let game = row.gameNumber
        var known = try await context.database.read { try BlockIndex($0).lasting(ids, game: game) }
        let step = StreamStep(range: start..<part.end, blocks: references, firstOffset: part.firstOffset)
        var run = BlockRun(isHeld ? .held : .stream(step), place: place)
        for block in blocks where known.insert(block.reference.id).inserted {
            run.append(.block, id: block.reference.id, payload: block.payload)
        }
        if let tail = part.tail, tail.readableBytes > 0 { run.append(.tail, id: tail.digest, payload: tail) }
        return (run, references)
    }
}

extension ByteBuffer {
    fileprivate var digest: Digest { withUnsafeReadableBytes { Digest(sha256Of: $0) } }
}
