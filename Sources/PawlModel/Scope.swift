/// What a key may do. `admin` includes every other scope, and a `write` scope the `read` scope of its family.
public enum Scope: String, Hashable, Sendable, CaseIterable, Codable {
    case assetsRead = "assets:read"
    case assetsWrite = "assets:write"
    case admin

    /// Whether a key with this scope may do what asks for `needed`.
    public func includes(_ needed: Scope) -> Bool {
        self == needed || self == .admin || (self == .assetsWrite && needed == .assetsRead)
    }
}
