import BlockFormat
import PawlModel
import Testing

@Suite struct ManifestPageTests {
    private let bytes = [UInt8](hex: Vectors.manifests.page.page)

    @Test func theVector_isReadAndWrittenAsIs() throws {
        let blocks = Vectors.manifests.page.blocks.map(\.reference)
        #expect(ManifestPage.encode(blocks) == bytes)
        #expect(try ManifestPage.parse(bytes) == blocks)
    }

    @Test func aFullPage_isReadBackAndOneMoreIsRefused() throws {
        let block = BlockReference(id: Digest(sha256Of: [1]), length: Limits.blockSizeMax)
        let blocks = [BlockReference](repeating: block, count: Limits.manifestPageEntries)
        let page = ManifestPage.encode(blocks)
        #expect(page.count == 8 + 36 * 1024)
        #expect(try ManifestPage.parse(page) == blocks)
        #expect(throws: FormatError(.tooLarge)) { try ManifestPage.parse(page + page.suffix(36)) }
    }

    @Test func aPageThatIsCutInsideABlock_isRefused() {
        for length in 0..<bytes.count where length < 8 || (length - 8) % 36 != 0 {
            #expect(throws: FormatError(.truncated)) { try ManifestPage.parse(Array(bytes[..<length])) }
        }
    }

    @Test func wrongFields_areRefused() {
        for (offset, code) in [(0, .badMagic), (4, .badVersion), (5, .badAlgorithm), (6, .notZero), (8, .tooLarge)]
            as [(Int, FormatError.Code)]
        {
            var wrong = bytes
            wrong[offset] ^= 0x40
            #expect(throws: FormatError(code)) { try ManifestPage.parse(wrong) }
        }
        var empty = bytes
        for offset in 8..<12 { empty[offset] = 0 }
        #expect(throws: FormatError(.badLength)) { try ManifestPage.parse(empty) }
    }
}
