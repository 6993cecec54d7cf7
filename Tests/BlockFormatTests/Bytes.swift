import BlockFormat
import PawlModel

/// The inputs of the vectors: SHA-256(seed ‖ u64 counter) for counters from 0, one after another.
func stream(_ seed: String, length: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length + Digest.byteCount)
    var counter: UInt64 = 0
    while bytes.count < length {
        let suffix = withUnsafeBytes(of: counter.bigEndian) { Array($0) }
        bytes += Digest(sha256Of: Array(seed.utf8) + suffix).bytes
        counter += 1
    }
    return Array(bytes.prefix(length))
}

/// The lengths of all blocks of a file that is in memory as a whole.
func cuts(of bytes: [UInt8]) -> [Int] {
    var lengths: [Int] = []
    bytes.withUnsafeBytes { buffer in
        var rest = buffer
        while let length = Chunker.firstBlockLength(in: rest, isEnd: true) {
            lengths.append(length)
            rest = UnsafeRawBufferPointer(rebasing: rest[length...])
        }
    }
    return lengths
}

/// The blocks of a file that is in memory as a whole.
func blocks(of bytes: [UInt8]) -> [BlockReference] {
    var start = 0
    return cuts(of: bytes).map { length in
        defer { start += length }
        return BlockReference(id: Digest(sha256Of: Array(bytes[start..<start + length])), length: length)
    }
}

/// Calls `body` once for each bit of `bytes`, with that bit flipped.
func withEachBitFlipped(of bytes: [UInt8], _ body: ([UInt8], _ bit: Int) -> Void) {
    var damaged = bytes
    for bit in 0..<(8 * bytes.count) {
        damaged[bit / 8] ^= 0x80 >> (bit % 8)
        body(damaged, bit)
        damaged[bit / 8] ^= 0x80 >> (bit % 8)
    }
}

extension [UInt8] {
    init(hex: String) {
        let digits = Array<UInt8>(hex.utf8).map { UInt8(Character(Unicode.Scalar($0)).hexDigitValue!) }
        self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    var hex: String {
        map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// Puts the right CRC-32 of everything before `offset` there.
    mutating func repairChecksum(at offset: Int) {
        let checksum = self[..<offset].withUnsafeBytes { CRC32.checksum($0) }
        Swift.withUnsafeBytes(of: checksum.bigEndian) { replaceSubrange(offset..<offset + 4, with: $0) }
    }
}
