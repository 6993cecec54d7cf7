package import PawlModel

/// The digests of the keys' secrets, beside the declared rows, and what authentication needs of those.
package struct KeySecrets {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    package func insert(_ digest: Digest, of key: ResourceID) throws {
        try sql.execute(
            "INSERT INTO key_secrets (key_id, digest) VALUES (?, ?)", [.id(key), .digest(digest)])
    }

    /// The key whose secret has a digest, whether it still works or not.
    package func holder(of digest: Digest) throws -> KeyHolder? {
        guard
            let row = try sql.row(
                """
                SELECT id, scopes, game_id, expires_at, revoked_at, last_used_at FROM keys
                JOIN key_secrets ON key_secrets.key_id = keys.id WHERE key_secrets.digest = ?
                """, [.digest(digest)])
        else { return nil }
        let scopes: [Scope] = try JSONValue(parsing: try row.text("scopes").utf8).decoded()
        return KeyHolder(
            caller: Caller(id: try row.id("id"), scopes: Set(scopes), gameID: row.optionalID("game_id")),
            ends: [row.optionalTime("expires_at"), row.optionalTime("revoked_at")].compactMap(\.self).min(),
            lastUsedAt: row.optionalTime("last_used_at"))
    }

    /// Notes a use, outside of journal and revision.
    package func used(_ key: ResourceID?, at now: Timestamp) throws {
        try sql.execute("UPDATE keys SET last_used_at = ? WHERE id = ?", [.time(now), .id(key)])
    }

    /// Whether any key was ever made.
    package func isEmpty() throws -> Bool {
        try sql.row("SELECT id FROM keys LIMIT 1") == nil
    }
}

/// Who holds a key, and until when.
package struct KeyHolder: Sendable {
    package var caller: Caller
    /// When it expires or was revoked; nil for never.
    package var ends: Timestamp?
    package var lastUsedAt: Timestamp?
}
