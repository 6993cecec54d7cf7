import PawlModel

/// The end of a sealed segment: a record that lists every block, tail and journal record, then the trailer.
///
/// Whoever has the file reads the trailer, then the footer, and knows all of it without a scan. The list goes by
/// ascending offset, and no two records overlap.
package struct SegmentFooter: Hashable, Sendable {
    /// One listed record: all that its header says, and where it is.
    package struct Entry: Hashable, Sendable {
        /// Bytes from the start of the file to the record's header.
        package var offset: Int64
        package var header: RecordHeader

        package static let byteCount = 56

        package init(offset: Int64, header: RecordHeader) {
            self.offset = offset
            self.header = header
        }
    }

    package var entries: [Entry]

    package init(entries: [Entry]) {
        self.entries = entries
    }

    /// The footer record and the trailer, for a footer that is written at `footerOffset` of the file.
    package func encode(at footerOffset: Int64) -> [UInt8] {
        var payload: [UInt8] = []
        payload.reserveCapacity(entries.count * Entry.byteCount)
        for entry in entries { entry.append(to: &payload) }
        let header = payload.withUnsafeBytes { RecordHeader.raw(.footer, id: .zero, payload: $0) }
        let trailer = SegmentTrailer(footerOffset: footerOffset, entryCount: entries.count)
        return header.bytes + payload + trailer.bytes
    }

    /// Reads `bytes`, which go from `footerOffset` of the file to its end.
    package init(parsing bytes: UnsafeRawBufferPointer, at footerOffset: Int64) throws(FormatError) {
        let header = try RecordHeader(parsing: bytes)
        guard header.kind == .footer else {
            throw FormatError(.unknownKind, "a \(header.kind) record stands where the footer should", at: 6)
        }
        var reader = ByteReader(bytes)
        _ = try reader.run(RecordHeader.byteCount)
        let payload = try reader.run(header.storedLength)
        let trailer = try SegmentTrailer(parsing: try reader.run(SegmentTrailer.byteCount))
        try reader.end()
        try header.verifyChecksum(payload: payload)
        guard trailer.footerOffset == footerOffset else {
            throw FormatError(.badLength, "the trailer says that the footer is elsewhere")
        }
        let (count, rest) = payload.count.quotientAndRemainder(dividingBy: Entry.byteCount)
        guard rest == 0, count == trailer.entryCount else {
            throw FormatError(.badLength, "the footer has not the length of \(trailer.entryCount) entries")
        }
        entries = try Self.entries(in: payload, count: count, before: footerOffset)
    }

    private static func entries(
        in payload: UnsafeRawBufferPointer, count: Int, before footerOffset: Int64
    ) throws(FormatError) -> [Entry] {
        var reader = ByteReader(payload)
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        var end = Int64(SegmentHeader.byteCount)
        for _ in 0..<count {
            let start = reader.offset
            let entry = try Entry(reading: &reader)
            guard entry.offset >= end, entry.offset <= footerOffset - Int64(entry.header.recordLength) else {
                throw FormatError(.badOrder, "the records overlap, or are out of order", at: start)
            }
            end = entry.offset + Int64(entry.header.recordLength)
            entries.append(entry)
        }
        return entries
    }
}

extension SegmentFooter.Entry {
    func append(to bytes: inout [UInt8]) {
        bytes.append(header.id)
        bytes.append(bigEndian: UInt64(offset))
        bytes.append(bigEndian: UInt32(header.rawLength))
        bytes.append(bigEndian: UInt32(header.storedLength))
        bytes.append(header.kind.rawValue)
        bytes.append(header.encoding.rawValue)
        bytes.append(bigEndian: UInt16(0))
        bytes.append(bigEndian: header.payloadChecksum)
    }

    init(reading reader: inout ByteReader) throws(FormatError) {
        let start = reader.offset
        let id = try reader.digest()
        let offset = try reader.int64()
        let rawLength = Int(try reader.integer(UInt32.self))
        let storedLength = Int(try reader.integer(UInt32.self))
        let kind = try RecordHeader.kind(try reader.integer(UInt8.self), at: start + 48)
        let encoding = try RecordHeader.encoding(try reader.integer(UInt8.self), at: start + 49)
        try reader.zeros(2)
        let header = RecordHeader(
            kind: kind, encoding: encoding, id: id, rawLength: rawLength, storedLength: storedLength,
            payloadChecksum: try reader.integer(UInt32.self))
        guard kind.hasIdentity else {
            throw FormatError(.unknownKind, "a \(kind) record is not listed", at: start + 48)
        }
        try header.checkBounds()
        self.init(offset: offset, header: header)
    }
}
