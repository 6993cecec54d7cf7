package import PawlModel

/// The 64 bytes before the payload of a record: the same in a segment on disk and in a `PUT …/blocks`.
///
/// A header that was parsed keeps the rules of its kind (`Bounds` below), so its lengths can be trusted to
/// size a buffer. A header that code makes by hand is not checked: a wrong one would be refused when read.
package struct RecordHeader: Hashable, Sendable {
    package static let byteCount = 64
    /// The longest journal entry: a packed manifest, and the row that it belongs to as JSON.
    package static let journalSizeMax = Limits.manifestSizeMax + Limits.jsonBodySizeMax

    package var kind: RecordKind
    package var encoding: BlockEncoding
    /// The SHA-256 of the raw bytes; zero for a pad and a footer.
    package var id: Digest
    /// Bytes after decoding.
    package var rawLength: Int
    /// Bytes of the payload as it is stored and sent.
    package var storedLength: Int
    /// The CRC-32 of the stored payload.
    package var payloadChecksum: UInt32

    package init(
        kind: RecordKind, encoding: BlockEncoding, id: Digest, rawLength: Int, storedLength: Int,
        payloadChecksum: UInt32
    ) {
        self.kind = kind
        self.encoding = encoding
        self.id = id
        self.rawLength = rawLength
        self.storedLength = storedLength
        self.payloadChecksum = payloadChecksum
    }

    /// Header and payload together, in bytes.
    package var recordLength: Int { Self.byteCount + storedLength }

    /// Reads the header from the first 64 of `bytes`; what follows is not looked at.
    package init(parsing bytes: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = ByteReader(bytes)
        var header = ByteReader(try reader.run(Self.byteCount))
        try header.preamble(.record)
        // The checksum comes before the fields: a damaged header is told from a wrong one.
        guard CRC32.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<60])) == bytes.bigEndianUInt32(at: 60) else {
            throw FormatError(.badChecksum, "the header does not match its CRC-32", at: 60)
        }
        let kindByte = try header.integer(UInt8.self)
        let encodingByte = try header.integer(UInt8.self)
        try header.zeros(8)
        let id = try header.digest()
        let rawLength = Int(try header.integer(UInt32.self))
        let storedLength = Int(try header.integer(UInt32.self))
        let payloadChecksum = try header.integer(UInt32.self)
        self.init(
            kind: try Self.kind(kindByte, at: 6), encoding: try Self.encoding(encodingByte, at: 7), id: id,
            rawLength: rawLength, storedLength: storedLength, payloadChecksum: payloadChecksum)
        try checkBounds()
    }

    /// Writes the 64 bytes to the start of `target`, which must have room for them.
    package func write(to target: UnsafeMutableRawBufferPointer) {
        precondition(target.count >= Self.byteCount, "a record header needs 64 bytes")
        target.store(preamble: .record)
        target.store(kind.rawValue, at: 6)
        target.store(encoding.rawValue, at: 7)
        target.store(UInt64(0), at: 8)
        id.write(to: UnsafeMutableRawBufferPointer(rebasing: target[16..<48]))
        target.store(UInt32(rawLength), at: 48)
        target.store(UInt32(storedLength), at: 52)
        target.store(payloadChecksum, at: 56)
        target.storeChecksum(at: 60)
    }

    /// The 64 bytes.
    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
            write(to: UnsafeMutableRawBufferPointer(buffer))
            count = Self.byteCount
        }
    }
}

extension RecordHeader {
    static func kind(_ byte: UInt8, at offset: Int) throws(FormatError) -> RecordKind {
        guard let kind = RecordKind(rawValue: byte) else {
            throw FormatError(.unknownKind, "\(byte) is no kind of record", at: offset)
        }
        return kind
    }

    static func encoding(_ byte: UInt8, at offset: Int) throws(FormatError) -> BlockEncoding {
        guard let encoding = BlockEncoding(rawValue: byte) else {
            throw FormatError(.unknownEncoding, "\(byte) is no encoding", at: offset)
        }
        return encoding
    }
}
