import Foundation
import PawlModel
import TestKit
import Testing

struct ResourceIDTests {
    @Test func textAndValue_comeBack() {
        var generator = SeededGenerator(seed: testSeed)
        for _ in 0..<1000 {
            let value = UInt128(generator.next()) << 64 | UInt128(generator.next())
            let id = ResourceID(prefix: "ast", value: value)
            #expect(id.value == value && id.prefix == "ast")
            #expect(ResourceID(id.description) == id, "seed \(testSeed)")
            #expect(ResourceID(id.description, kind: "ast") == id)
            #expect(ResourceID(id.description, kind: "ver") == nil)
        }
    }

    @Test(arguments: [UInt128.min, 1, 31, 32, .max])
    func edges_comeBack(_ value: UInt128) {
        let id = ResourceID(prefix: "upl", value: value)
        #expect(ResourceID(id.description) == id)
        #expect(id.description.utf8.count == 30)
    }

    @Test func newID_isAUUIDv7_ofItsMillisecond() {
        var generator = SeededGenerator(seed: testSeed)
        let now = Timestamp("2026-11-22T08:30:00.123456Z")!
        for _ in 0..<200 {
            let value = ResourceID(prefix: "gam", now: now, random: &generator).value
            #expect(value >> 80 == UInt128(now.microseconds / 1000))
            #expect(value >> 76 & 0xf == 7)
            #expect(value >> 62 & 3 == 2)
        }
    }

    @Test func ids_sortByTheirTime_asTextAndAsValues() {
        var generator = SeededGenerator(seed: testSeed)
        let ids = (0..<300).map { step in
            ResourceID(prefix: "ver", now: Timestamp(microseconds: Int64(step) * 1000), random: &generator)
        }
        #expect(ids.sorted() == ids)
        #expect(ids.map(\.description).sorted() == ids.map(\.description))
    }

    @Test(arguments: [
        "", "ast_", "ast", "AST_00000000000000000000000000", "ast_0000000000000000000000000",
        "ast_000000000000000000000000000", "ast-00000000000000000000000000", "as1_00000000000000000000000000",
        "ast_80000000000000000000000000", "ast_0000000000000000000000000i", "ast_0000000000000000000000000l",
        "ast_0000000000000000000000000o", "ast_0000000000000000000000000u", "ast_0000000000000000000000000A",
        "ast_0000000000000000000000000 ", "ast_000000000000000000000000é", "\u{301}st_00000000000000000000000000",
    ])
    func oddText_isNoID(_ text: String) {
        #expect(ResourceID(text) == nil)
        #expect(throws: DecodingError.self) { try JSONValue.array([.string(text)]).decoded(as: [ResourceID].self) }
    }
}
