import BlockFormat
import Metadata
import NIOCore
import PawlModel

/// An unsealed segment in the hands of one writer: where its next record goes, and what its footer will list.
///
/// Used by one `BlockWriter` at a time, which writes one thing after the other, and syncs beside that.
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

    /// Writes a run behind what there is, and says where its records lie. They are not durable yet.
    func write(_ run: BlockRun) async throws -> [StoredBlock] {
        let start = end
        let stored = run.headers.map { header in
            let position = end
            end += Int64(header.recordLength)
            entries.append(SegmentFooter.Entry(offset: position, header: header))
            return StoredBlock(
                id: header.id,
                location: BlockLocation(
                    segment: number, position: position, rawLength: header.rawLength,
                    storedLength: header.storedLength, encoding: header.encoding, checksum: header.payloadChecksum))
        }
        try await file.write(run.pieces, at: start)
        return stored
    }

    /// Ends a group on a whole sector, and says where: no acknowledged sector is written again.
    func pad() async throws -> Int64 {
        let length = RecordHeader.padLength(after: end)
        guard length > 0 else { return end }
        var bytes = ByteBuffer(bytes: RecordHeader.pad(length: length).bytes)
        bytes.writeRepeatingByte(0, count: length - RecordHeader.byteCount)
        let start = end
        end += Int64(length)
        try await file.write([bytes], at: start)
        return start + Int64(length)
    }

    /// Makes durable what was written up to `end`. More may be written meanwhile.
    func synchronize(upTo end: Int64) async throws {
        try await file.synchronize(upTo: end)
    }

    /// Writes the footer and syncs it. Returns the file's final length.
    func seal() async throws -> Int64 {
        let footer = ByteBuffer(bytes: SegmentFooter(entries: entries).encode(at: end))
        try await file.write([footer], at: end)
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
