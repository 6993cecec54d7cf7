import Foundation
import PawlModel
import Testing

/// JSON text in and out, held against the decoder and encoder of Foundation as a second opinion.
@Suite struct JSONTextTests {
    @Test(
        "what is JSON is read as Foundation reads it",
        arguments: [
            "null", "true", " false ", "0", "-0", "-1", "42", "9223372036854775807", "-9223372036854775808",
            "9223372036854775808", "1.5", "-2.25e-3", "1e3", "1E+2", "3.0", "0.1", "1.7976931348623157e308", "\"\"",
            "\"plain\"", #""\"\\\/\b\f\n\r\t""#, #""\u0041\u00e9\u20ac\ud83d\ude00""#, "\"é€😀\"", "[]", "{}",
            "[1,[2,[3,{}]],\"x\"]", " { \"a\" : 1 , \"b\" : [ null , true ] } ", #"{"":{"":0}}"#, "\"a\u{7f}b\"",
        ])
    func agrees(text: String) throws {
        let ours = try JSONValue(parsing: text.utf8)
        #expect(ours == (try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))))
        #expect(try JSONValue(parsing: ours.data) == ours)
        #expect(try JSONDecoder().decode(JSONValue.self, from: ours.data) == ours)
    }

    @Test(
        "what is no JSON is an error",
        arguments: [
            "", " ", "nul", "True", "01", "-", "+1", ".5", "1.", "1e", "1e400", "0x10", "NaN", "[", "[1", "[1,", "[1,]",
            "[,1]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{1:2}", "1 2",
            "[]]",
            "\"", "\"a", "'a'", #""\x""#, #""\u12""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "\"\t\"",
            "\"\u{0}\"", "\"\\",
        ])
    func refuses(text: String) {
        #expect(throws: DecodingError.self) { try JSONValue(parsing: text.utf8) }
    }

    @Test("bytes that are no UTF-8 are an error")
    func refusesBadBytes() {
        for bad in [[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]] as [[UInt8]] {
            #expect(throws: DecodingError.self) { try JSONValue(parsing: [0x22] + bad + [0x22]) }
        }
    }

    @Test("what is nested too deeply is an error, and what is not is read")
    func depth() throws {
        let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(JSONValue.depth(of: try JSONValue(parsing: deep.utf8).data) == 512)
        #expect(throws: DecodingError.self) { try JSONValue(parsing: "[\(deep)]".utf8) }
        #expect(throws: DecodingError.self) { try JSONValue(parsing: String(repeating: "[", count: 1 << 20).utf8) }
    }

    @Test("the text is compact, sorted and escaped no more than it must be")
    func writes() {
        let value: JSONValue = [
            "b": [1, .double(2.5), true, .null], "a": "x/y \"z\" \\ \n\u{1} é😀", "c": [:], "d": [], "e": .double(3),
            "f": -7,
        ]
        #expect(
            value.text
                == #"{"a":"x/y \"z\" \\ \n\u0001 é😀","b":[1,2.5,true,null],"c":{},"d":[],"e":3,"f":-7}"#)
    }

    @Test("random values come back, and are written as Foundation writes them")
    func roundTrips() throws {
        var dice = SystemRandomNumberGenerator()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for _ in 0..<2_000 {
            let value = Self.value(depth: 4, &dice)
            #expect(try JSONValue(parsing: value.data) == value)
            #expect(value.data == (try encoder.encode(value)), "\(value)")
        }
    }

    private static func value(depth: Int, _ dice: inout some RandomNumberGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &dice) {
        case 0: .null
        case 1: .bool(Bool.random(using: &dice))
        case 2: .int(Int64.random(in: .min ... .max, using: &dice))
        case 3: .double(Double(Int.random(in: -999...999, using: &dice)) + 0.5)
        case 4, 5: .string(text(&dice))
        case 6: .array((0..<Int.random(in: 0..<4, using: &dice)).map { _ in value(depth: depth - 1, &dice) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0..<4, using: &dice)).map { _ in (name(&dice), value(depth: depth - 1, &dice))
                    },
                    uniquingKeysWith: { first, _ in first }))
        }
    }

    private static func text(_ dice: inout some RandomNumberGenerator) -> String {
        let characters: [Character] = [
            "a", "Z", "\"", "\\", "/", "\n", "\u{0}", "\u{1f}", "\u{7f}", "é", "€", "😀", "漢",
        ]
        return String((0..<Int.random(in: 0..<12, using: &dice)).map { _ in characters.randomElement(using: &dice)! })
    }

    private static func name(_ dice: inout some RandomNumberGenerator) -> String {
        String((0..<6).map { _ in "abcdefghijklmnopqrstuvwxyz_".randomElement(using: &dice)! })
    }
}
