import PawlModel
import TestKit
import Testing

struct ListQueryTests {
    private static func query(
        filter: String? = nil, orderBy: String? = nil, pageSize: String? = nil, pageToken: String? = nil
    ) throws(Problem) -> ListQuery {
        try ListQuery(filter: filter, orderBy: orderBy, pageSize: pageSize, pageToken: pageToken, of: Asset.schema)
    }

    @Test func nothingAsked_isTheFirstPageById() throws {
        let query = try Self.query()
        #expect(query.conditions.isEmpty && query.after == nil)
        #expect(query.order.field == "id" && !query.order.isDescending)
        #expect(query.pageSize == Limits.pageSizeDefault)
        #expect(try Self.query(filter: "  ") == query)
    }

    @Test(arguments: ListQuery.Comparison.allCases)
    func everyComparison_isRead(_ comparison: ListQuery.Comparison) throws {
        for space in ["", " "] {
            let query = try Self.query(filter: "path\(space)\(comparison.rawValue)\(space)\"a b\"")
            #expect(query.conditions.map(\.text) == ["path \(comparison.rawValue) \"a b\""])
        }
    }

    @Test func conditions_areJoinedByAND_withEscapesInside() throws {
        let query = try Self.query(
            filter: #"path="say \"AND\" \\ x" AND game_id=gam_x AND created_at>=2026-11-22T09:30:00+01:00 "#)
        #expect(
            query.conditions.map(\.text) == [
                #"path = "say \"AND\" \\ x""#, "game_id = \"gam_x\"", "created_at >= \"2026-11-22T08:30:00.000000Z\"",
            ])
    }

    @Test(arguments: [
        "path", "path=", "=x", "path=\"x", "path=\"x\\", "title=\"x\"", "nothing=1", "path=a path=b",
        "path=a OR path=b", "path=a AND", "AND path=a", "created_at=yesterday", "path~a", "path = \"a\" AND AND",
        (1...9).map { "path=\"\($0)\"" }.joined(separator: " AND "), "deleted_at=1", "1=1", "path\u{301}=a",
        "id) OR (1=1", "\u{0}",
    ])
    func otherFilters_areRefused(_ filter: String) throws {
        let problem = try #require(throws: Problem.self) { try Self.query(filter: filter) }
        #expect(problem.code == .malformedQuery)
        #expect(problem.violations.map(\.pointer) == ["?filter"])
    }

    @Test func order_isByAFieldThatIsNeverNull() throws {
        let descending = try Self.query(orderBy: "path desc").order
        #expect(descending.field == "path" && descending.isDescending)
        let ascending = try Self.query(orderBy: "created_at asc").order
        #expect(ascending.field == "created_at" && !ascending.isDescending)
        for bad in ["", "title", "path down", "path desc, id", "desc", "path desc desc", "kind"] {
            let problem = try #require(throws: Problem.self) { try Self.query(orderBy: bad) }
            #expect(problem.violations.map(\.pointer) == ["?order_by"], "\(bad)")
        }
        #expect(throws: Problem.self) {
            try ListQuery(filter: nil, orderBy: "game_id", pageSize: nil, pageToken: nil, of: Key.schema)
        }
    }

    @Test func pageSize_hasItsBounds() throws {
        #expect(try Self.query(pageSize: "1").pageSize == 1)
        #expect(try Self.query(pageSize: "500").pageSize == 500)
        for bad in ["0", "501", "-1", "", "ten", "1e2", "99999999999999999999"] {
            #expect(throws: Problem.self) { try Self.query(pageSize: bad) }
        }
    }

    @Test func everyMistake_isToldAtOnce() throws {
        let problem = try #require(throws: Problem.self) {
            try Self.query(filter: "x", orderBy: "x", pageSize: "x", pageToken: "x")
        }
        #expect(problem.violations.map(\.pointer) == ["?filter", "?order_by", "?page_size", "?page_token"])
    }

    @Test func token_isTakenByItsOwnListOnly() throws {
        let query = try Self.query(filter: "path>\"a\"", orderBy: "path desc")
        let position = ListQuery.Position(value: "b", id: ResourceID(prefix: "ast", value: 7))
        let token = query.token(after: position, of: Asset.schema)
        #expect(try Self.query(filter: "path>\"a\"", orderBy: "path desc", pageToken: token).after == position)
        // The page's size may change on the way.
        _ = try Self.query(filter: "path > \"a\"", orderBy: "path desc", pageSize: "7", pageToken: token)
        for (filter, order) in [(nil, "path desc"), ("path>\"b\"", "path desc"), ("path>\"a\"", "path"), (nil, nil)]
            as [(String?, String?)]
        {
            let problem = try #require(throws: Problem.self) {
                try Self.query(filter: filter, orderBy: order, pageToken: token)
            }
            #expect(problem.violations.map(\.pointer) == ["?page_token"])
        }
        // Players have an order by their ids, too.
        let foreign = ListQuery().token(after: position, of: Player.schema)
        let problem = try #require(throws: Problem.self) { try Self.query(pageToken: foreign) }
        #expect(problem.code == .malformedQuery && problem.violations.map(\.pointer) == ["?page_token"])
    }

    @Test func tornTokens_areRefused_neverATrap() {
        var generator = SeededGenerator(seed: testSeed)
        let position = ListQuery.Position(value: "b", id: ResourceID(prefix: "ast", value: 7))
        let token = ListQuery().token(after: position, of: Asset.schema)
        for _ in 0..<500 {
            var bytes = Array(token.utf8)
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 32...126, using: &generator)
            bytes.removeLast(Int.random(in: 0...2, using: &generator))
            _ = try? Self.query(pageToken: String(decoding: bytes, as: UTF8.self))
        }
        for bad in ["", "0", "zz", "é0", "7b7d", "5b5d", String(repeating: "5b", count: 100_000)] {
            #expect(throws: Problem.self) { try Self.query(pageToken: bad) }
        }
    }
}

extension ListQuery.Condition {
    fileprivate var text: String { "\(field) \(comparison.rawValue) \(value.text)" }
}
