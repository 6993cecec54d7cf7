import PawlClient
import Testing

/// `.pawlignore` means what gitignore(5) says.
@Suite struct IgnoreTests {
    private func ignores(_ lines: String, _ path: String, isDirectory: Bool = false) -> Bool {
        var rules = IgnoreRules()
        rules.add(lines, depth: 0)
        return rules.ignores(path, isDirectory: isDirectory)
    }

    @Test(arguments: [
        ("*.log", "a.log", true), ("*.log", "deep/a.log", true), ("*.log", "a.logs", false),
        ("/a.txt", "a.txt", true), ("/a.txt", "b/a.txt", false),
        ("a/b.txt", "a/b.txt", true), ("a/b.txt", "c/a/b.txt", false),
        ("**/b.txt", "b.txt", true), ("**/b.txt", "x/y/b.txt", true),
        ("a/**/z", "a/z", true), ("a/**/z", "a/b/c/z", true), ("a/**/z", "b/z", false),
        ("a/**", "a/x", true), ("a/**", "a/x/y", true), ("a/**", "a", false),
        ("a?c", "abc", true), ("a?c", "a/c", false), ("a?c", "aéc", true),
        ("[abc].x", "b.x", true), ("[!abc].x", "b.x", false), ("[^abc].x", "d.x", true),
        ("[a-c]", "b", true), ("[a-c]", "d", false), ("[]x]", "]", true), ("[a-]", "-", true),
        ("[[:digit:]]x", "7x", true), ("[[:digit:]]x", "ax", false), ("[\\]]", "]", true),
        ("# note", "# note", false), ("\\# note", "# note", true), ("\\!x", "!x", true),
        ("a\\ ", "a ", true), ("a ", "a", true), ("a\r", "a", true), ("", "", false), ("/", "a", false),
        ("a*b*c", "a1b2c", true), ("a*b*c", "a1c2b", false), ("*", "anything", true), ("*/x", "a/x", true),
        ("*/x", "a/b/x", false), ("[", "[", false), ("a**b", "axxb", true), ("a//b", "a/b", false),
        ("foo\\", "foo\\", false), ("*.TXT", "a.txt", false),
    ])
    func aLineMatches(_ line: String, _ path: String, _ expected: Bool) {
        #expect(ignores(line, path) == expected, "\(line) \(path)")
    }

    @Test func aSlashAtTheEndMeansDirectories() {
        #expect(ignores("build/", "build", isDirectory: true))
        #expect(ignores("build/", "a/build", isDirectory: true))
        #expect(!ignores("build/", "build"))
    }

    @Test func theLastLineThatMatchesDecides() {
        #expect(!ignores("*.log\n!keep.log", "keep.log"))
        #expect(ignores("*.log\n!keep.log\nkeep.*", "keep.log"))
        #expect(ignores("!keep.log\n*.log", "keep.log"))
    }

    @Test func theInnerFileDecidesOverTheOuterOne_andStartsAtItsDirectory() {
        var rules = IgnoreRules()
        rules.add("*.bin\n/top.txt", depth: 0)
        rules.add("!a.bin\n/here.txt", depth: 1)
        #expect(!rules.ignores("sub/a.bin", isDirectory: false))
        #expect(rules.ignores("sub/b.bin", isDirectory: false))
        #expect(rules.ignores("sub/here.txt", isDirectory: false))
        #expect(!rules.ignores("sub/deep/here.txt", isDirectory: false))
        #expect(!rules.ignores("sub/top.txt", isDirectory: false))
    }

    @Test func aByteOrderMarkIsNoPartOfTheFirstLine() {
        #expect(ignores("\u{feff}*.log", "a.log"))
    }

    /// Patterns that send a careless matcher back and forth for ever.
    @Test func manyStarsTakeNoTime() {
        let stars = String(repeating: "*a", count: 200) + "b"
        #expect(!ignores(stars, String(repeating: "a", count: 2000)))
        let directories = String(repeating: "**/x/", count: 100) + "y"
        #expect(!ignores(directories, String(repeating: "x/", count: 400) + "z"))
    }
}
