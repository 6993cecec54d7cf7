package import PawlModel

/// Who asks: a key with its scopes, or the daemon itself.
package struct Caller: Sendable, Hashable {
    /// The key; nil for the daemon's own work.
    package var id: ResourceID?
    package var scopes: Set<Scope>
    /// The only game it sees; nil for all.
    package var gameID: ResourceID?

    package init(id: ResourceID?, scopes: Set<Scope>, gameID: ResourceID?) {
        self.id = id
        self.scopes = scopes
        self.gameID = gameID
    }

    /// Nobody in particular: sees only what is marked public.
    package static let anonymous = Caller(id: nil, scopes: [], gameID: nil)

    /// The daemon's own work, which sees everything.
    package static let daemon = Caller(id: nil, scopes: [.admin], gameID: nil)

    /// Throws `forbidden` unless one of the scopes includes `scope`. nil asks for any valid key.
    package func require(_ scope: Scope?) throws(Problem) {
        guard let scope else { return }
        guard scopes.contains(where: { $0.includes(scope) }) else {
            throw Problem(.forbidden, "This needs a key with the scope \(scope.rawValue).")
        }
    }

    package func sees(game: ResourceID?) -> Bool {
        gameID == nil || gameID == game
    }
}
