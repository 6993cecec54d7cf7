/// What a key may do. `admin` includes every other scope, and a `write` scope the `read` scope of its family.
public enum Scope: String, Hashable, Sendable, CaseIterable, Codable {
    /// Assets, their versions, channels and uploads.
    case assetsRead = "assets:read"
    case assetsWrite = "assets:write"
    /// What a game offers: items, contents, packs, currencies, accomplishments, leaderboards, seasons, live events.
    case catalogRead = "catalog:read"
    case catalogWrite = "catalog:write"
    /// Who plays, and what they have: accounts, players, entitlements, scores, progress, inboxes, purchases, gifts.
    case playersRead = "players:read"
    case playersWrite = "players:write"
    /// What happened to the rows that the key's other scopes let it read.
    case eventsRead = "events:read"
    case admin

    /// Whether a key with this scope may do what asks for `needed`.
    public func includes(_ needed: Scope) -> Bool {
        switch self {
        case needed, .admin: true
        case .assetsWrite: needed == .assetsRead
        case .catalogWrite: needed == .catalogRead
        case .playersWrite: needed == .playersRead
        default: false
        }
    }
}
