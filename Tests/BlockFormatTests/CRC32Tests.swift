import BlockFormat
import TestKit
import Testing

struct CRC32Tests {
    /// Bit by bit, as RFC 1952 §8 has it.
    private func reference(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var checksum: UInt32 = 0xffff_ffff
        for byte in bytes {
            checksum ^= UInt32(byte)
            for _ in 0..<8 { checksum = checksum & 1 == 1 ? (checksum >> 1) ^ 0xedb8_8320 : checksum >> 1 }
        }
        return ~checksum
    }

    private func checksum(_ bytes: ArraySlice<UInt8>, continuing: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { CRC32.checksum($0, continuing: continuing) }
    }

    @Test func knownText_hasItsKnownChecksum() {
        #expect(checksum(Array("123456789".utf8)[...]) == 0xcbf4_3926)
        #expect(checksum([]) == 0)
    }

    @Test func everyLengthAndPlace_isTheReferences() {
        var random = SeededGenerator(seed: testSeed)
        let bytes = random.bytes(2000)
        for length in 0...300 {
            let start = Int.random(in: 0...70, using: &random)
            let part = bytes[start..<start + length]
            #expect(checksum(part) == reference(part), "\(length) from \(start), seed \(testSeed)")
        }
    }

    @Test func checksum_goesOnFromWhatCameBefore() {
        var random = SeededGenerator(seed: testSeed)
        let bytes = random.bytes(5000)
        let whole = reference(bytes[...])
        for _ in 0..<300 {
            let cut = Int.random(in: 0...bytes.count, using: &random)
            #expect(checksum(bytes[cut...], continuing: checksum(bytes[..<cut])) == whole, "\(cut), seed \(testSeed)")
        }
    }
}
