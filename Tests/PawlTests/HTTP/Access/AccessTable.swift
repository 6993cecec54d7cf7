import PawlModel

/// Who may call what: written down by hand, once more and independently of the declarations, so that a slip in one of
/// them is met.
enum AccessTable {
    /// What an operation asks of its caller.
    struct Rule: Sendable {
        enum Door: Sendable {
            /// Everybody, without a key too.
            case anyone
            /// Keys with this scope; nil for any key.
            case keys(Scope?)
            /// And players, for what is theirs.
            case keysAndPlayers(Scope?)
        }

        /// What it is about.
        enum Target: Sendable {
            /// One row, which belongs to the first player of the first game, as far as it belongs to a player.
            case row
            /// A list, of which everybody sees what she may.
            case list
            /// A new row of the first game.
            case creation
            /// Nothing that belongs to a game.
            case server
        }

        var door: Door
        var target: Target
        /// Belongs to no game: keys of one do not see it.
        var isStudios = false
        /// Nothing makes such rows yet, so there is none to ask for.
        var isAbsent = false
    }

    fileprivate struct Rights {
        var read: Scope?
        var write: Scope
        var playersRead = false
        var playersWrite = false
        var isStudios = false
        var isAbsent = false
    }

    private static let catalog = Rights(read: .catalogRead, write: .catalogWrite)
    private static let ofPlayers = Rights(read: .playersRead, write: .playersWrite, playersRead: true)
    private static let notMadeYet = Rights(
        read: .playersRead, write: .playersWrite, playersRead: true, isAbsent: true)

    private static let resources: [String: Rights] = [
        "games": Rights(read: nil, write: .admin),
        "accounts": Rights(read: .playersRead, write: .playersWrite, isStudios: true),
        "players": ofPlayers,
        "player_links": ofPlayers,
        "assets": Rights(read: .assetsRead, write: .assetsWrite, playersRead: true, playersWrite: true),
        "channels": Rights(read: .assetsRead, write: .assetsWrite),
        "keys": Rights(read: .admin, write: .admin),
        "items": catalog, "contents": catalog, "currencies": catalog, "packs": catalog, "accomplishments": catalog,
        "leaderboards": catalog, "seasons": catalog, "live_events": catalog,
        "purchases": notMadeYet, "gifts": notMadeYet,
        "ledger_entries": ofPlayers, "entitlements": ofPlayers, "player_accomplishments": ofPlayers,
        "season_progress": ofPlayers, "inbox_messages": ofPlayers,
        "webhooks": Rights(read: .admin, write: .admin),
    ]

    /// Verbs on a row, by `resource:verb`.
    private static let verbs: [String: Rule.Door] = [
        "channels:rollback": .keys(.assetsWrite), "assets:publish": .keys(.assetsWrite),
        "assets:undelete": .keysAndPlayers(.assetsWrite),
        "keys:rotate": .keys(.admin), "keys:revoke": .keys(.admin),
        "players:award": .keys(.playersWrite), "players:token": .keys(.playersWrite),
        "players:revoke_tokens": .keys(.playersWrite),
        "accomplishments:reach": .keys(.playersWrite), "leaderboards:submit": .keys(.playersWrite),
        "seasons:award": .keys(.playersWrite),
        "assets:sign": .keysAndPlayers(.assetsRead),
        "entitlements:revoke": .keys(.playersWrite), "entitlements:transfer": .keys(.playersWrite),
        "inbox_messages:claim": .keysAndPlayers(.playersWrite),
    ]

    private static let others: [String: Rule] = [
        "GET /healthz": Rule(door: .anyone, target: .server),
        "GET /readyz": Rule(door: .anyone, target: .server),
        "GET /metrics": Rule(door: .keys(.admin), target: .server, isStudios: true),
        "POST /v1/maintenance:doctor": Rule(door: .keys(.admin), target: .server, isStudios: true),
        "POST /v1/maintenance:gc": Rule(door: .keys(.admin), target: .server, isStudios: true),
        "POST /v1/maintenance:scrub": Rule(door: .keys(.admin), target: .server, isStudios: true),
        "POST /v1/maintenance:rotate-token-keys": Rule(door: .keys(.admin), target: .server, isStudios: true),
        // A key of one game makes no others.
        "POST /v1/games": Rule(door: .keys(.admin), target: .creation, isStudios: true),
        "GET /v1/api-usage": Rule(door: .keys(.admin), target: .server, isStudios: true),
        "GET /v1/games/{id}/export": Rule(door: .keys(.admin), target: .row),
        "POST /v1/imports": Rule(door: .keys(.admin), target: .creation, isStudios: true),
        "GET /v1/imports/{id}": Rule(door: .keys(.admin), target: .server, isStudios: true),
        "POST /v1/imports/{id}/rows": Rule(door: .keys(.admin), target: .server, isStudios: true),
        "POST /v1/imports/{id}/commit": Rule(door: .keys(.admin), target: .server, isStudios: true),
        // What it needs follows from its operations: the one that is asked for makes an item.
        "POST /v1/changesets": Rule(door: .keys(.catalogWrite), target: .creation),
        "GET /v1/changesets": Rule(door: .keys(nil), target: .list),
        "GET /v1/changesets/{id}": Rule(door: .keys(nil), target: .row),
        "POST /v1/changesets/{id}:revert": Rule(door: .keys(.catalogWrite), target: .row),
        "GET /v1/events": Rule(door: .keys(.eventsRead), target: .list),
        "GET /v1/events/stream": Rule(door: .keys(.eventsRead), target: .list),
        "GET /v1/leaderboards/{id}/scores": Rule(door: .keys(.playersRead), target: .row),
        "GET /v1/leaderboards/{id}/scores/{player_id}": Rule(door: .keysAndPlayers(.playersRead), target: .row),
        "GET /v1/uploads": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "POST /v1/uploads": Rule(door: .keys(.assetsWrite), target: .row),
        "GET /v1/uploads/{id}": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "DELETE /v1/uploads/{id}": Rule(door: .keysAndPlayers(.assetsWrite), target: .row),
        "POST /v1/uploads/{id}/have": Rule(door: .keys(.assetsWrite), target: .row),
        "PUT /v1/uploads/{id}/blocks": Rule(door: .keys(.assetsWrite), target: .row),
        "POST /v1/uploads/{id}/commit": Rule(door: .keys(.assetsWrite), target: .row),
        "GET /v1/versions": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "GET /v1/versions/{id}": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "DELETE /v1/versions/{id}": Rule(door: .keysAndPlayers(.assetsWrite), target: .row),
        "POST /v1/versions/{id}:undelete": Rule(door: .keysAndPlayers(.assetsWrite), target: .row),
        "GET /v1/versions/{id}/manifest": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "GET /v1/versions/{id}/content": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "GET /v1/assets/{id}/content": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "GET /v1/versions/{id}/metalink": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "GET /v1/assets/{id}/metalink": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "GET /v1/versions/{id}/entries": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "GET /v1/assets/{id}/entries": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "GET /v1/versions/{id}/entries/{path}": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "GET /v1/assets/{id}/entries/{path}": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "POST /v1/versions/{id}/plan": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "POST /v1/assets/{id}/plan": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "POST /v1/versions/{id}:sign": Rule(door: .keysAndPlayers(.assetsRead), target: .row),
        "PUT /v1/assets/{id}/content": Rule(door: .keysAndPlayers(.assetsWrite), target: .row),
        "POST /v1/assets/{id}/content": Rule(door: .keysAndPlayers(.assetsWrite), target: .row),
        "PATCH /v1/uploads/{id}": Rule(door: .keysAndPlayers(.assetsWrite), target: .row),
        "POST /v1/tus": Rule(door: .keysAndPlayers(.assetsWrite), target: .row),
        // X-HTTP-Method-Override may make each of them a change.
        "GET /v1/tus/{id}": Rule(door: .keysAndPlayers(.assetsWrite), target: .row),
        "POST /v1/tus/{id}": Rule(door: .keysAndPlayers(.assetsWrite), target: .row),
        "PATCH /v1/tus/{id}": Rule(door: .keysAndPlayers(.assetsWrite), target: .row),
        "DELETE /v1/tus/{id}": Rule(door: .keysAndPlayers(.assetsWrite), target: .row),
    ]

    /// What holds for an operation such as `PATCH /v1/items/{id}`; nil when nobody has said so here.
    static func rule(_ operation: String) -> Rule? {
        if let rule = others[operation] { return rule }
        let parts = operation.split(separator: " ")
        guard parts.count == 2 else { return nil }
        let (method, path) = (parts[0], parts[1])
        if method == "GET", path == "/docs" || path.hasPrefix("/docs/") || path == "/openapi.json" {
            return Rule(door: .anyone, target: .server)
        }
        let segments = path.split(separator: "/").map(String.init)
        guard segments.count >= 2, segments[0] == "v1", let rights = resources[segments[1]] else { return nil }
        let (reading, writing) = rights.doors
        func rule(_ door: Rule.Door, _ target: Rule.Target) -> Rule {
            Rule(door: door, target: target, isStudios: rights.isStudios, isAbsent: rights.isAbsent)
        }
        switch (method, segments.dropFirst(2).joined(separator: "/")) {
        case ("GET", ""): return rule(reading, .list)
        case ("GET", "{id}"): return rule(reading, .row)
        case ("POST", ""): return rule(writing, .creation)
        case ("PATCH", "{id}"), ("DELETE", "{id}"): return rule(writing, .row)
        case ("POST", let last) where last.hasPrefix("{id}:"):
            return verbs[segments[1] + last.dropFirst(4)].map { rule($0, .row) }
        default: return nil
        }
    }
}

extension AccessTable.Rights {
    fileprivate var doors: (reading: AccessTable.Rule.Door, writing: AccessTable.Rule.Door) {
        (playersRead ? .keysAndPlayers(read) : .keys(read), playersWrite ? .keysAndPlayers(write) : .keys(write))
    }
}
