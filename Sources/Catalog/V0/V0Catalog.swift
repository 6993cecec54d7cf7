package import Metadata
package import PawlModel

/// The first version of the API over the rows of today: reads and changes go the way that all others go, translated by
/// `V0Resource`.
package struct V0Catalog: Sendable {
    package let settings: V0Settings
    private let writePath: WritePath
    private let reader: ResourceReader

    package init(settings: V0Settings, writePath: WritePath) {
        self.settings = settings
        self.writePath = writePath
        reader = ResourceReader(database: writePath.database, registry: writePath.registry)
    }

    /// Throws `api_sunset` when its time is over.
    package func checkIsSpoken() throws(Problem) {
        guard let sunset = settings.sunset, writePath.ambient.now() >= sunset else { return }
        throw Problem(
            .apiSunset, "V0 of the API is not spoken since \(sunset): use /v1, and see docs/v0.md.",
            members: ["successor": "/v1"])
    }

    /// The game as the caller sees it.
    private func game(for caller: Caller, in sql: any SQLConnection) throws -> V0Game {
        guard let slug = settings.game else {
            throw Problem(.notFound, "V0 is about no game here: set v0.game to the slug of one.")
        }
        guard let game = try ResourceTable(Game.schema).row(where: [("slug", .string(slug))], in: sql)?.rowID,
            caller.sees(game: game)
        else { throw Problem(.notFound, "There is no game '\(slug)', or this key does not see it.") }
        var currency: JSONObject?
        if let code = settings.currency {
            currency = try ResourceTable(Currency.schema).row(
                where: [("game_id", .string(game.description)), ("code", .string(code))], in: sql)
        }
        return V0Game(id: game, currencyID: currency?.rowID)
    }

    package func game(for caller: Caller) async throws -> V0Game {
        try await writePath.database.read { try game(for: caller, in: $0) }
    }

    // MARK: Reading

    package func page(
        _ resource: V0Resource, _ query: (V0Game) throws -> ListQuery, for caller: Caller
    ) async throws -> ResourceReader.Page {
        let game = try await game(for: caller)
        var page = try await reader.page(resource.source, try query(game), for: caller)
        let accounts = try await accounts(of: page.rows, resource)
        page.rows = page.rows.map { resource.down($0, account: accounts[$0["account_id"]?.string ?? ""], in: game) }
        return page
    }

    /// A row with its revision.
    package func row(
        _ resource: V0Resource, _ id: ResourceID, for caller: Caller
    ) async throws -> (row: JSONObject, revision: JSONValue?) {
        try await writePath.database.read { sql in
            let game = try game(for: caller, in: sql)
            let row = try writePath.registry.visibleRow(resource.source, id, to: caller, in: sql)
            guard resource.shows(row, in: game) else { throw Problem.notFound(resource.name, id) }
            return (resource.down(row, account: try account(of: row, resource, in: sql), in: game), row["revision"])
        }
    }

    private func accounts(of rows: [JSONObject], _ resource: V0Resource) async throws -> [String: JSONObject] {
        guard resource.hasAccount else { return [:] }
        return try await writePath.database.read { sql in
            var accounts: [String: JSONObject] = [:]
            for row in rows {
                guard let account = try account(of: row, resource, in: sql), let id = account.idText else { continue }
                accounts[id] = account
            }
            return accounts
        }
    }

    private func account(
        of row: JSONObject, _ resource: V0Resource, in sql: any SQLConnection
    ) throws -> JSONObject? {
        guard resource.hasAccount, let id = row["account_id"]?.string.flatMap({ ResourceID($0) }) else { return nil }
        return try ResourceTable(Account.schema).row(id, in: sql)
    }

    /// Players by their points, the best first, with their ranks.
    package func leaderboard(
        pageSize: String?, pageToken: String?, for caller: Caller
    ) async throws -> ResourceReader.Page {
        let game = try await game(for: caller)
        let query = try V0.users.query(
            filter: nil, orderBy: "point desc", pageSize: pageSize, pageToken: pageToken, in: game)
        var page = try await reader.page(Player.schema, query, for: caller)
        let rows = page.rows
        let ranks = try await writePath.database.read { sql in
            try PlayerPoints(sql).ranks(of: rows.map { $0["points"]?.int ?? 0 }, in: game.id)
        }
        page.rows = zip(rows, ranks).map { row, rank in
            [
                "rank": .int(rank), "user_id": row["id"] ?? .null, "name": row["name"] ?? .null,
                "point": row["points"] ?? .null,
            ]
        }
        return page
    }

    // MARK: Changing

    package func create(
        _ resource: V0Resource, _ body: JSONObject, by caller: Caller, idempotency: IdempotencyClaim?,
        validateOnly: Bool
    ) async throws -> Answer {
        try await apply(resource, { try resource.creation(from: body) }, by: caller, idempotency, validateOnly) {
            Answer(.created, .object(try $0.create($1)))
        }
    }

    package func update(
        _ resource: V0Resource, _ id: ResourceID, _ patch: JSONObject, ifMatch: RevisionMatch, by caller: Caller,
        validateOnly: Bool
    ) async throws -> Answer {
        try await apply(resource, { try resource.patch(from: patch) }, by: caller, nil, validateOnly) {
            Answer(.done, .object(try $0.update(id, $1, ifMatch)))
        }
    }

    package func delete(
        _ resource: V0Resource, _ id: ResourceID, ifMatch: RevisionMatch, by caller: Caller, validateOnly: Bool
    ) async throws -> Answer {
        try await apply(resource, { [:] }, by: caller, nil, validateOnly) { change, _ in
            try change.delete(id, ifMatch)
            return Answer(.deleted)
        }
    }

    /// - Parameters:
    ///   - input: What was sent, checked: its problems have V0's names already.
    ///   - body: Makes the change; its problems are those of today's rows.
    private func apply(
        _ resource: V0Resource, _ input: @escaping @Sendable () throws -> JSONObject, by caller: Caller,
        _ idempotency: IdempotencyClaim?, _ validateOnly: Bool,
        _ body: @escaping @Sendable (V0Change, JSONObject) throws -> Answer
    ) async throws -> Answer {
        try await writePath.apply(by: caller, idempotency: idempotency, validateOnly: validateOnly) { writer in
            let input = try input()
            let game = try game(for: caller, in: writer.sql)
            do {
                return try body(V0Change(resource: resource, game: game, writer: writer), input)
            } catch let problem as Problem {
                throw resource.down(problem, in: game)
            }
        }
    }
}

extension V0Resource {
    /// Whether some of its fields lie in an account.
    var hasAccount: Bool {
        fields.contains { if case .account = $0.place { true } else { false } }
    }
}
