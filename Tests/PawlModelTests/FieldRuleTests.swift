import PawlModel
import Testing

/// Rules between fields, and what is wrong inside of lists: every violation at once, each with its own pointer.
struct FieldRuleTests {
    private static let game: JSONValue = "gam_00000000000000000000000001"
    private static let item: JSONValue = "itm_00000000000000000000000001"
    private static let other: JSONValue = "itm_00000000000000000000000002"

    /// The pointers of what is wrong with a body.
    private func pointers(_ schema: ResourceSchema, _ body: JSONObject) throws -> [String] {
        do {
            _ = try schema.creation(from: body)
            return []
        } catch {
            #expect(error.code == .invalid)
            return error.violations.map(\.pointer)
        }
    }

    private func pack(_ more: JSONObject) throws -> [String] {
        try pointers(Pack.schema, ["game_id": Self.game, "sku": "s", "name": "P"].merging(more) { $1 })
    }

    @Test func exactlyOne_isGiven() throws {
        #expect(try pack(["entries": [["item_id": Self.item], ["content_id": Self.item, "quantity": 3]]]) == [])
        #expect(try pack(["entries": [["quantity": 2]]]) == ["/entries/0/item_id"])
        #expect(
            try pack(["entries": [["item_id": Self.item], ["item_id": Self.item, "content_id": Self.item]]])
                == ["/entries/1/item_id"])
        #expect(try pack(["entries": [["item_id": .null, "content_id": .null]]]) == ["/entries/0/item_id"])
    }

    @Test func before_looksAtBothTimes() throws {
        let early: JSONValue = "2027-01-01T00:00:00+01:00"
        let late: JSONValue = "2026-12-31T23:00:01Z"
        #expect(try pack(["available_from": early, "available_until": late]) == [])
        #expect(try pack(["available_from": late, "available_until": early]) == ["/available_until"])
        #expect(try pack(["available_from": late, "available_until": late]) == ["/available_until"])
        #expect(try pack(["available_from": late]) == [])
        #expect(try pack(["available_from": "soon", "available_until": early]) == ["/available_from"])
    }

    @Test func atMost_looksAtBothNumbers() throws {
        func currency(_ more: JSONObject) throws -> [String] {
            try pointers(Currency.schema, ["game_id": Self.game, "code": "C"].merging(more) { $1 })
        }
        #expect(try currency(["initial": 5, "max": 5]) == [])
        #expect(try currency(["initial": 5]) == [])
        #expect(try currency(["initial": 5, "max": 4]) == ["/max"])
        #expect(try currency(["initial": -1, "max": 0]).sorted() == ["/initial", "/max"])
    }

    @Test func rules_areCheckedAfterAPatch_ofTheWholeRow() throws {
        let row = try Currency.schema.creation(from: ["game_id": Self.game, "code": "C", "initial": 5])
        #expect(try Currency.schema.merge(["max": 5], into: row)["max"] == 5)
        let low = try #require(throws: Problem.self) { try Currency.schema.merge(["max": 4], into: row) }
        #expect(low.violations.map(\.pointer) == ["/max"])
        let pack = try Pack.schema.creation(from: ["game_id": Self.game, "sku": "s", "name": "P"])
        let inside = try #require(throws: Problem.self) {
            try Pack.schema.merge(["entries": [["item_id": Self.item], ["item_id": 7, "x": 1]]], into: pack)
        }
        #expect(Set(inside.violations.map(\.pointer)) == ["/entries/1/item_id", "/entries/1/x"])
    }

    @Test func everyViolation_isToldAtOnce() throws {
        let pointers = try pack([
            "entries": [["item_id": "nothing", "quantity": 0, "colour": "red"], 7],
            "prices": [["amount": -1]], "state": "sold", "unknown/~": 1,
        ])
        #expect(
            Set(pointers) == [
                "/entries/0/item_id", "/entries/0/quantity", "/entries/0/colour", "/entries/1", "/prices/0/currency_id",
                "/prices/0/amount", "/state", "/unknown~1~0",
            ])
    }

    @Test func elementsThatMayNotRepeat_areMet() throws {
        let price: JSONValue = ["currency_id": Self.item, "amount": 1]
        #expect(try pack(["prices": [price, ["currency_id": Self.other, "amount": 1], price]]) == ["/prices/2"])
        let account: JSONObject = ["display_name": "A"]
        func identities(_ identities: JSONValue) throws -> [String] {
            try pointers(Account.schema, account.merging(["identities": identities]) { $1 })
        }
        let steam: JSONValue = ["provider": "steam", "subject": "1"]
        #expect(
            try identities([steam, ["provider": "steam", "subject": "2"], ["provider": "x", "subject": "1"]]) == [])
        #expect(try identities([steam, steam]) == ["/identities/1"])
    }

    @Test func bareLists_holdValues() throws {
        let body: JSONObject = ["game_id": Self.game, "code": "a", "name": "A"]
        func requiring(_ ids: JSONValue) throws -> [String] {
            try pointers(Accomplishment.schema, body.merging(["requires": ids]) { $1 })
        }
        #expect(try requiring([Self.item, Self.other]) == [])
        #expect(try requiring([Self.item, Self.item]) == ["/requires/1"])
        #expect(try requiring([["accomplishment_id": Self.item]]).allSatisfy { $0.hasPrefix("/requires/0") })
        #expect(try !requiring([["accomplishment_id": Self.item]]).isEmpty)
        #expect(try requiring(.array(Array(repeating: Self.item, count: 33))) == ["/requires"])
        let row = try Accomplishment.schema.creation(from: body.merging(["requires": [Self.item]]) { $1 })
        #expect(row["requires"] == [Self.item])
    }

    @Test func listsInsideOfLists_haveTheirPointers() throws {
        let body: JSONObject = ["game_id": Self.game, "code": "l"]
        func board(_ more: JSONObject) throws -> [String] {
            try pointers(Leaderboard.schema, body.merging(more) { $1 })
        }
        let columns: JSONValue = [["name": "points"]]
        let points: JSONValue = ["points": 5]
        let rank: JSONValue = [
            "from_rank": 1, "to_rank": 3, "reward": [points, ["item_id": Self.item, "quantity": 1]],
        ]
        #expect(try board(["columns": columns, "rewards": [rank]]) == [])
        let bad: JSONValue = ["from_rank": 4, "to_rank": 3, "reward": [points, ["points": 0]]]
        #expect(
            try board(["columns": columns, "rewards": [rank, bad]])
                == ["/rewards/1/reward/1/points", "/rewards/1/to_rank"])
        #expect(try board(["columns": []]) == ["/columns"])
        #expect(try board([:]) == ["/columns"])
        #expect(try board(["columns": [["name": "a"], ["name": "B"], ["name": "a"]]]).contains("/columns/1/name"))
    }

    @Test func whatIsAbsentInsideOfLists_getsItsDefault() throws {
        let row = try Leaderboard.schema.creation(
            from: [
                "game_id": Self.game, "code": "l", "columns": [["name": "points"]],
                "rewards": [["from_rank": 1, "to_rank": 1]],
            ])
        #expect(row["columns"] == [["name": "points", "operator": "best", "direction": "descending"]])
        #expect(row["rewards"] == [["from_rank": 1, "to_rank": 1, "reward": []]])
        #expect(row["window"] == "all_time" && row["time_zone"] == "UTC")
    }
}
