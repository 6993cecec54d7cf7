import BlockFormat
import PawlModel
import TestKit
import Testing

@Suite struct DeflateTests {
    @Test func whatWasDeflated_inflatesToTheSame() throws {
        for (raw, level) in [(Array("click ".utf8), 1), (Array("a".utf8), 9), ([0], 6)] as [([UInt8], Int32)] {
            for count in [10, 1000, Limits.blockSizeMax / raw.count] {
                let bytes = Array(repeatElement(raw, count: count).joined())
                guard let stored = bytes.withUnsafeBytes({ Deflate.deflate($0, level: level) }) else { continue }
                #expect(stored.count < bytes.count)
                #expect(try inflate(stored, rawLength: bytes.count) == bytes)
            }
        }
    }

    @Test func whatDoesNotGetSmaller_isNotDeflated() {
        var random = SeededGenerator(seed: testSeed)
        for count in [0, 1, 2, 10, 1000, Limits.blockSizeMax] {
            let bytes = random.bytes(count)
            #expect(bytes.withUnsafeBytes { Deflate.deflate($0) } == nil)
        }
    }

    /// A stream that grows to 256 MiB stops at the length that was asked for.
    @Test func aBomb_stopsAtTheRawLength() throws {
        let zeros = [UInt8](repeating: 0, count: 256 << 20)
        let stored = try #require(zeros.withUnsafeBytes { Deflate.deflate($0, level: 9) })
        #expect(stored.count < Limits.storedSizeMax)
        #expect(throws: FormatError(.inflateFailed)) { try inflate(stored, rawLength: Limits.blockSizeMax) }
    }

    @Test func lengthsThatNoRecordHas_areRefused() {
        #expect(throws: FormatError(.tooLarge)) { try inflate([1], rawLength: -1) }
        #expect(throws: FormatError(.tooLarge)) { try inflate([1], rawLength: .max) }
        #expect(throws: FormatError(.inflateFailed)) { try inflate([], rawLength: 0) }
        #expect(throws: FormatError(.inflateFailed)) { try inflate([0x78], rawLength: 0) }
    }

    @Test func aStreamOfNothing_isNothing() throws {
        #expect(try inflate([UInt8](hex: "789c030000000001"), rawLength: 0) == [])
    }

    @Test func garbage_neverTraps() {
        var random = SeededGenerator(seed: testSeed)
        for _ in 0..<5000 {
            let stored = [0x78, 0x9c] + random.bytes(Int.random(in: 0...100, using: &random))
            _ = try? inflate(stored, rawLength: Int.random(in: 0...2000, using: &random))
        }
    }

    private func inflate(_ stored: [UInt8], rawLength: Int) throws -> [UInt8] {
        try stored.withUnsafeBytes { try Deflate.inflate($0, rawLength: rawLength) }
    }
}
