package import BlockFormat
package import PawlModel

/// All that a game consists of, row by row, as one moment has it: whatever a row refers to comes before it.
///
/// Keys and webhooks are left out: their secrets are told to nobody, and what they are for is elsewhere. Deleted assets
/// and versions are gone already, and events and journal tell of this database.
package struct ExportRows {
    private let sql: any SQLConnection
    private let game: ResourceID

    package init(of game: ResourceID, in sql: any SQLConnection) {
        self.sql = sql
        self.game = game
    }

    static let leftOut: Set<String> = [Key.schema.name, Webhook.schema.name]

    /// Names of entries that are of no declared resource.
    enum Names {
        static let versions = Version.schema.name
        static let submissions = "score_submissions"
        static let wallets = "wallets"
        /// Beside the fields of a version: whether a channel ever pointed at it.
        static let wasReleased = "was_released"
    }

    /// Nil when there is no such game.
    package func gameRow() throws -> JSONObject? { try ResourceTable(Game.schema).row(game, in: sql) }

    package func forEach(_ body: (ExportEntry) throws -> Void) throws {
        for schema in Model.schemas where !Self.leftOut.contains(schema.name) {
            try forEachRow(of: schema) { try body(ExportEntry(schema.name, $0)) }
            // Before what points at them.
            if schema.name == Asset.schema.name { try forEachVersion(body) }
        }
        try forEachSubmission(body)
        try forEachWallet(body)
    }

    // MARK: Declared resources

    private func forEachRow(of schema: ResourceSchema, _ body: (JSONObject) throws -> Void) throws {
        var last = ""
        while true {
            var conditions: [(sql: String, arguments: [SQLValue])] = [("id > ?", [.text(last)])]
            if let field = schema.gameField {
                conditions.append(("\"\(field)\" = ?", [.id(game)]))
            } else {
                // Of the accounts of the studio those that play it.
                conditions.append(
                    ("id IN (SELECT account_id FROM players WHERE game_id = ?)", [.id(game)]))
            }
            let page = try ResourceTable(schema).rows(
                where: conditions, orderBy: ListQuery().order, limit: Limits.bookkeepingBatch,
                in: sql)
            for var row in page {
                if schema.name == Asset.schema.name, let id = row.idText {
                    let counter = try sql.row(
                        "SELECT last_number FROM version_counters WHERE asset_id = ?", [.text(id)])
                    row[JournalNames.lastNumber] = .int(try counter?.integer("last_number") ?? 0)
                }
                try body(row)
            }
            guard page.count == Limits.bookkeepingBatch, let end = page.last?.idText else { return }
            last = end
        }
    }

    // MARK: What is not declared

    private func forEachVersion(_ body: (ExportEntry) throws -> Void) throws {
        var last = ""
        while let row = try sql.row(
            """
            SELECT versions.id AS id, versions.was_released AS was_released FROM versions
            JOIN assets ON assets.id = versions.asset_id
            WHERE assets.game_id = ? AND assets.deleted_at IS NULL AND versions.state = 'ready' AND versions.id > ?
            ORDER BY versions.id LIMIT 1
            """, [.id(game), .text(last)])
        {
            let id = try row.id("id")
            last = id.description
            guard let version = try VersionRows(sql).ready(id), let manifest = try VersionRows(sql).manifest(of: id)
            else { continue }
            var object = try JSONValue(version).object ?? [:]
            object[Names.wasReleased] = .bool(try row.boolean("was_released"))
            try body(ExportEntry(Names.versions, object, manifest: manifest.encode()))
        }
    }

    /// Board by board, and of each player in the order in which they came.
    private func forEachSubmission(_ body: (ExportEntry) throws -> Void) throws {
        let boards = try sql.rows(
            """
            SELECT number, leaderboard_id, window_name FROM score_boards
            JOIN leaderboards ON leaderboards.id = leaderboard_id WHERE leaderboards.game_id = ? ORDER BY number
            """, [.id(game)])
        for board in boards {
            var last = (player: "", id: "")
            while true {
                let rows = try sql.rows(
                    """
                    SELECT id, player_id, submitted_at, submitted_by, c0, c1, c2, c3, c4 FROM score_submissions
                    WHERE board_number = ? AND (player_id, id) > (?, ?) ORDER BY player_id, id LIMIT ?
                    """,
                    [
                        .integer(try board.integer("number")), .text(last.player), .text(last.id),
                        .integer(Limits.bookkeepingBatch),
                    ])
                for row in rows { try body(ExportEntry(Names.submissions, try submission(row, board))) }
                guard rows.count == Limits.bookkeepingBatch, let end = rows.last else { break }
                last = (try end.text("player_id"), try end.text("id"))
            }
        }
    }

    private func submission(_ row: SQLRow, _ board: SQLRow) throws -> JSONObject {
        let values = (0..<Limits.scoreColumnsMax).compactMap { row.optionalInteger("c\($0)") }
        return [
            "leaderboard_id": .string(try board.text("leaderboard_id")),
            "window": .string(try board.text("window_name")),
            "id": .string(try row.text("id")), "player_id": .string(try row.text("player_id")),
            "submitted_at": .string(try row.time("submitted_at").description),
            "submitted_by": row.optionalText("submitted_by").map { .string($0) } ?? .null,
            "values": .array(values.map { .int($0) }),
        ]
    }

    private func forEachWallet(_ body: (ExportEntry) throws -> Void) throws {
        let currencies = try sql.rows("SELECT id FROM currencies WHERE game_id = ? ORDER BY id", [.id(game)])
        for currency in currencies {
            let id = try currency.text("id")
            var last = ""
            while true {
                let rows = try sql.rows(
                    "SELECT wallet, balance FROM wallets WHERE currency_id = ? AND wallet > ? ORDER BY wallet LIMIT ?",
                    [.text(id), .text(last), .integer(Limits.bookkeepingBatch)])
                for row in rows {
                    let wallet: JSONObject = [
                        "wallet": .string(try row.text("wallet")), "currency_id": .string(id),
                        "balance": .int(try row.integer("balance")),
                    ]
                    try body(ExportEntry(Names.wallets, wallet))
                }
                guard rows.count == Limits.bookkeepingBatch, let end = rows.last else { break }
                last = try end.text("wallet")
            }
        }
    }
}
