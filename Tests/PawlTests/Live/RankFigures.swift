import Metadata
import MetadataOnSQLite
import NIOPosix
import PawlModel
import TestKit
import Testing

extension LiveTests {
    /// A large leaderboard, asked over HTTP: with `PAWL_SOAK` of a million players, otherwise of some thousands.
    @Suite(.timeLimit(.minutes(30))) struct RankFigures {
        private let players = isSoak ? 1_000_000 : 5_000

        @Test func ranks_areExact_andQuick() async throws {
            try await Site.with { site in
                try await RowDoor.with(site) { door in
                    let game = try await door.makeID("games", ["slug": "game", "name": "Game"])
                    let board = try await door.makeID(
                        "leaderboards", ["game_id": game, "code": "points", "columns": [["name": "points"]]])
                    await site.killDaemon()
                    var random = SeededGenerator(seed: testSeed)
                    // The points of player i are order[i]: her rank is known without counting.
                    let order = (0..<players).shuffled(using: &random)
                    try await fill(site.storage, game.resourceID, board.resourceID, order)
                    try await site.start()
                    let path = "/v1/leaderboards/\(board.string ?? "")/scores"
                    var times: [Duration] = []
                    for round in 0..<(isSoak ? 20_000 : 2_000) {
                        let player = Int.random(in: order.indices, using: &random)
                        let start = ContinuousClock.now
                        let answer = try await door.ask("GET", "\(path)/\(Self.player(player))")
                        if round >= 500 { times.append(start.duration(to: .now)) }
                        try #require(
                            answer.json["rank"] == .int(Int64(players - order[player])), "seed \(testSeed): \(answer)")
                    }
                    times.sort()
                    let p99 = times[times.count * 99 / 100]
                    figure("rank among \(players) over HTTP: median \(times[times.count / 2]), p99 \(p99)")
                    if isSoak { #expect(p99 < .milliseconds(5)) }
                }
            }
        }

        private static func player(_ number: Int) -> ResourceID {
            ResourceID(prefix: "ply", value: UInt128(number) + 1)
        }

        /// Writes players and their scores into the file of a daemon that is not running.
        private func fill(_ storage: String, _ game: ResourceID, _ leaderboard: ResourceID, _ order: [Int]) async throws
        {
            let database = try await SQLiteDatabase.open(path: storage + "/pawl.sqlite", readers: testThreads)
            let board = ScoreBoard(
                leaderboard, window: Leaderboard.Window.allTime.rawValue,
                columns: try ScoreColumns([.init(name: "points")]))
            for start in stride(from: 0, to: order.count, by: 5_000) {
                try await database.transaction { sql in
                    for number in start..<start + 5_000 {
                        try Self.insert(number, points: order[number], game, board, sql)
                    }
                }
            }
            await database.close()
        }

        private static func insert(
            _ number: Int, points: Int, _ game: ResourceID, _ board: ScoreBoard, _ sql: any SQLConnection
        ) throws {
            let id = player(number)
            try sql.execute(
                """
                INSERT INTO players (id, revision, model_version, created_at, updated_at, game_id, name, level, points,
                                     data, state)
                VALUES (?, 1, 1, 0, 0, ?, ?, 1, 0, '{}', 'active')
                """, [.id(id), .id(game), .text("player \(number)")])
            _ = try ScoreRows(sql).submit(
                ScoreSubmission(
                    id: ResourceID(prefix: "sub", value: UInt128(number) + 1), playerID: id, values: [Int64(points)],
                    submittedAt: Timestamp(microseconds: Int64(number))),
                to: board)
        }
    }
}

extension JSONValue {
    fileprivate var resourceID: ResourceID { ResourceID(string ?? "") ?? ResourceID(prefix: "xxx", value: 0) }
}
