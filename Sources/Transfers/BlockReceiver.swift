import BlockFormat
package import Blocks
package import NIOCore
package import PawlModel

/// Reads the body of one `PUT …/blocks`: verifies each record as it arrives and hands the valid ones to the disk.
///
/// Memory stays at one run and one record, whatever the body is. When the stream breaks, or a record is wrong, all
/// whole valid records before that are kept all the same.
package struct BlockReceiver: ~Copyable {
    private let writer: BlockWriter
    private var buffer = ByteBuffer()
    private var run = BlockRun()
    private var received = 0
    private var ticket = 0
    package private(set) var blockCount = 0
    package private(set) var rawByteCount: Int64 = 0

    init(writer: BlockWriter) {
        self.writer = writer
    }

    /// Takes the next part of the body. Throws a problem at the first record that is not what it says.
    package mutating func receive(_ part: ByteBuffer) async throws {
        received += part.readableBytes
        guard received <= Limits.blockRequestSizeMax else {
            throw Problem(.bodyTooLarge, "A request carries at most \(Limits.blockRequestSizeMax) bytes of records.")
        }
        buffer.writeImmutableBuffer(part)
        while let (header, record) = try nextRecord() {
            if run.isEmpty { run = BlockRun(capacity: Limits.receiveRunSize) }
            run.append(header, record: record)
            blockCount += 1
            rawByteCount += Int64(header.rawLength)
            if run.bytes.readableBytes >= Limits.receiveRunSize { try await flush() }
        }
        buffer.discardReadBytes()
    }

    /// Ends the body: throws `truncated_body` when it stopped inside of a record. Returns when all is durable.
    package mutating func finish() async throws {
        try await keep()
        guard buffer.readableBytes == 0 else {
            throw Problem(.truncatedBody, "The body ended inside of a record; the \(blockCount) before it are kept.")
        }
    }

    /// Makes durable what is whole and valid so far; also for a stream that broke.
    package mutating func keep() async throws {
        try await flush()
        if ticket > 0 { try await writer.waitUntilDurable(ticket) }
    }

    private mutating func flush() async throws {
        guard !run.isEmpty else { return }
        ticket = try await writer.enqueue(run)
        run = BlockRun()
    }

    /// The next whole record, verified; nil when more of it has to arrive.
    private mutating func nextRecord() throws -> (RecordHeader, ByteBuffer)? {
        guard buffer.readableBytes >= RecordHeader.byteCount else { return nil }
        let header: RecordHeader
        do {
            header = try buffer.withUnsafeReadableBytes { try RecordHeader(parsing: $0) }
        } catch let error as FormatError {
            throw Problem(
                error.code == .tooLarge ? .blockTooLarge : .malformedBlockStream,
                "Record \(blockCount + 1) cannot be read: \(error). The \(blockCount) before it are kept.")
        }
        guard header.kind == .block else {
            throw Problem(.malformedBlockStream, "Record \(blockCount + 1) is not a block.")
        }
        guard buffer.readableBytes >= header.recordLength else { return nil }
        do {
            try buffer.withUnsafeReadableBytes { bytes in
                try header.verify(payload: .init(rebasing: bytes[RecordHeader.byteCount..<header.recordLength]))
            }
        } catch let error as FormatError {
            throw Problem(
                .blockMismatch,
                "Record \(blockCount + 1) is not the block \(header.id): \(error). The \(blockCount) before it are kept.",
                members: ["block": .string(header.id.hex)])
        }
        return (header, buffer.readSlice(length: header.recordLength)!)
    }
}
