package import PawlModel

/// The first 64 bytes of a segment file: which segment it is, and whose.
package struct SegmentHeader: Hashable, Sendable {
    package static let byteCount = 64

    /// The segment's number in its store, from 0.
    package var number: Int64
    /// The UUID of the game that its blocks belong to.
    package var game: UInt128 { UInt128(gameHigh) << 64 | UInt128(gameLow) }
    package var createdAt: Timestamp

    // Two halves, for the reason that `ResourceID` gives.
    private let gameHigh: UInt64
    private let gameLow: UInt64

    package init(number: Int64, game: UInt128, createdAt: Timestamp) {
        self.number = number
        gameHigh = UInt64(truncatingIfNeeded: game >> 64)
        gameLow = UInt64(truncatingIfNeeded: game)
        self.createdAt = createdAt
    }

    /// Reads the header from the first 64 of `bytes`; what follows is not looked at.
    package init(parsing bytes: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = ByteReader(bytes)
        var header = ByteReader(try reader.run(Self.byteCount))
        try header.preamble(.segment)
        guard CRC32.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<60])) == bytes.bigEndianUInt32(at: 60) else {
            throw FormatError(.badChecksum, "the header does not match its CRC-32", at: 60)
        }
        try header.zeros(2)
        let number = try header.int64()
        let game = try header.integer(UInt128.self)
        let createdAt = Timestamp(microseconds: try header.int64())
        try header.zeros(20)
        self.init(number: number, game: game, createdAt: createdAt)
    }

    /// Writes the 64 bytes to the start of `target`, which must have room for them.
    package func write(to target: UnsafeMutableRawBufferPointer) {
        precondition(target.count >= Self.byteCount, "a segment header needs 64 bytes")
        target.store(preamble: .segment)
        target.store(UInt16(0), at: 6)
        target.store(UInt64(number), at: 8)
        target.store(game, at: 16)
        // A clock before 1970 is no reason to stop.
        target.store(UInt64(max(0, createdAt.microseconds)), at: 32)
        for offset in 40..<60 { target[offset] = 0 }
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
