import Foundation
import GRDB
import GRDBSQLite
import Metadata
import MetadataOnSQLite
import PawlModel
import TestKit
import Testing

/// A table of many players, most of them of one game: what the first page of a list costs, and the last. With
/// `PAWL_SOAK` there are a million, otherwise some ten thousand. The cost that is held to is SQLite's own count of steps;
/// times are printed with `PAWL_TEST_FIGURES`.
@Suite struct ListFigures {
    private static let environment = ProcessInfo.processInfo.environment
    private static let isSoak = environment["PAWL_SOAK"] == "1"
    private static let showsFigures = isSoak || environment["PAWL_TEST_FIGURES"] != nil
    private static let count = isSoak ? 1_000_000 : 60_000
    private static let (game, other) = (ResourceID(prefix: "gam", value: 1), ResourceID(prefix: "gam", value: 2))

    /// Filters and orders that an index holds together: a page costs the same anywhere, in a table of any size.
    private static let lists: [(filter: String?, order: String)] = {
        let mine = "game_id=\"\(game)\""
        return [
            (nil, "id"), (nil, "created_at desc"), (nil, "name"), (nil, "points desc"), (mine, "id"),
            (mine, "created_at"), (mine, "created_at desc"), (mine, "name"), (mine, "points desc"), (mine, "level"),
            (mine, "state"), ("state=\"active\"", "id"), ("state=\"active\"", "points desc"), ("level=7", "id"),
            ("\(mine) AND state=\"active\"", "id"), ("\(mine) AND state=\"active\"", "points desc"),
            ("\(mine) AND state=\"active\"", "state desc"), ("\(mine) AND level=7", "level"),
            ("\(mine) AND level=7", "id"), ("\(mine) AND points>=500000", "points"),
            ("\(mine) AND points<500000", "points desc"), ("points>1000 AND points<900000", "points"),
            ("\(mine) AND level>=50", "created_at"),
        ]
    }()

    /// Others: the rows are looked for along the order, or those that match are sorted. What a page costs hangs on how
    /// many match and where they lie, not on how far the page is from the first one.
    private static let searches: [(filter: String?, order: String)] = [
        ("game_id=\"\(game)\" AND state=\"banned\"", "points desc"), ("game_id=\"\(game)\" AND level=7", "name"),
    ]

    @Test func lastPage_costsNoMoreThanTheFirst() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        try await withDatabase(at: path) { database in
            _ = try await database.migrate()
            try await Self.fill(database)
            let recorder = QueryRecorder(database)
            let reader = ResourceReader(
                database: recorder, registry: ResourceRegistry(schemas: Model.schemas, rules: [], verbs: []))
            let steps = try StepCount(path)
            for list in Self.lists + Self.searches {
                let first = try ListQuery(
                    filter: list.filter, orderBy: list.order, pageSize: nil, pageToken: nil, of: Player.schema)
                var last = first
                last.after = try await Self.end(of: first, reader)
                var cost: [Int] = []
                for query in [first, last] {
                    _ = recorder.takeQueries()
                    let page = try await reader.page(Player.schema, query, for: .daemon)
                    #expect(page.rows.count == 50 && (page.nextToken == nil) == (query.after != nil), "\(list)")
                    cost.append(try steps.count(try #require(recorder.takeQueries().first)))
                }
                let isHeldTogether = !Self.searches.contains { $0 == list }
                #expect(cost[1] <= (isHeldTogether ? cost[0] * 3 / 2 : cost[0] * 3), "\(list): \(cost)")
                if isHeldTogether { #expect(cost[0] < 2000, "\(list): \(cost)") }
                guard Self.showsFigures else { continue }
                let times = try await [Self.time(first, reader), Self.time(last, reader)]
                print("# \(list.filter ?? "all") by \(list.order): steps \(cost), \(times) for the first and last page")
            }
        }
    }

    /// Where the last whole page begins, found by reading backwards.
    private static func end(of query: ListQuery, _ reader: ResourceReader) async throws -> ListQuery.Position {
        var backwards = query
        backwards.order.isDescending.toggle()
        backwards.pageSize = 51
        let row = try #require(try await reader.page(Player.schema, backwards, for: .daemon).rows.last)
        return ListQuery.Position(value: row[query.order.field] ?? .null, id: row.resourceID)
    }

    /// The median of some.
    private static func time(_ query: ListQuery, _ reader: ResourceReader) async throws -> Duration {
        var times: [Duration] = []
        for _ in 0..<21 {
            times.append(
                try await ContinuousClock().measure { _ = try await reader.page(Player.schema, query, for: .daemon) })
        }
        return times.sorted()[10]
    }

    // MARK: Rows

    private static func fill(_ database: SQLiteDatabase) async throws {
        try await database.transaction { sql in
            for (game, slug) in [(game, "game"), (other, "other")] {
                try sql.execute(
                    """
                    INSERT INTO games (id, revision, model_version, created_at, updated_at, slug, name, settings)
                    VALUES (?, 1, 1, 0, 0, ?, 'A game', '{}')
                    """, [.id(game), .text(slug)])
            }
        }
        let batch = 20_000
        for start in stride(from: 0, to: count, by: batch) {
            try await database.transaction { try insert(start..<start + batch, $0) }
        }
    }

    /// Every tenth is of another game, every fiftieth banned; points and names come in no order.
    private static func insert(_ numbers: Range<Int>, _ sql: any SQLConnection) throws {
        try sql.execute(
            """
            WITH RECURSIVE numbers (n) AS (SELECT ? UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
            INSERT INTO players (id, revision, model_version, created_at, updated_at, game_id, name, level, points, data,
                                 state)
            SELECT 'ply_' || printf('%026d', n), 1, 1, n / 3, n, CASE WHEN n % 10 = 0 THEN ? ELSE ? END,
                'player ' || (n * 7919 % 1000003), 1 + n * 31 % 100, n * 104729 % 1000003, '{}',
                CASE WHEN n % 50 = 7 THEN 'banned' ELSE 'active' END
            FROM numbers
            """,
            [.integer(numbers.lowerBound), .integer(numbers.upperBound), .id(other), .id(game)])
    }
}

/// Counts the steps of SQLite's machine that a query takes, on a connection of its own.
private struct StepCount {
    private let queue: DatabaseQueue

    init(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        queue = try DatabaseQueue(path: path, configuration: configuration)
    }

    func count(_ query: QueryRecorder.Query) throws -> Int {
        try queue.read { database in
            let statement = try database.makeStatement(sql: query.text)
            statement.arguments = StatementArguments(query.arguments.map(\.databaseValue))
            _ = try Row.fetchAll(statement)
            return Int(sqlite3_stmt_status(statement.sqliteStatement, SQLITE_STMTSTATUS_VM_STEP, 1))
        }
    }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .boolean(let value): value.databaseValue
        case .text(let value): value.databaseValue
        case .blob(let value): Data(value).databaseValue
        }
    }
}
