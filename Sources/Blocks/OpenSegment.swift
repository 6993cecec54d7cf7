import BlockFormat
import Metadata
import NIOCore
import PawlModel

/// An unsealed segment in the hands of one writer: where its next record goes, and what its footer will list.
///
/// Used by one `BlockWriter` at a time, which never has two calls of it under way.
actor OpenSegment {
    let number: Int64
    let gameNumber: Int64
    private let file: any SegmentFile
    /// Where the next record goes, in bytes.
    private(set) var end: Int64
    private var entries: [SegmentFooter.Entry]

    init(row: SegmentRow, file: any SegmentFile, entries: [SegmentFooter.Entry]) {
        number = row.number
        gameNumber = row.gameNumber
        self.file = file
        self.entries = entries
        end = max(row.indexedLength, Int64(SegmentHeader.byteCount))
    }

    /// Writes a group of runs and the pad behind it, and syncs them. Says where the blocks lie, and where the group ends.
    func append(_ group: [BlockRun]) async throws -> (blocks: [StoredBlock], end: Int64) {
        var blocks: [StoredBlock] = []
        for run in group {
            var position = end
            for header in run.headers {
                blocks.append(
                    StoredBlock(
                        id: header.id,
                        location: BlockLocation(
                            segment: number, position: position, rawLength: header.rawLength,
                            storedLength: header.storedLength, encoding: header.encoding,
                            checksum: header.payloadChecksum)))
                entries.append(SegmentFooter.Entry(offset: position, header: header))
                position += Int64(header.recordLength)
            }
            try await file.write(run.bytes, at: end)
            end = position
        }
        try await pad()
        try await file.synchronize()
        return (blocks, end)
    }

    private func pad() async throws {
        let length = RecordHeader.padLength(after: end)
        guard length > 0 else { return }
        var bytes = ByteBuffer(bytes: RecordHeader.pad(length: length).bytes)
        bytes.writeRepeatingByte(0, count: length - RecordHeader.byteCount)
        try await file.write(bytes, at: end)
        end += Int64(length)
    }

    /// Writes the footer and syncs it. Returns the file's final length.
    func seal() async throws -> Int64 {
        let footer = ByteBuffer(bytes: SegmentFooter(entries: entries).encode(at: end))
        try await file.write(footer, at: end)
        end += Int64(footer.readableBytes)
        try await file.seal(at: end)
        return end
    }

    /// For a segment whose row says that it is sealed: start-up opens the others for writing.
    func makeReadOnly() async {
        // The permission guards against our own mistakes; without it nothing is lost.
        try? await file.makeReadOnly()
    }

    func close() async {
        // What a failed close could lose was synced before it was acknowledged.
        try? await file.close()
    }
}
