import PawlModel
import Testing

/// The paths of entries: what every system can write, and nothing that leads out.
@Suite struct EntryNameTests {
    @Test(arguments: [
        "a", "data/level1.pak", ".hidden", "a..b", "...a", "a b/c d", "größe/ß.txt", "日本語/ファイル", "🎮.png",
        "com", "COM0", "console", "nulls.txt", "comma.txt", "lpt10", "a'b;c,d", "100%", "#1", "[x](y)", "~", "$HOME",
        String(repeating: "a", count: 255), String(repeating: "a/", count: 2047) + "ab",
    ])
    func goodPaths_areTaken(_ path: String) {
        #expect(EntryName.violation(in: path) == nil)
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "./a", "a\u{0}b", "a\nb", "a\u{7f}",
        "a\u{85}b", "a:b", "C:/x", "a\\b", "..\\a", "a<b", "a>b", "a\"b", "a|b", "a?", "a*", "a.", "a ", "a./b", "a /b",
        "... ",
        "CON", "con", "a/Con.txt", "prn", "AUX.tar.gz", "nul", "NUL .txt", "com1", "COM9.log", "lpt1/x", "COM¹",
        "conin$", "CONOUT$.txt", "e\u{301}", "\u{212b}", String(repeating: "a", count: 256),
        String(repeating: "ä", count: 128), String(repeating: "a/", count: 2048) + "a",
    ])
    func badPaths_areRefused(_ path: String) {
        #expect(EntryName.violation(in: path) != nil, "\(path.debugDescription)")
    }

    @Test func targets_mayClimb_andKeepTheRulesForNames() {
        for target in ["a", "../a", "../../b/c", "./x", "a/", "..", "."] {
            #expect(EntryName.violation(inTarget: target) == nil, "\(target)")
        }
        for target in ["", "..\\a", "C:a", "a\u{0}", "NUL", "a./b", String(repeating: "a/", count: 2050)] {
            #expect(EntryName.violation(inTarget: target) != nil, "\(target)")
        }
    }

    @Test(arguments: [
        ("Data", "data"), ("STRASSE", "straße"), ("ΣΑΣ", "σας"), ("ÄÖÜ", "äöü"), ("ẞ", "ss"), ("K", "k"),
        ("ſ", "S"), ("µ", "μ"), ("ﬀ", "FF"), ("Ǆ", "ǆ"),
    ])
    func pathsThatDifferByCase_foldToTheSame(_ one: String, _ other: String) {
        #expect(EntryName.folded(one) == EntryName.folded(other))
        var names = EntryNames()
        #expect(names.admit(one) == nil)
        #expect(names.admit(other) == one)
    }

    @Test(arguments: [("a", "b"), ("ı", "i"), ("é", "e"), ("ss", "s"), ("a/b", "a_b")])
    func otherPaths_foldToOthers(_ one: String, _ other: String) {
        #expect(EntryName.folded(one) != EntryName.folded(other))
    }

    /// Parents count as well, listed or not, whatever lies between them.
    @Test func directoriesOnTheWay_areLookedAtToo() {
        func collision(_ paths: [String]) -> String? {
            var names = EntryNames()
            for path in paths {
                if let other = names.admit(path) { return other }
            }
            return nil
        }
        #expect(collision(["Data/a", "data/b"]) == "Data")
        #expect(collision(["Data", "data/b"]) == "Data")
        #expect(collision(["a/B/c/d", "a/b!", "a/b/e"]) == "a/B")
        #expect(collision(["A/x", "A/y/z", "a"]) == "A")
        #expect(collision(["Data!", "Data/x", "Data0", "Data/y"]) == nil)
        #expect(collision(["a/b", "a/c", "ab", "b/a", "b/b"]) == nil)
        #expect(collision(["data/B", "data/a", "data/b"]) == "data/B")
    }

    /// What is kept grows with what was sent: a deep path costs each of its names once, and there is an end.
    @Test func deepPaths_costTheirNames_andNoMore() {
        var names = EntryNames()
        let deep = Array(repeating: "a", count: 2000).joined(separator: "/")
        for number in 0..<400 { #expect(names.admit("\(number)/\(deep)") == nil) }
        #expect(!names.isFull)
        for number in 400..<520 where !names.isFull { #expect(names.admit("\(number)/\(deep)") == nil) }
        #expect(names.isFull)
    }

    @Test func escapedPaths_keepTheirSlashes() {
        #expect(Routes.escaped("a b/ü%#?") == "a%20b/%C3%BC%25%23%3F")
        let version = ResourceID(prefix: "ver", value: 1)
        #expect(Routes.entry("a/b c", ofVersion: version) == "/v1/versions/\(version)/entries/a/b%20c")
    }
}
