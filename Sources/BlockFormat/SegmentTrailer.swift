/// The last 24 bytes of a sealed segment: where its footer is, and how much that lists.
package struct SegmentTrailer: Hashable, Sendable {
    package static let byteCount = 24

    /// Bytes from the start of the file to the footer record's header.
    package var footerOffset: Int64
    package var entryCount: Int

    package init(footerOffset: Int64, entryCount: Int) {
        self.footerOffset = footerOffset
        self.entryCount = entryCount
    }

    /// Reads `bytes`, which are the last 24 of the file.
    package init(parsing bytes: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = ByteReader(bytes)
        try reader.preamble(.segmentTrailer)
        let fields = UnsafeRawBufferPointer(rebasing: bytes[..<min(20, bytes.count)])
        try reader.zeros(2)
        let footerOffset = try reader.int64()
        let entryCount = Int(try reader.integer(UInt32.self))
        guard try reader.integer(UInt32.self) == CRC32.checksum(fields) else {
            throw FormatError(.badChecksum, "the trailer does not match its CRC-32", at: 20)
        }
        try reader.end()
        self.init(footerOffset: footerOffset, entryCount: entryCount)
    }

    /// The 24 bytes.
    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(preamble: .segmentTrailer)
        bytes.append(bigEndian: UInt16(0))
        bytes.append(bigEndian: UInt64(footerOffset))
        bytes.append(bigEndian: UInt32(entryCount))
        bytes.appendChecksum()
        return bytes
    }
}
