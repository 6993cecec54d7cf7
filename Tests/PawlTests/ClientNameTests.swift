import PawlClient
import PawlModel
import Testing

@Suite struct ClientNameTests {
    @Test func aNameIsSplitAtTheFirstSlash() throws {
        let name = try AssetName("mygame/builds/win64")
        #expect(name.game == "mygame")
        #expect(name.path == "builds/win64")
        #expect(name.lastSegment == "win64")
    }

    @Test func aPathIsNormalizedBeforeItIsSent() throws {
        let name = try AssetName("mygame/cafe\u{301}")
        #expect(Array(name.path.unicodeScalars) == Array("caf\u{e9}".unicodeScalars))
    }

    @Test(arguments: [
        "mygame", "mygame/", "/a", "My/a", "mygame//a", "mygame/a/", "mygame/../a", "mygame/./a", "mygame/a:b",
        "mygame/a@3", "mygame/a\u{1}", "mygame/a\u{0}", "mygame/" + String(repeating: "a", count: 600),
    ])
    func whatCannotBeANameIsRefused(text: String) {
        #expect(throws: ClientError(.badName, "", advice: "")) { try AssetName(text) }
    }

    @Test func aVersionIsNamedByItsNumberOrAChannelOrNot() throws {
        #expect(try VersionName("g/a").selector == .newest)
        #expect(try VersionName("g/a@12").selector == .number(12))
        #expect(try VersionName("g/a:beta").selector == .channel("beta"))
        #expect(try VersionName("g/a@x").asset.path == "a@x")
        #expect(try VersionName("g/a@12").description == "g/a@12")
    }

    @Test(arguments: ["g/a:", "g/a:Beta", "g/a@1:beta", "g/a@99999999999999999999"])
    func aVersionThatCannotBeIsRefused(text: String) {
        #expect(throws: ClientError(.badName, "", advice: "")) { try VersionName(text) }
    }

    @Test func aFilterEscapesQuotes() {
        let filter = Filter("path", #"a"b\c"#).and("number", 3)
        #expect(filter.text == #"path="a\"b\\c" AND number="3""#)
    }

    @Test func aProblemComesBackAsItWasSent() {
        let problem = Problem(.blocksMissing, "2 blocks are missing.", members: ["missing": ["00"]])
        #expect(Problem(json: problem.json) == problem)
    }
}
