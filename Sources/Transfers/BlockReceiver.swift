import BlockFormat
package import Blocks
package import NIOCore
package import PawlModel

/// Reads the body of one `PUT …/blocks`: verifies each record as it arrives and hands the valid ones to the disk.
///
/// Memory stays at some runs and one record, whatever the body is. When the stream breaks, or a record is wrong, all
/// whole valid records before that are kept all the same.
package struct BlockReceiver: ~Copyable {
    private let writer: BlockWriter
    private var buffer = ByteBuffer()
    /// The whole records at the buffer's start, and their bytes.
    private var headers: [RecordHeader] = []
    private var wholeByteCount = 0
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
        while let header = try nextHeader() {
            headers.append(header)
            wholeByteCount += header.recordLength
            blockCount += 1
            rawByteCount += Int64(header.rawLength)
        }
        if wholeByteCount >= Limits.receiveRunSize { try await flush() }
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
        guard let records = buffer.readSlice(length: wholeByteCount), !headers.isEmpty else { return }
        var run = BlockRun()
        run.append(headers, records: records)
        // The run keeps the old memory; what is left is less than a record and goes on in new one.
        var rest = ByteBuffer()
        rest.reserveCapacity(Limits.receiveRunSize + Limits.blockSizeMax)
        rest.writeImmutableBuffer(buffer)
        (buffer, headers, wholeByteCount) = (rest, [], 0)
        ticket = try await writer.enqueue(run)
    }

    /// The header of the next whole record, verified; nil when more of it has to arrive.
    private func nextHeader() throws -> RecordHeader? {
        try buffer.withUnsafeReadableBytes { bytes in
            let bytes = UnsafeRawBufferPointer(rebasing: bytes[wholeByteCount...])
            guard bytes.count >= RecordHeader.byteCount else { return nil }
            let header = try header(of: bytes)
            guard bytes.count >= header.recordLength else { return nil }
            do {
                try header.verify(payload: .init(rebasing: bytes[RecordHeader.byteCount..<header.recordLength]))
            } catch {
                throw Problem(
                    .blockMismatch,
                    "Record \(blockCount + 1) is not the block \(header.id): \(error). The \(blockCount) before it are kept.",
                    members: ["block": .string(header.id.hex)])
            }
            return header
        }
    }

    private func header(of bytes: UnsafeRawBufferPointer) throws(Problem) -> RecordHeader {
        let header: RecordHeader
        do {
            header = try RecordHeader(parsing: bytes)
        } catch {
            throw Problem(
                error.code == .tooLarge ? .blockTooLarge : .malformedBlockStream,
                "Record \(blockCount + 1) cannot be read: \(error). The \(blockCount) before it are kept.")
        }
        guard header.kind == .block else {
            throw Problem(.malformedBlockStream, "Record \(blockCount + 1) is not a block.")
        }
        return header
    }
}
