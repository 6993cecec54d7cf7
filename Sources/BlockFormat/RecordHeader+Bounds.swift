import PawlModel

extension RecordHeader {
    /// The bounds of each kind, in bytes: what may be allocated because a header says so.
    private var rawLengths: ClosedRange<Int> {
        switch kind {
        case .block, .tail: 1...Limits.blockSizeMax
        case .journal: 1...Self.journalSizeMax
        // One alignment, less the header, plus a gap that was too short for a header: under 4 KiB.
        case .pad: 0...Limits.syncAlignment
        // As many entries as a full segment can hold of the shortest records stay below this.
        case .footer: 0...Int(Limits.segmentSizeMax)
        }
    }

    /// Refuses lengths that contradict each other or are out of bounds for the kind, and ids that must be zero.
    func checkBounds() throws(FormatError) {
        let lengths = rawLengths
        guard rawLength >= lengths.lowerBound else {
            throw FormatError(.badLength, "a \(kind) record has no bytes", at: 48)
        }
        guard rawLength <= lengths.upperBound else {
            throw FormatError(.tooLarge, "a \(kind) record is longer than \(lengths.upperBound) bytes", at: 48)
        }
        // What deflate may add at most: the same for all kinds, as it is for blocks.
        let storedMax = lengths.upperBound + (Limits.storedSizeMax - Limits.blockSizeMax)
        guard storedLength <= storedMax else {
            throw FormatError(.tooLarge, "a \(kind) record stores more than \(storedMax) bytes", at: 52)
        }
        switch encoding {
        case .raw:
            guard rawLength == storedLength else {
                throw FormatError(.badLength, "raw bytes are stored as they are, so both lengths are one", at: 52)
            }
        case .deflate:
            guard kind.hasIdentity else {
                throw FormatError(.unknownEncoding, "a \(kind) record is raw", at: 7)
            }
            guard storedLength > 0 else {
                throw FormatError(.badLength, "a zlib stream has bytes", at: 52)
            }
        }
        guard kind.hasIdentity || id == .zero else {
            throw FormatError(.notZero, "the id of a \(kind) record is zero", at: 16)
        }
    }
}

extension Digest {
    /// 32 zero bytes: the id of a record without identity.
    static let zero = Digest(bytes: repeatElement(0, count: Digest.byteCount))!
}

extension UnsafeRawBufferPointer {
    func bigEndianUInt32(at offset: Int) -> UInt32 {
        UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
