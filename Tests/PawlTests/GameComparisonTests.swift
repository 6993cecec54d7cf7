import PawlClient
import PawlModel
import Testing

/// Two states of a game, and the operations that make the one the other.
struct GameComparisonTests {
    private static let game = ResourceID(prefix: "gam", value: 1)

    private static func id(_ prefix: String, _ number: UInt128) -> JSONValue {
        .string(ResourceID(prefix: prefix, value: number).description)
    }

    private static let here = GameRows(
        rows: [
            "games": [["id": id("gam", 1), "revision": 2, "slug": "g", "name": "Game"]],
            "items": [
                ["id": id("itm", 1), "revision": 3, "sku": "sword", "name": "Sword", "tags": []],
                ["id": id("itm", 2), "revision": 1, "sku": "old", "name": "Old", "tags": []],
            ],
        ], isWhole: true)

    @Test func rowsAreFoundByName_andWhatTheyReferTo_too() {
        let there = GameRows(
            rows: [
                "games": [["id": Self.id("gam", 9), "slug": "g", "name": "Game"]],
                "items": [
                    ["id": Self.id("itm", 8), "sku": "sword", "name": "Great Sword", "tags": []],
                    ["id": Self.id("itm", 7), "sku": "bow/long", "name": "Bow"],
                ],
                "packs": [
                    [
                        "id": Self.id("pck", 7), "sku": "p", "name": "P", "game_id": Self.id("gam", 9),
                        "entries": [["item_id": Self.id("itm", 8)], ["item_id": Self.id("itm", 7)]],
                    ]
                ],
                "contents": [
                    [
                        "id": Self.id("cnt", 7), "sku": "c", "name": "C", "kind": "level",
                        "asset_id": Self.id("ast", 5),
                    ]
                ],
            ], isWhole: true)
        let found = GameComparison(Self.game, wanted: there, current: Self.here, deletes: true)
        #expect(
            found.differences.map { "\($0.kind) \($0.resource) \($0.name)" } == [
                "updated items sword", "created items bow/long", "created contents c", "created packs p",
                "deleted items old",
            ])
        let update = found.operations[0]
        #expect(update.target == .row(ResourceID(prefix: "itm", value: 1)) && update.ifMatch == 3)
        #expect(update.body == ["name": "Great Sword"])
        let bow = found.operations[1]
        #expect(bow.body["game_id"] == .string(Self.game.description))
        let pack = found.operations[3]
        #expect(pack.body["entries"] == [["item_id": Self.id("itm", 1)], ["item_id": ["$ref": .string(bow.id)]]])
        // What is not compared is told, and left out.
        #expect(found.notes.count == 1 && found.notes[0].contains("asset_id"))
        #expect(found.operations[2].body["asset_id"] == nil)
        // The server takes all of it.
        #expect(throws: Never.self) { try ChangesetRequest(json: ChangesetRequest(operations: found.operations).json) }
    }

    @Test func whatIsSo_isNoDifference_andAFileTellsOfNothingElse() {
        #expect(GameComparison(Self.game, wanted: Self.here, current: Self.here, deletes: true).operations == [])
        let some = GameRows(rows: ["items": [["sku": "sword", "name": "Sword"]]], isWhole: false)
        #expect(GameComparison(Self.game, wanted: some, current: Self.here, deletes: true).differences.isEmpty)
        let fewer = GameRows(rows: [:], isWhole: true)
        let left = GameComparison(Self.game, wanted: fewer, current: Self.here, deletes: false)
        #expect(left.operations == [] && left.differences.allSatisfy { $0.kind == .left })
    }
}
