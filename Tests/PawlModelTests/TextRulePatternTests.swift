import Foundation
import PawlModel
import TestKit
import Testing

/// A rule is written twice, as code and as a regular expression for documents: here the two are held equal.
struct TextRulePatternTests {
    private static let good: [TextRule: [String]] = [
        .slug: ["a", "0", "my-game", "a--b"],
        .assetPath: ["a", "builds/win64", ".hidden/..x/...", "a b", "é", "a@", "日本語/x"],
        .channelName: ["live", "1.0", "a_b-c."],
        .mediaType: ["application/zip", "text/plain; charset=utf-8", "a/b;"],
        .sku: ["a", "A.b_c-1", "0", "GEM"],
        .snakeCase: ["a", "lap_seconds", "x2_"],
        .email: ["a@b", "robin.o'neil+x@example.com", "ü@ß.example"],
        .locale: ["en", "pt-BR", "zh-Hant-TW", "de-1996", "sl-rozaj-biske-1994", "enochian"],
        .timeZone: ["UTC", "Europe/Berlin", "Etc/GMT+1", "America/Argentina/Buenos_Aires", "America/Port-au-Prince"],
        .httpURL: [
            "http://a", "https://example.com/", "https://example.com:8443/a/b?c=%20&d=(e)", "http://127.0.0.1:80",
            "http://[::1]:9/x", "http://[::]", "http://[1:2:3:4:5:6:7:8]", "http://[fe80::1:2]/", "http://[1::]",
            "https://a?b", "http://a_b.c/@:",
        ],
        .secret: [String(repeating: "x", count: 24), "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"],
        .sha256: [String(repeating: "0af9", count: 16)],
        .idempotencyKey: ["a", "\"a b\"", "~", "0001-x", " k "],
        .entityTags: ["*", "\"1\"", "\"\"", "W/\"a-b\"", "\"1\", W/\"2\",\"~!\"", " , \"1\" ,, \"2\",", "\"W/\""],
    ]

    private static let bad: [TextRule: [String]] = [
        .slug: ["", "-", "a-", "A", "a\n"],
        .assetPath: ["", "/", "a//b", ".", "a/..", "a:b", "a\u{7f}", "a\n", "a/"],
        .channelName: ["", ".a", "Live", "live\n"],
        .mediaType: ["", "zip", "a/b/c", "a/b;\n", "a/b; é", "a/b\n"],
        .sku: ["", ".a", "-", "a b", "é", "a\n", "a\u{301}"],
        .snakeCase: ["", "_a", "0a", "A", "a-b", "a\n"],
        .email: ["", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\n", "a@b\u{7f}"],
        .locale: ["", "e", "e1", "en_US", "en-", "-en", "en--US", "overlongs", "en-toolongpart", "en\n"],
        .timeZone: ["", "/", "Europe/", "/Berlin", "1/a", "a//b", "a b", "+01", "UTC\n", "Ü"],
        .httpURL: [
            "", "http://", "ftp://a", "HTTP://a", "http:/a", "http://a b", "http://u@a", "http://u:p@a/", "http://a#b",
            "http://a:", "http://a:123456", "http://a:b", "http://[::1", "http://::1", "http://[.]", "http://[1]",
            "http://[:::]", "http://[1::2::3]", "http://[12345::]",
            "http://[1:2:3:4:5:6:7]", "http://[1:2:3:4:5:6:7:8:9]", "http://[1:2:3:4:5:6:7::8]", "http://[]",
            "http://é",
            "http://a/\n", "http://a\n", "https:///x", "http://?a", "http://a/{b}", "javascript:alert(1)",
        ],
        .secret: [
            "", String(repeating: "x", count: 23), String(repeating: "x", count: 24) + " ",
            "é" + String(repeating: "x", count: 30),
        ],
        .idempotencyKey: ["", " ", "\"\"", "\" \"", "é", "a\n", "a\u{7f}", "a\tb"],
        .entityTags: [
            "", ",", "1", "\"", "\"1", "1\"", "\"1\", 2", "\"1\" \"2\"", "\"a b\"", "\"a,b\"", "w/\"1\"", "W/1",
            "W/ \"1\"",
            "\"1\", *", "**", "\"é\"", "\"1\"\n", "*\n",
        ],
        .sha256: [
            "", String(repeating: "0", count: 63), String(repeating: "A", count: 64), String(repeating: "0", count: 65),
        ],
    ]

    @Test(arguments: TextRule.allCases)
    func examples_areTakenOrRefused_byBoth(_ rule: TextRule) throws {
        let expression = try expression(of: rule)
        for text in try #require(Self.good[rule]) {
            #expect(rule.violation(in: text) == nil && expression.takes(text), "\(text.debugDescription)")
        }
        for text in try #require(Self.bad[rule]) {
            #expect(rule.violation(in: text) != nil && !expression.takes(text), "\(text.debugDescription)")
        }
    }

    /// Texts near the border: good and bad ones with a few characters changed.
    @Test(arguments: TextRule.allCases)
    func mutations_areTakenByBothOrNone(_ rule: TextRule) throws {
        let expression = try expression(of: rule)
        var generator = SeededGenerator(seed: testSeed)
        let texts = try #require(Self.good[rule]) + #require(Self.bad[rule])
        let characters = Array("aZ09.-_/:@?#[]%+;,= \"*\u{0}\n\u{7f}\u{85}é\u{301}".unicodeScalars)
        for _ in 0..<3_000 {
            var scalars = Array(texts.randomElement(using: &generator)!.unicodeScalars)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0...scalars.count, using: &generator)
                let isInsertion = place == scalars.count || Bool.random(using: &generator)
                scalars.replaceSubrange(
                    place..<(isInsertion ? place : place + 1), with: [characters.randomElement(using: &generator)!])
            }
            let text = String(String.UnicodeScalarView(scalars))
            let isTaken = rule.violation(in: text) == nil
            // Whether a path is in normalization form C, or ends as a version does, its pattern cannot say.
            let isEqual = isTaken == expression.takes(text)
            #expect(isEqual || rule == .assetPath && !isTaken, "\(text.debugDescription)")
        }
    }

    @Test func everyRule_hasAnAnchoredPattern() throws {
        for rule in TextRule.allCases {
            let pattern = try #require(rule.pattern)
            #expect(pattern.hasPrefix("^") && pattern.hasSuffix("$") && !pattern.contains("(?"), "\(rule)")
        }
    }

    private func expression(of rule: TextRule) throws -> NSRegularExpression {
        try NSRegularExpression(pattern: try #require(rule.pattern))
    }
}

extension NSRegularExpression {
    /// Whether the whole text matches; to Foundation `$` also stands before a final line break.
    fileprivate func takes(_ text: String) -> Bool {
        let whole = NSRange(location: 0, length: text.utf16.count)
        return firstMatch(in: text, range: whole)?.range == whole
    }
}
