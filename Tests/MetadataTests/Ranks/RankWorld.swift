import Metadata
import MetadataOnSQLite
import PawlModel
import TestKit

/// Leaderboards of one game over a database of its own, whose trees split early.
struct RankWorld: Sendable {
    /// Four entries already make a second leaf, and so on: a few hundred players fill several levels.
    static let smallNodes = RankNodeSizes(leaf: 4, fanOut: 3)

    let database: any SQLDatabase
    let sizes: RankNodeSizes
    private let game = ResourceID(prefix: "gam", value: 1)

    static func with<Value>(
        sizes: RankNodeSizes = smallNodes, _ body: (RankWorld) async throws -> Value
    ) async throws -> Value {
        try await withDatabase { database in
            _ = try await database.migrate()
            let world = RankWorld(database: database, sizes: sizes)
            try await world.insertGame()
            return try await body(world)
        }
    }

    private init(database: any SQLDatabase, sizes: RankNodeSizes) {
        self.database = database
        self.sizes = sizes
    }

    private func insertGame() async throws {
        let game = game
        try await database.transaction { sql in
            try sql.execute(
                """
                INSERT INTO games (id, revision, model_version, created_at, updated_at, slug, name, settings)
                VALUES (?, 1, 1, 0, 0, 'game', 'A game', '{}')
                """, [.id(game)])
        }
    }

    func board(
        _ number: Int = 1, window: String = "all_time", _ columns: [Leaderboard.Column] = [.init(name: "points")]
    ) async throws -> ScoreBoard {
        let id = ResourceID(prefix: "lbd", value: UInt128(number))
        let game = game
        try await database.transaction { sql in
            try sql.execute(
                """
                INSERT INTO leaderboards (id, revision, model_version, created_at, updated_at, game_id, code, "window",
                                          time_zone)
                VALUES (?, 1, 1, 0, 0, ?, ?, 'all_time', 'UTC') ON CONFLICT DO NOTHING
                """, [.id(id), .id(game), .text("board\(number)")])
        }
        return ScoreBoard(id, window: window, columns: try ScoreColumns(columns))
    }

    static func player(_ number: Int) -> ResourceID {
        ResourceID(prefix: "ply", value: UInt128(number))
    }

    func insertPlayers(_ numbers: Range<Int>) async throws {
        let game = game
        try await database.transaction { sql in
            for number in numbers {
                try sql.execute(
                    """
                    INSERT INTO players (id, revision, model_version, created_at, updated_at, game_id, name, level,
                                         points, data, state)
                    VALUES (?, 1, 1, 0, 0, ?, ?, 1, 0, '{}', 'active')
                    """, [.id(Self.player(number)), .id(game), .text("player \(number)")])
            }
        }
    }

    /// Runs changes or questions over scores in one transaction.
    func rows<Value: Sendable>(_ body: @escaping @Sendable (ScoreRows) throws -> Value) async throws -> Value {
        let sizes = sizes
        return try await database.transaction { try body(ScoreRows($0, sizes: sizes)) }
    }

    /// What a player submitted to a board, oldest first.
    func submissions(of player: Int, to board: ScoreBoard) async throws -> [ScoreSubmission] {
        try await database.read { sql in
            try sql.rows(
                """
                SELECT score_submissions.* FROM score_submissions JOIN score_boards ON number = board_number
                WHERE player_id = ? AND leaderboard_id = ? AND window_name = ? ORDER BY id
                """, [.id(Self.player(player)), .id(board.leaderboardID), .text(board.window)]
            ).map { row in
                ScoreSubmission(
                    id: try row.id("id"), playerID: try row.id("player_id"),
                    values: (0..<board.columns.columns.count).compactMap { row.optionalInteger("c\($0)") },
                    submittedAt: try row.time("submitted_at"), submittedBy: row.optionalID("submitted_by"))
            }
        }
    }

    func audit(board: Int64) async throws -> RankAudit {
        let sizes = sizes
        return try await database.read { try RankAudit($0, board: board, sizes: sizes) }
    }

    /// What the trees of all boards break of their invariants.
    func audit() async throws -> [String] {
        let boards = try await database.read { try $0.rows("SELECT number FROM score_boards") }
        var findings: [String] = []
        for board in boards { findings += try await audit(board: board.integer("number")).findings }
        return findings
    }
}

extension ScoreRows {
    /// Submits by the number of a player; the time is in microseconds, and makes the submission's id.
    @discardableResult
    func submit(
        _ player: Int, _ values: [Int64], at time: Int, to board: ScoreBoard, number: Int = 0
    ) throws -> (score: Score, isChanged: Bool) {
        try submit(
            ScoreSubmission(
                id: ResourceID(prefix: "sub", value: UInt128(time) << 32 | UInt128(number)),
                playerID: RankWorld.player(player), values: values, submittedAt: Timestamp(microseconds: Int64(time))),
            to: board)
    }
}
