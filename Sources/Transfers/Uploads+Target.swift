package import Metadata
package import PawlModel

extension Uploads {
    /// The asset that a client names by its id, or as `game/path`. A player names what is hers, a key what is the
    /// studio's; a key's path that is not there yet is made, as a push makes it.
    ///
    /// - Parameter isTrial: Whether nothing may be made; a path that is not there is then not found.
    package func asset(named name: String, for caller: Caller, isTrial: Bool = false) async throws -> ResourceID {
        if let id = ResourceID(name, kind: Asset.schema.idPrefix) { return id }
        let parts = name.split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else {
            throw Problem(.malformedRequest, "'\(name)' names no asset: send its id (ast_…), or game/path.")
        }
        let path = String(parts[1])
        let (game, asset) = try await find(path, inGame: String(parts[0]), for: caller)
        if let asset { return asset }
        guard caller.player == nil else {
            throw Problem(.notFound, "You have no asset '\(path)': make it first, with POST /v1/assets.")
        }
        guard !isTrial else {
            throw Problem(.notFound, "There is no asset '\(path)' yet: without validate_only it would be made.")
        }
        do {
            let answer = try await context.writePath.apply(by: caller) { writer in
                let body: JSONObject = ["game_id": .string(game.description), "path": .string(path)]
                return Answer(.created, .object(try writer.create(Asset.schema, body)))
            }
            return try Stored<Asset>(row: answer.body.object ?? [:]).id
        } catch let problem as Problem where problem.code == .notUnique {
            // Another one was quicker.
            guard let asset = try await find(path, inGame: String(parts[0]), for: caller).asset else { throw problem }
            return asset
        }
    }

    private func find(
        _ path: String, inGame slug: String, for caller: Caller
    ) async throws -> (game: ResourceID, asset: ResourceID?) {
        let owner = caller.player.map { JSONValue.string($0.description) } ?? .null
        return try await context.database.read { sql in
            let game = try Self.game(.string(slug), for: caller, in: sql)
            let row = try ResourceTable(Asset.schema).row(
                where: [("game_id", .string(game.description)), ("path", .string(path)), ("owner_id", owner)], in: sql)
            return (game, try row.map { try Stored<Asset>(row: $0).id })
        }
    }

    /// The game that a part of an upload is for: by its id or its slug, or the one that the caller is bound to.
    package func game(named name: String?, for caller: Caller) async throws -> ResourceID {
        guard let name else {
            guard let game = caller.gameID else {
                throw Problem(
                    .malformedRequest, "Say which game the part is for: metadata 'asset' or 'game', or ?game=.")
            }
            return game
        }
        if let id = ResourceID(name, kind: Game.schema.idPrefix) { return id }
        return try await context.database.read { try Self.game(.string(name), for: caller, in: $0) }
    }

    private static func game(_ slug: JSONValue, for caller: Caller, in sql: any SQLConnection) throws -> ResourceID {
        guard let row = try ResourceTable(Game.schema).row(where: [("slug", slug)], in: sql) else {
            throw Problem(.notFound, "There is no game '\(slug.string ?? "")'.")
        }
        let game = try Stored<Game>(row: row).id
        guard caller.sees(game: game) else { throw Problem(.notFound, "There is no game '\(slug.string ?? "")'.") }
        return game
    }
}
