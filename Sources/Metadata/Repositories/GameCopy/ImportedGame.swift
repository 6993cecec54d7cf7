package import BlockFormat
package import PawlModel

/// Puts the rows of an imported game in, each as it was: with its id, its revision and its times.
package struct ImportedGame {
    private let game: ResourceID
    private let gameNumber: Int64
    private let writer: ChangesetWriter
    private var sql: any SQLConnection { writer.sql }
    /// Rows that refer to others of their own kind, which may come later.
    private var waiting: [(schema: ResourceSchema, row: JSONObject, number: Int64)] = []
    private var missing: Set<Digest> = []
    private var columns: [ResourceID: ScoreColumns] = [:]

    package init(_ game: ResourceID, gameNumber: Int64, in writer: ChangesetWriter) {
        self.game = game
        self.gameNumber = gameNumber
        self.writer = writer
    }

    /// What an entry is, checked; throws `invalid` with pointers into its row.
    package static func check(_ entry: ExportEntry, of game: ResourceID) throws {
        let row = try object(of: entry)
        switch entry.resource {
        case ExportRows.Names.versions: _ = try version(entry, row)
        case ExportRows.Names.submissions: _ = try Submission(row)
        case ExportRows.Names.wallets: _ = try Wallet(row)
        default:
            guard let schema = Model.schema(named: entry.resource), !ExportRows.leftOut.contains(schema.name) else {
                throw Problem(.invalid, "An export has no rows of '\(entry.resource)'.")
            }
            let copy = try schema.copy(of: plain(row))
            if let field = schema.gameField, copy[field]?.string != game.description {
                throw Problem.invalid(schema.name, [.init("/\(field)", "is another game")])
            }
        }
    }

    // MARK: Rows

    package mutating func insert(_ entry: ExportEntry, number: Int64) throws {
        let row = try Self.object(of: entry)
        switch entry.resource {
        case Game.schema.name: return
        case ExportRows.Names.versions: try insertVersion(entry, row)
        case ExportRows.Names.submissions: try insert(Submission(row))
        case ExportRows.Names.wallets:
            let wallet = try Wallet(row)
            try WalletRows(sql).set(wallet.balance, of: wallet.name, in: wallet.currency)
        default:
            guard let schema = Model.schema(named: entry.resource) else { return }
            let copy = try schema.copy(of: Self.plain(row))
            guard try !insert(copy, schema) else {
                if schema.name == Asset.schema.name, let last = row[JournalNames.lastNumber]?.int, last > 0,
                    let id = copy.rowID
                {
                    try RebuildRows(sql).raiseCounter(of: id, to: last)
                }
                return
            }
            waiting.append((schema, copy, number))
        }
    }

    /// Puts in what waited for others, and throws for what refers to nothing, and when blocks are missing.
    package mutating func finish() throws {
        while !waiting.isEmpty {
            let rest = try waiting.filter { try !insert($0.row, $0.schema) }
            guard rest.count < waiting.count else {
                throw Problem(
                    .invalid,
                    "Row \(rest[0].number), \(rest[0].row.idText ?? "") of \(rest[0].schema.name), refers to what is not in the export."
                )
            }
            waiting = rest
        }
        guard missing.isEmpty else {
            throw Problem(
                .blocksMissing, "\(missing.count) blocks are not here yet: ask have, and send them.",
                members: [
                    "missing": .array(missing.prefix(Limits.missingListedMax).map { .string($0.hex) }),
                    "missing_count": .int(Int64(missing.count)),
                ])
        }
    }

    /// False when it refers to what is not there.
    private func insert(_ row: JSONObject, _ schema: ResourceSchema) throws -> Bool {
        // An account is the studio's, and may be here from another game.
        if schema.name == Account.schema.name, let id = row.rowID,
            try ResourceTable(schema).row(id, in: sql) != nil
        {
            return true
        }
        do {
            try writer.attempt { try ResourceTable(schema).insert(row, in: sql) }
            return true
        } catch let error as SQLError where error.code == .foreignKey {
            return false
        } catch let error as SQLError where error.code == .notUnique {
            throw Problem(
                .notUnique,
                "\(row.idText ?? "A row") of \(schema.name), or one with a name that it has, is here already.",
                attempted: .object(row))
        } catch let error as SQLError where error.code == .check {
            throw Problem(
                .invalid, "\(row.idText ?? "A row") of \(schema.name) breaks a rule of the database.",
                attempted: .object(row))
        }
    }

    private mutating func insertVersion(_ entry: ExportEntry, _ row: JSONObject) throws {
        let (version, manifest) = try Self.version(entry, row)
        let asset = try ResourceTable(Asset.schema).row(version.assetID, in: sql)
        guard asset?["game_id"]?.string == game.description else {
            throw Problem(.invalid, "\(version.id) is a version of no asset of the game.")
        }
        do {
            try VersionRows(sql).insert(version, VersionPages(manifest))
        } catch let error as SQLError where error.code == .notUnique {
            throw Problem(.notUnique, "\(version.id) is here already.")
        }
        if row[ExportRows.Names.wasReleased] == true { try DeletedVersions(sql).markReleased(version.id) }
        try RebuildRows(sql).raiseCounter(of: version.assetID, to: version.number)
        let lengths = Dictionary(
            manifest.entries.lazy.flatMap(\.blocks).map { ($0.id, $0.length) }, uniquingKeysWith: { first, _ in first })
        missing.formUnion(try BlockIndex(sql).take(lengths, game: gameNumber))
    }

    private mutating func insert(_ submission: Submission) throws {
        let board = submission.leaderboard
        if columns[board] == nil {
            guard let row = try ResourceTable(Leaderboard.schema).row(board, in: sql),
                row["game_id"]?.string == game.description
            else { throw Problem(.invalid, "\(board) is no leaderboard of the game.") }
            columns[board] = try ScoreColumns(Stored<Leaderboard>(row: row).columns)
        }
        guard let columns = columns[board], columns.columns.count == submission.score.values.count else {
            throw Problem(.invalid, "A score on \(board) has other columns than the board.")
        }
        do {
            _ = try ScoreRows(sql).submit(
                submission.score, to: ScoreBoard(board, window: submission.window, columns: columns))
        } catch let error as SQLError where error.code == .foreignKey || error.code == .notUnique {
            throw Problem(.invalid, "\(submission.score.id) is there twice, or of a player who is not in the export.")
        }
    }

    // MARK: Reading

    private static func object(of entry: ExportEntry) throws -> JSONObject {
        guard let object = try? JSONValue(parsing: entry.row).object else {
            throw Problem(.invalid, "A row of '\(entry.resource)' is no JSON object.")
        }
        return object
    }

    /// Without what is told beside the fields.
    private static func plain(_ row: JSONObject) -> JSONObject {
        row.filter { $0.key != JournalNames.lastNumber }
    }

    private static func version(_ entry: ExportEntry, _ row: JSONObject) throws -> (Version, Manifest) {
        guard let version = try? JSONValue.object(row).decoded(as: Version.self), version.state == .ready else {
            throw Problem(.invalid, "A version is not as a version must be.")
        }
        let manifest: Manifest
        do {
            manifest = try Manifest(parsing: entry.manifest)
        } catch let error as FormatError {
            throw Problem(.malformedManifest, "The manifest of \(version.id) cannot be read: \(error).")
        }
        guard manifest.root == version.root, manifest.size == version.size,
            manifest.nameViolations.isEmpty, version.number > 0
        else { throw Problem(.malformedManifest, "The manifest of \(version.id) is not that of its root.") }
        return (version, manifest)
    }

    private struct Wallet {
        var name: String
        var currency: ResourceID
        var balance: Int64

        init(_ row: JSONObject) throws {
            guard let name = row["wallet"]?.string, (1...64).contains(name.count),
                let currency = ResourceID(row["currency_id"]?.string ?? "", kind: Currency.schema.idPrefix),
                let balance = row["balance"]?.int
            else { throw Problem(.invalid, "A wallet is not as a wallet must be.") }
            (self.name, self.currency, self.balance) = (name, currency, balance)
        }
    }

    private struct Submission {
        var leaderboard: ResourceID
        var window: String
        var score: ScoreSubmission

        init(_ row: JSONObject) throws {
            guard case .array(let values)? = row["values"],
                let leaderboard = ResourceID(row["leaderboard_id"]?.string ?? "", kind: Leaderboard.schema.idPrefix),
                let window = row["window"]?.string, (1...64).contains(window.count),
                let id = ResourceID(row["id"]?.string ?? ""),
                let player = ResourceID(row["player_id"]?.string ?? "", kind: Player.schema.idPrefix),
                let time = Timestamp(row["submitted_at"]?.string ?? ""), !values.isEmpty,
                values.allSatisfy({ $0.int != nil })
            else { throw Problem(.invalid, "A score is not as a score must be.") }
            (self.leaderboard, self.window) = (leaderboard, window)
            score = ScoreSubmission(
                id: id, playerID: player, values: values.compactMap(\.int), submittedAt: time,
                submittedBy: row["submitted_by"]?.string.flatMap { ResourceID($0) })
        }
    }
}

extension BlockIndex {
    /// Counts one more holder of each of these blocks, by their lengths in bytes, and answers those that are not in service.
    fileprivate func take(_ lengths: [Digest: Int], game: Int64) throws -> Set<Digest> {
        var missing = Set(lengths.keys)
        try batches(of: Array(lengths.keys)) { marks, arguments in
            let rows = try sql.rows(
                """
                UPDATE blocks SET reference_count = reference_count + 1, condemned_at = NULL
                WHERE game_number = ? AND id IN (\(marks)) AND state = 'live' RETURNING id, raw_length
                """, [.integer(game)] + arguments)
            for row in rows {
                let id = try row.digest("id")
                if lengths[id].map(Int64.init) == (try row.integer("raw_length")) { missing.remove(id) }
            }
        }
        return missing
    }
}
