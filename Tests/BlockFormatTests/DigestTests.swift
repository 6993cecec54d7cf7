import BlockFormat
import PawlModel
import Testing

@Suite struct DigestTests {
    @Test func sha256_isThatOfTheStandard() {
        // FIPS 180-2, appendix B.1, and the digest of nothing.
        #expect(
            Digest(sha256Of: Array("abc".utf8)).hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Digest(sha256Of: []).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func pieces_areTheWhole() {
        var builder = DigestBuilder()
        builder.update(Array("a".utf8))
        #expect(builder.finalize() == Digest(sha256Of: Array("a".utf8)))
        builder.update([])
        builder.update(Array("bc".utf8))
        #expect(builder.finalize() == Digest(sha256Of: Array("abc".utf8)))
    }

    @Test func crc32_isThatOfZlib() {
        let bytes = Array("123456789".utf8)
        #expect(bytes.withUnsafeBytes { CRC32.checksum($0) } == 0xcbf4_3926)
        for split in 0...9 {
            let first = bytes[..<split].withUnsafeBytes { CRC32.checksum($0) }
            #expect(bytes[split...].withUnsafeBytes { CRC32.checksum($0, continuing: first) } == 0xcbf4_3926)
        }
    }

    @Test func anError_saysWhatAndWhere() {
        let error = FormatError(.badLength, "a block has no bytes", at: 48)
        #expect("\(error)" == "bad_length: a block has no bytes (at byte 48)")
        #expect(error == FormatError(.badLength))
        #expect(error != FormatError(.truncated))
    }
}
