internal import NIOHTTP1
public import PawlModel

/// A player's token as it is given: the only time that it is seen.
public struct NewToken: Sendable, Codable {
    public var token: String
    public var expiresAt: Timestamp
    public var playerID: ResourceID

    private enum CodingKeys: String, CodingKey {
        case token
        case expiresAt = "expires_at"
        case playerID = "player_id"
    }
}

extension PawlClient {
    /// Gives a player a token with which the game acts as her, for `lifetime` seconds, an hour unless given.
    public func createToken(for player: ResourceID, lifetime: Int64? = nil) async throws -> NewToken {
        var input: JSONObject = [:]
        input["lifetime"] = lifetime.map { .int($0) }
        var answer = try await call(Player.token, on: player, input)
        // A repeat after a lost answer is told no token: that one nobody has, so another one is asked for.
        if answer["token"] == nil { answer = try await call(Player.token, on: player, input) }
        return try JSONValue.object(answer).decoded()
    }

    /// Ends all tokens that a player was given until now.
    @discardableResult
    public func revokeTokens(of player: ResourceID) async throws -> Stored<Player> {
        try await row(Player.revokeTokens, on: player)
    }

    /// Signs players' tokens with a new key; those signed with the old one work until they expire.
    public func rotateTokenKeys() async throws {
        _ = try await send(Request(.POST, Routes.rotateTokenKeys).with([:]).once())
    }

    /// The player with a name in a game.
    public func player(_ name: String, in game: Stored<Game>) async throws -> Stored<Player> {
        let filter = Filter("game_id", game.id).and("name", name)
        if let player = try await list(Player.self, filter: filter, pageSize: 1).items.first { return player }
        throw ClientError(
            .unknownPlayer, "There is no player '\(name.withoutControls)' in the game '\(game.slug)'.",
            advice: "`pawl list players --game \(game.slug)` lists them.")
    }
}
