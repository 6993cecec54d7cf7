import Metadata
import PawlModel
import TestKit
import Testing

struct PagingTests {
    /// A thousand assets, many of them made in the same microsecond.
    private func withAssets(_ body: (EngineWorld, [JSONObject]) async throws -> Void) async throws {
        try await EngineWorld.with { world in
            let game = try await world.game()
            var generator = SeededGenerator(seed: testSeed)
            let paths = (0..<1000).map { "p\($0)" }.shuffled(using: &generator)
            var rows: [JSONObject] = []
            for start in stride(from: 0, to: paths.count, by: 50) {
                if start % 200 == 0 { world.clock.advance(bySeconds: 1) }
                rows += try await world.writePath.apply(by: .daemon) { writer in
                    Answer(
                        .done,
                        .array(
                            try paths[start..<start + 50].map { path in
                                .object(
                                    try writer.create(Asset.schema, ["game_id": game["id"]!, "path": .string(path)]))
                            }))
                }.body.array.map { $0.object! }
            }
            try await body(world, rows)
        }
    }

    @Test func everyOrder_bothWays_hasNoGapAndNoDouble() async throws {
        try await withAssets { world, rows in
            for field in ["id", "path", "created_at", "game_id"] {
                for isDescending in [false, true] {
                    for size in [1, 7, 250, 500] where size > 1 || field == "created_at" {
                        let order = field + (isDescending ? " desc" : "")
                        let met = try await all(world, orderBy: order, pageSize: size)
                        var expected = rows.sorted {
                            ($0[field]!.string!, $0["id"]!.string!) < ($1[field]!.string!, $1["id"]!.string!)
                        }
                        if isDescending { expected.reverse() }
                        #expect(met.map { $0["path"] } == expected.map { $0["path"] }, "\(order), \(size) a page")
                    }
                }
            }
        }
    }

    /// Rows that come and go while a list is read neither hide nor double the others.
    @Test func pagesGoOn_whileRowsComeAndGo() async throws {
        try await withAssets { world, rows in
            let order = rows.sorted { $0["path"]!.string! < $1["path"]!.string! }
            let first = try await page(world, orderBy: "path", pageSize: 100)
            // The last one of the page goes, one comes before it, and one behind.
            try await world.delete(Asset.schema, order[99])
            try await world.asset(["id": order[0]["game_id"]!], "o")
            try await world.asset(["id": order[0]["game_id"]!], "q")
            let rest = try await all(world, orderBy: "path", pageSize: 100, token: first.nextToken)
            #expect(rest.map { $0["path"] } == order[100...].map { $0["path"] } + ["q"])
        }
    }

    @Test(arguments: ListQuery.Comparison.allCases)
    func filters_takeEveryComparison(_ comparison: ListQuery.Comparison) async throws {
        try await withAssets { world, rows in
            for (field, value) in [
                ("path", rows[500]["path"]!.string!), ("created_at", rows[500]["created_at"]!.string!),
            ] {
                let met = try await all(world, filter: "\(field)\(comparison.rawValue)\"\(value)\"", pageSize: 300)
                let expected = rows.filter { row in
                    let text = row[field]!.string!
                    return switch comparison {
                    case .equal: text == value
                    case .notEqual: text != value
                    case .less: text < value
                    case .lessOrEqual: text <= value
                    case .greater: text > value
                    case .greaterOrEqual: text >= value
                    }
                }
                #expect(Set(met.map(\.resourceID)) == Set(expected.map(\.resourceID)), "\(field)")
                #expect(met.count == expected.count)
            }
        }
    }

    @Test func conditions_holdTogether_andLastPageHasNoToken() async throws {
        try await withAssets { world, rows in
            let game = rows[0]["game_id"]!.string!
            let filter = "path>=\"p2\" AND path<\"p3\" AND game_id=\"\(game)\""
            let page = try await page(world, filter: filter, orderBy: "path", pageSize: 111)
            #expect(page.rows.count == 111 && page.nextToken == nil)
            let short = try await self.page(world, filter: filter, orderBy: "path", pageSize: 110)
            #expect(short.nextToken != nil)
            let last = try await self.page(
                world, filter: filter, orderBy: "path", pageSize: 110, token: short.nextToken)
            #expect(last.rows.count == 1 && last.nextToken == nil)
            #expect(try await self.page(world, filter: "game_id=\"gam_x\"").rows.isEmpty)
        }
    }

    private func page(
        _ world: EngineWorld, filter: String? = nil, orderBy: String? = nil, pageSize: Int = 50, token: String? = nil
    ) async throws -> ResourceReader.Page {
        let query = try ListQuery(
            filter: filter, orderBy: orderBy, pageSize: "\(pageSize)", pageToken: token, of: Asset.schema)
        return try await world.reader.page(Asset.schema, query, for: .daemon)
    }

    private func all(
        _ world: EngineWorld, filter: String? = nil, orderBy: String? = nil, pageSize: Int, token: String? = nil
    ) async throws -> [JSONObject] {
        var rows: [JSONObject] = []
        var token = token
        repeat {
            let page = try await page(world, filter: filter, orderBy: orderBy, pageSize: pageSize, token: token)
            rows += page.rows
            token = page.nextToken
        } while token != nil
        return rows
    }
}

extension JSONValue {
    var array: [JSONValue] {
        guard case .array(let values) = self else { return [] }
        return values
    }
}
