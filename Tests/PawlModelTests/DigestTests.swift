import PawlModel
import TestKit
import Testing

struct DigestTests {
    @Test func bytesAndHex_comeBack_andOrderIsTheBytes() {
        var generator = SeededGenerator(seed: testSeed)
        var digests: [Digest] = []
        for _ in 0..<500 {
            let bytes = generator.bytes(32)
            let digest = Digest(bytes: bytes)!
            #expect(digest.bytes == bytes)
            #expect(digest.hex.utf8.count == 64 && Digest(hex: digest.hex) == digest, "seed \(testSeed)")
            #expect(bytes.withUnsafeBytes { Digest($0) } == digest)
            digests.append(digest)
        }
        #expect(digests.sorted() == digests.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) })
    }

    @Test func knownDigest_isWrittenLowEndLast() {
        let digest = Digest(bytes: (0..<32).map { UInt8($0) })
        #expect(digest?.hex == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        #expect("\(digest!)" == digest?.hex)
    }

    @Test func otherLengthsAndDigits_areNoDigest() {
        for count in [0, 1, 31, 33, 64] { #expect(Digest(bytes: [UInt8](repeating: 0, count: count)) == nil) }
        let good = String(repeating: "0a", count: 32)
        for bad in [
            "", String(good.dropLast()), good + "0", good.uppercased(), "g" + good.dropFirst(), "é" + good.dropFirst(2),
        ] {
            #expect(Digest(hex: bad) == nil, "\(bad)")
            #expect(throws: DecodingError.self) { try JSONValue.array([.string(bad)]).decoded(as: [Digest].self) }
        }
    }
}
