import PawlModel

/// Every kind of caller there is, and what each may expect.
enum AccessCaller: Hashable, CustomStringConvertible {
    case nobody
    /// A key with one scope that sees all games.
    case scope(Scope)
    /// A key that may do everything, in the game of the rows that are asked for, or in another one.
    case ownGame, wrongGame
    /// The player whose rows they are, another one of her game, and one of another game.
    case player, otherPlayer, foreignPlayer

    static let all: [AccessCaller] =
        [.nobody] + Scope.allCases.map { .scope($0) } + [.ownGame, .wrongGame, .player, .otherPlayer, .foreignPlayer]

    var description: String {
        switch self {
        case .nobody: "nobody"
        case .scope(let scope): "a key with \(scope.rawValue)"
        case .ownGame: "a key of the game"
        case .wrongGame: "a key of another game"
        case .player: "the player herself"
        case .otherPlayer: "another player"
        case .foreignPlayer: "a player of another game"
        }
    }

    enum Expectation: Equatable {
        case unauthenticated, forbidden, notFound
        /// Not done, for whichever reason.
        case refused
        /// Done, or refused for what it says; not for who says it.
        case allowed
        /// Told to everybody, or to nobody where it is not installed.
        case open

        func isMet(by status: Int) -> Bool {
            switch self {
            case .unauthenticated: status == 401
            case .forbidden: status == 403
            case .notFound: status == 404
            case .refused: [403, 404, 409, 422].contains(status)
            case .open: status == 200 || status == 404
            case .allowed: (200..<500).contains(status) && ![401, 403, 404].contains(status)
            }
        }
    }

    func expectation(_ rule: AccessTable.Rule) -> Expectation {
        guard passes(rule.door) else { return self == .nobody ? .unauthenticated : .forbidden }
        if case .anyone = rule.door { return .open }
        switch rule.target {
        case .server: return isBound && rule.isStudios ? .forbidden : .allowed
        case .list: return .allowed
        case .creation: return seesTheRow(rule) ? .allowed : .refused
        case .row: return seesTheRow(rule) && !rule.isAbsent ? .allowed : .notFound
        }
    }

    /// Whether a list may tell it of the rows.
    func seesTheRow(_ rule: AccessTable.Rule) -> Bool {
        switch self {
        case .nobody: false
        case .scope: true
        case .ownGame: !rule.isStudios
        case .wrongGame, .otherPlayer, .foreignPlayer: false
        case .player: !rule.isStudios
        }
    }

    private var isBound: Bool { self == .ownGame || self == .wrongGame }

    private func passes(_ door: AccessTable.Rule.Door) -> Bool {
        switch (door, self) {
        case (.anyone, _): true
        case (_, .nobody): false
        case (.keys(let needed), .scope(let scope)), (.keysAndPlayers(let needed), .scope(let scope)):
            needed.map { Self.scopes(in: scope).contains($0) } ?? true
        case (_, .ownGame), (_, .wrongGame): true
        case (.keys, _): false
        case (.keysAndPlayers, _): true
        }
    }

    private static func scopes(in scope: Scope) -> [Scope] {
        switch scope {
        case .admin: Scope.allCases
        case .assetsWrite: [.assetsWrite, .assetsRead]
        case .catalogWrite: [.catalogWrite, .catalogRead]
        case .playersWrite: [.playersWrite, .playersRead]
        case .assetsRead, .catalogRead, .playersRead, .eventsRead: [scope]
        }
    }
}
