package import BlockFormat
package import Blocks
package import NIOCore
package import PawlModel

/// Cuts a stream of plain bytes into blocks and takes them to disk: the upload core of the streaming doors.
///
/// Blocks that the game has already are pinned and not stored again.
package struct StreamReceiver: ~Copyable {
    private let uploads: Uploads
    private let upload: Upload
    private let game: Int64
    private let writer: BlockWriter
    /// Nil where there is no bound but the disk.
    private let room: SaveRoom?
    private var buffer = ByteBuffer()
    private var cut: [(reference: BlockReference, record: ByteBuffer)] = []
    private var cutBytes = 0
    private var ticket = 0
    /// The blocks so far, in order.
    private var references: [BlockReference] = []
    package private(set) var byteCount: Int64 = 0

    init(uploads: Uploads, upload: Upload, game: Int64, writer: BlockWriter, room: SaveRoom?) {
        self.uploads = uploads
        self.upload = upload
        self.game = game
        self.writer = writer
        self.room = room
    }

    /// Takes the next part. Throws `quota_exceeded` as soon as it is clear that the whole will be too much.
    package mutating func receive(_ part: ByteBuffer) async throws {
        byteCount += Int64(part.readableBytes)
        try room?.check(byteCount)
        buffer.writeImmutableBuffer(part)
        // Below the largest block a cut may still lie in what has yet to arrive.
        while buffer.readableBytes >= Limits.blockSizeMax { try await cutBlock(isEnd: false) }
        buffer.discardReadBytes()
    }

    /// Ends the stream and returns its manifest when every block of it is durable.
    package mutating func finish() async throws -> Manifest {
        while buffer.readableBytes > 0 { try await cutBlock(isEnd: true) }
        try await store()
        if ticket > 0 { try await writer.waitUntilDurable(ticket) }
        return Manifest(file: references)
    }

    private mutating func cutBlock(isEnd: Bool) async throws {
        let length = buffer.withUnsafeReadableBytes { Chunker.firstBlockLength(in: $0, isEnd: isEnd) }
        guard let length, let payload = buffer.readSlice(length: length) else { return }
        let reference = payload.withUnsafeReadableBytes { BlockReference(id: Digest(sha256Of: $0), length: length) }
        references.append(reference)
        cut.append((reference, payload))
        cutBytes += length
        if cutBytes >= Limits.receiveRunSize { try await store() }
    }

    /// Stores those of the cut blocks that the game does not have.
    private mutating func store() async throws {
        guard !cut.isEmpty else { return }
        let blocks = cut
        cut = []
        cutBytes = 0
        let missing = try await uploads.missing(blocks.map(\.reference.id), of: upload.id, game: game)
        var run = BlockRun(capacity: Limits.receiveRunSize + Limits.blockSizeMax)
        var stored: Set<Digest> = []
        for (block, isMissing) in zip(blocks, missing)
        where isMissing && stored.insert(block.reference.id).inserted {
            let header = block.record.withUnsafeReadableBytes {
                RecordHeader.block(id: block.reference.id, payload: $0)
            }
            var record = ByteBuffer(bytes: header.bytes)
            record.writeImmutableBuffer(block.record)
            run.append(header, record: record)
        }
        if !run.isEmpty { ticket = try await writer.enqueue(run) }
    }
}
