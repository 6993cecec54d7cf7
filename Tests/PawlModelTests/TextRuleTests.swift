import Foundation
import PawlModel
import TestKit
import Testing

struct TextRuleTests {
    @Test(arguments: [
        "a", "builds/win64", "audio/theme.ogg", "a b/c d", "...", "..a/b..", ".hidden", "a@b", "a@3/b", "a@", "@",
        "1@2x",
        "ünïcödé/日本語", "e\u{301}\u{328}".precomposed, String(repeating: "x", count: 512), "a\\b", "%2e%2e",
    ])
    func assetPaths_thatKeepTheRules(_ path: String) {
        #expect(TextRule.assetPath.violation(in: path) == nil)
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "./a", "a/.", "a/./b", "../a", "a/..", "a/../b", "a:b", ":", "a:",
        "a@3", "a/b@12", "@0", "a\u{0}b", "a\nb", "a\u{7f}", "a\u{85}b", "e\u{301}", "a/\u{212b}",
        // To Swift a '/' or ':' with a mark behind it is another character; to a disk it is not.
        "../\u{301}a", "a/../\u{301}b", "a:\u{301}", "a/\u{301}/b/..",
    ])
    func assetPaths_thatBreakOne(_ path: String) {
        #expect(TextRule.assetPath.violation(in: path) != nil)
    }

    /// Whatever bytes a path is made of: a path that passes leads nowhere but below.
    @Test func randomPaths_thatPass_stayInside() {
        var generator = SeededGenerator(seed: testSeed)
        let parts = ["/", ".", "..", ":", "@", "7", "a", "\u{301}", "\u{200d}", "é", "\u{0}", "\r\n", " "]
        for _ in 0..<20_000 {
            let path = (0..<Int.random(in: 0...7, using: &generator)).map { _ in parts.randomElement(using: &generator)!
            }
            .joined()
            guard TextRule.assetPath.violation(in: path) == nil else { continue }
            let segments = Array(path.utf8).split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            let isInside = segments.allSatisfy { ![[], Array(".".utf8), Array("..".utf8)].contains(Array($0)) }
            #expect(
                isInside && !path.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: ":") }),
                "\(path.debugDescription)")
        }
    }

    @Test func slugs() {
        for good in ["a", "my-game", "0", "a--b"] { #expect(TextRule.slug.violation(in: good) == nil) }
        for bad in ["", "-", "-a", "a-", "A", "a_b", "a b", "ä", "a/b"] {
            #expect(TextRule.slug.violation(in: bad) != nil)
        }
    }

    @Test func channelNames() {
        for good in ["live", "1.0", "a_b-c."] { #expect(TextRule.channelName.violation(in: good) == nil) }
        for bad in ["", ".a", "-a", "Live", "a b", "a/b", "a:b", "é"] {
            #expect(TextRule.channelName.violation(in: bad) != nil)
        }
    }

    @Test func mediaTypes() {
        for good in ["application/zip", "text/plain; charset=utf-8", "application/vnd.pawl.x+json", "a/b;x=\"y z\""] {
            #expect(TextRule.mediaType.violation(in: good) == nil, "\(good)")
        }
        let bad = [
            "", "zip", "a/", "/b", "a/b/c", "a b/c", "text/plain\n", "text/plain;\r\nX-Other: 1",
            "text/plain; a=\u{85}",
            "text/plain; a=é",
        ]
        for text in bad { #expect(TextRule.mediaType.violation(in: text) != nil, "\(text)") }
    }
}

extension String {
    fileprivate var precomposed: String { precomposedStringWithCanonicalMapping }
}
