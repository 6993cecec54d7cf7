import Foundation
import PawlModel
import TestKit
import Testing

/// JSON text as it is written, held against the encoder of Foundation as a second opinion.
@Suite struct JSONTextTests {
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
        var dice = SeededGenerator(seed: testSeed)
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
