import BlockFormat
import PawlModel
import Testing

@Suite struct EntryPageTests {
    private let block = BlockReference(id: Digest(sha256Of: [1]), length: 7)

    private var manifest: Manifest {
        Manifest(directory: [
            .file(path: "a", isExecutable: true, blocks: [block, block]), .directory(path: "b"),
            .file(path: "b/empty", blocks: []), .symlink(path: "c", target: "b/empty"),
            .file(path: "d", blocks: [block]),
        ])
    }

    @Test func entries_areReadBack_withTheirPlacesInTheContent() throws {
        let listed = manifest.listed
        #expect(listed.map(\.offset) == [0, 14, 14, 14, 14])
        #expect(listed.map(\.blockCount) == [2, 0, 0, 0, 1])
        #expect(listed.map { $0.root == nil } == [false, true, false, true, false])
        let bytes = EntryPage.encode(listed)
        #expect(try EntryPage.parse(bytes, from: 0) == listed)
        let moved = try EntryPage.parse(bytes, from: 100)
        #expect(moved.map(\.offset) == [100, 114, 114, 114, 114])
        let again = try Manifest(listed: listed, blocks: [block, block, block], profile: manifest.profile)
        #expect(again.encode() == manifest.encode())
        for count in [2, 4] {
            #expect(throws: FormatError(.badLength)) {
                try Manifest(listed: listed, blocks: Array(repeating: block, count: count), profile: "")
            }
        }
    }

    @Test func runs_haveFewEntries_andFewBytes() {
        let short = (0..<1000).map { Entry(path: "\($0)", kind: .directory, offset: 0) }
        #expect(EntryPage.runs(of: short).map(\.count) == [256, 256, 256, 232])
        let long = (0..<100).map { Entry(path: "\($0)" + String(repeating: "a", count: 4000), kind: .file, offset: 0) }
        let runs = EntryPage.runs(of: long)
        #expect(runs.map(\.count).reduce(0, +) == 100)
        #expect(runs.allSatisfy { EntryPage.encode($0).count <= Limits.entryPageSize + 8 })
        #expect(EntryPage.runs(of: []).map(\.count) == [0])
    }

    @Test func pagesThatAreCutOrWrong_areRefused() {
        let bytes = EntryPage.encode(manifest.listed)
        var whole = 0
        for length in 0..<bytes.count {
            if (try? EntryPage.parse(Array(bytes[..<length]), from: 0)) != nil { whole += 1 }
        }
        // Where an entry ends: the row knows no count, and the version does.
        #expect(whole == 5)
        for (offset, code) in [(0, .badMagic), (4, .badVersion), (5, .badAlgorithm), (6, .notZero), (8, .unknownKind)]
            as [(Int, FormatError.Code)]
        {
            var wrong = bytes
            wrong[offset] ^= 0x40
            #expect(throws: FormatError(code)) { try EntryPage.parse(wrong, from: 0) }
        }
        #expect(throws: FormatError(.tooLarge)) { try EntryPage.parse(bytes, from: Int64.max - 3) }
    }

    @Test func names_areToldByEntry() {
        let names = Manifest(directory: [
            .file(path: "Data/a", blocks: []), .file(path: "con.txt", blocks: []), .file(path: "data/b", blocks: []),
            .symlink(path: "x", target: "a\\b"),
        ])
        let violations = names.nameViolations
        #expect(violations.map(\.pointer) == ["/entries/1/path", "/entries/2/path", "/entries/3/target"])
        #expect(violations[1].detail.contains("'data/b'") && violations[1].detail.contains("'Data'"))
        #expect(manifest.nameViolations.isEmpty)
    }
}
