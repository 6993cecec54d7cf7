import PawlModel
import TestKit
import Testing

/// Lists of every resource: each filter, each order, and pages that join without a gap or a double.
@Suite struct ListRuleTests {
    private static let schemas = Model.schemas

    @Test func everyOrder_bothWays_joinsItsPages() async throws {
        try await with { lists in
            for schema in Self.schemas {
                let all = try await lists.all(schema, "page_size=500")
                for field in schema.listed where field.isOrderable {
                    for direction in ["", "%20desc"] {
                        let query = "order_by=\(field.name)\(direction)"
                        var expected = all.sorted { $0.precedes($1, by: field.name) }
                        if !direction.isEmpty { expected.reverse() }
                        let whole = try await lists.all(schema, query + "&page_size=500")
                        #expect(whole.ids == expected.ids, "\(schema.name) \(query)")
                        let joined = try await lists.all(schema, query + "&page_size=3")
                        #expect(joined == whole, "\(schema.name) \(query)")
                    }
                }
            }
        }
    }

    @Test func everyFilter_takesEveryComparison() async throws {
        try await with { lists in
            for schema in Self.schemas {
                let all = try await lists.all(schema, "page_size=500")
                for field in schema.listed where field.isFilterable {
                    // One that some have, from the middle.
                    let given = all.filter { $0[field.name]?.isNull == false }
                    guard let value = given.isEmpty ? nil : given[given.count / 2][field.name] else { continue }
                    for comparison in ListQuery.Comparison.allCases {
                        let filter = "\(field.name)\(comparison.rawValue)\"\(value.filterText)\""
                        let met = try await lists.all(schema, "filter=\(filter.escaped)&page_size=4")
                        let expected = given.filter { comparison.holds($0[field.name]!, value) }
                        #expect(
                            met.ids == expected.sorted { $0.precedes($1, by: "id") }.ids, "\(schema.name) \(filter)")
                    }
                }
            }
        }
    }

    /// Rows that come while a list is read neither hide nor double those that were there.
    @Test func rowsThatCome_hideAndDoubleNothing() async throws {
        try await with { lists in
            for schema in Self.schemas {
                for field in schema.listed where field.isOrderable {
                    let before = try await lists.all(schema, "page_size=500")
                    let met = try await lists.all(schema, "order_by=\(field.name)&page_size=4") {
                        try await lists.make(schema)
                    }
                    #expect(Set(met.ids).count == met.count, "\(schema.name) by \(field.name)")
                    #expect(Set(before.ids).isSubset(of: met.ids), "\(schema.name) by \(field.name)")
                }
            }
        }
    }

    private func with(_ body: (Lists) async throws -> Void) async throws {
        try await RuleWorld.with { rules in
            let lists = Lists(rules: rules)
            for schema in Self.schemas { for _ in 0..<7 { try await lists.make(schema) } }
            try await body(lists)
        }
    }
}

/// Lists as clients read them: page by page, along the links.
private struct Lists {
    let rules: RuleWorld

    /// One more row of what can be made in any number.
    func make(_ schema: ResourceSchema) async throws {
        guard let body = rules.access.creation(schema.name, RuleWorld.word().prefix(8).description) else { return }
        let headers = ["Idempotency-Key": RuleWorld.word()]
        let made = try await rules.send(
            RuleRequest("POST", Routes.collection(schema.name), headers: headers, json: body))
        // Two players have one link of a kind.
        #expect(made.status == 201 || schema.name == "player_links", "\(schema.name): \(made.text)")
    }

    func all(
        _ schema: ResourceSchema, _ query: String, between: () async throws -> Void = {}
    ) async throws -> [JSONObject] {
        var rows: [JSONObject] = []
        var path: String? = Routes.collection(schema.name) + "?" + query
        var pages = 0
        while let next = path, pages < 200 {
            let answer = try await rules.send(RuleRequest(method: "GET", path: next))
            try #require(answer.status == 200, "\(next): \(answer.text)")
            rows += (answer.json["items"]?.elements ?? []).compactMap(\.object)
            path = answer.headers["link"]?.firstMatch(of: /<(.+)>; rel="next"/).map { String($0.1) }
            #expect((path == nil) == (answer.json["next_page_token"]?.string == nil), "\(next)")
            pages += 1
            if pages < 3 { try await between() }
        }
        return rows
    }
}

extension ResourceSchema {
    fileprivate var listed: [Field] { Self.headFields + fields }
}

extension [JSONObject] {
    fileprivate var ids: [String] { compactMap { $0["id"]?.string } }
}

extension JSONObject {
    /// Whether it stands before another row, by a field and then by id.
    fileprivate func precedes(_ other: JSONObject, by field: String) -> Bool {
        let (mine, its) = (self[field] ?? .null, other[field] ?? .null)
        return mine == its ? id.utf8.lexicographicallyPrecedes(other.id.utf8) : mine.isLess(than: its)
    }

    private var id: String { self["id"]?.string ?? "" }
}

extension JSONValue {
    fileprivate func isLess(than other: JSONValue) -> Bool {
        switch (self, other) {
        case (.string(let mine), .string(let its)): mine.utf8.lexicographicallyPrecedes(its.utf8)
        case (.int(let mine), .int(let its)): mine < its
        case (.bool(let mine), .bool(let its)): !mine && its
        default: false
        }
    }

    /// How a filter writes it.
    fileprivate var filterText: String {
        string.map { $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") } ?? text
    }
}

extension ListQuery.Comparison {
    fileprivate func holds(_ value: JSONValue, _ bound: JSONValue) -> Bool {
        switch self {
        case .equal: value == bound
        case .notEqual: value != bound
        case .less: value.isLess(than: bound)
        case .lessOrEqual: !bound.isLess(than: value)
        case .greater: bound.isLess(than: value)
        case .greaterOrEqual: !value.isLess(than: bound)
        }
    }
}

extension String {
    fileprivate var escaped: String {
        utf8.map { byte in
            let isPlain = byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || (0x30...0x39).contains(byte))
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
