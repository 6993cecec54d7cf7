package import PawlModel

/// The digests of the keys' secrets, beside the declared rows, and what authentication needs of those.
package struct KeySecrets {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    package func insert(_ digest: Digest, of key: ResourceID) throws {
        try sql.execute(
            "INSERT INTO key_secrets (digest, key_id) VALUES (?, ?)", [.digest(digest), .id(key)])
    }

    /// Ends all secrets that a key has, at a moment that is not later than their end until now.
    package func end(of key: ResourceID, at time: Timestamp) throws {
        try sql.execute(
            "UPDATE key_secrets SET ends_at = ? WHERE key_id = ? AND (ends_at IS NULL OR ends_at > ?)",
            [.time(time), .id(key), .time(time)])
    }

    /// The key whose secret has a digest, whether it still works or not.
    package func holder(of digest: Digest) throws -> KeyHolder? {
        guard
            let row = try sql.row(
                """
                SELECT id, scopes, game_id, expires_at, revoked_at, last_used_at, ends_at FROM keys
                JOIN key_secrets ON key_secrets.key_id = keys.id WHERE key_secrets.digest = ?
                """, [.digest(digest)])
        else { return nil }
        return KeyHolder(
            caller: Caller(id: try row.id("id"), scopes: try scopes(of: row), gameID: row.optionalID("game_id")),
            ends: ["expires_at", "revoked_at", "ends_at"].compactMap { row.optionalTime($0) }.min(),
            lastUsedAt: row.optionalTime("last_used_at"))
    }

    private func scopes(of row: SQLRow) throws -> Set<Scope> {
        guard case .array(let names) = try JSONValue(parsing: try row.text("scopes").utf8) else {
            throw SQLError.corrupt("keys.scopes is not a list")
        }
        return try Set(
            names.map { name in
                guard let scope = name.string.flatMap(Scope.init(rawValue:)) else {
                    throw SQLError.corrupt("keys.scopes holds what is no scope")
                }
                return scope
            })
    }

    /// Notes a use, outside of journal and revision.
    package func used(_ key: ResourceID?, at now: Timestamp) throws {
        try sql.execute("UPDATE keys SET last_used_at = ? WHERE id = ?", [.time(now), .id(key)])
    }

    /// Whether no key was ever made.
    package func isEmpty() throws -> Bool {
        try sql.row("SELECT id FROM keys LIMIT 1") == nil
    }

    /// Whether `forget(endedBefore:)` has something to do.
    package func hasEnded(before time: Timestamp) throws -> Bool {
        try sql.row("SELECT key_id FROM key_secrets WHERE ends_at < ? LIMIT 1", [.time(time)]) != nil
    }

    /// Forgets secrets that a rotation has ended.
    package func forget(endedBefore time: Timestamp) throws {
        try sql.execute("DELETE FROM key_secrets WHERE ends_at < ?", [.time(time)])
    }
}

/// Who holds a key, and until when.
package struct KeyHolder: Sendable {
    package var caller: Caller
    /// When it expires, was revoked, or its secret was rotated away; nil for never.
    package var ends: Timestamp?
    package var lastUsedAt: Timestamp?
}
