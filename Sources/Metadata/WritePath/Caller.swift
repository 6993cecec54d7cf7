package import PawlModel

/// Who asks: a key with its scopes, a player with her token, or the daemon itself.
package struct Caller: Sendable, Hashable {
    /// The key or the player; nil for the daemon's own work.
    package var id: ResourceID?
    package var scopes: Set<Scope>
    /// The only game it sees; nil for all.
    package var gameID: ResourceID?

    package init(id: ResourceID?, scopes: Set<Scope>, gameID: ResourceID?) {
        self.id = id
        self.scopes = scopes
        self.gameID = gameID
    }

    /// A player of a game: she has no scope, and sees what is hers.
    package static func player(_ id: ResourceID, of game: ResourceID) -> Caller {
        Caller(id: id, scopes: [], gameID: game)
    }

    /// Nobody in particular: sees only what is marked public.
    package static let anonymous = Caller(id: nil, scopes: [], gameID: nil)

    /// The daemon's own work, which sees everything.
    package static let daemon = Caller(id: nil, scopes: [.admin], gameID: nil)

    /// The player who asks; nil for keys.
    package var player: ResourceID? {
        id?.prefix == Player.schema.idPrefix ? id : nil
    }

    /// Throws `forbidden` unless one of the scopes includes `scope`. nil asks for any valid key.
    package func require(_ scope: Scope?) throws(Problem) {
        guard let scope, !scopes.contains(where: { $0.includes(scope) }) else { return }
        throw Problem(.forbidden, "This needs a key with the scope \(scope.rawValue).")
    }

    /// Whether a game is, or may be, one that it sees.
    package func sees(game: ResourceID?) -> Bool {
        gameID == nil || gameID == game
    }

    /// Whether it may refer to a row: rows of its game, of any game where it is bound to none.
    package func reaches(_ row: JSONObject, of schema: ResourceSchema) -> Bool {
        guard let gameID else { return true }
        guard let field = schema.gameField else { return false }
        return row[field]?.string == gameID.description
    }

    /// Whether it may read a row: a player, in addition, only what names her in one of the declared fields.
    package func sees(_ row: JSONObject, of schema: ResourceSchema) -> Bool {
        guard reaches(row, of: schema) else { return false }
        guard let player else { return true }
        return schema.playerFields.contains { row[$0]?.string == player.description }
    }
}
