package import PawlModel

/// The secrets that sign players' tokens. They are no declared resource: nobody reads them over REST.
package struct TokenKeys {
    /// What the journal calls them.
    package static let resource = "token_keys"
    package static let idPrefix = "tky"

    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    package func insert(_ key: TokenKey) throws {
        try sql.execute(
            "INSERT INTO token_keys (id, secret, created_at, retired_at) VALUES (?, ?, ?, NULL)",
            [.id(key.id), .blob(key.secret), .time(key.createdAt)])
    }

    /// The key that signs now; nil before the first token.
    package func signing() throws -> TokenKey? {
        try sql.row(
            """
            SELECT id, secret, created_at, retired_at FROM token_keys WHERE retired_at IS NULL
            ORDER BY created_at DESC, id DESC LIMIT 1
            """
        ).map(TokenKey.init)
    }

    package func key(_ id: ResourceID) throws -> TokenKey? {
        try sql.row("SELECT id, secret, created_at, retired_at FROM token_keys WHERE id = ?", [.id(id)])
            .map(TokenKey.init)
    }

    /// Retires the keys that sign: they prove from now on only what they have signed. Returns them as they were.
    package func retireAll(at now: Timestamp) throws -> [TokenKey] {
        let keys = try sql.rows(
            "SELECT id, secret, created_at, retired_at FROM token_keys WHERE retired_at IS NULL ORDER BY id"
        ).map(TokenKey.init)
        try sql.execute("UPDATE token_keys SET retired_at = ? WHERE retired_at IS NULL", [.time(now)])
        return keys
    }

    /// Whether `forget(retiredBefore:)` has something to do.
    package func hasRetired(before time: Timestamp) throws -> Bool {
        try sql.row("SELECT id FROM token_keys WHERE retired_at < ? LIMIT 1", [.time(time)]) != nil
    }

    package func forget(retiredBefore time: Timestamp) throws {
        try sql.execute("DELETE FROM token_keys WHERE retired_at < ?", [.time(time)])
    }
}

/// A secret that signs tokens, or did until it was retired.
package struct TokenKey: Hashable, Sendable {
    /// The `kid` of the tokens.
    package var id: ResourceID
    package var secret: [UInt8]
    package var createdAt: Timestamp
    package var retiredAt: Timestamp?

    package init(id: ResourceID, secret: [UInt8], createdAt: Timestamp) {
        self.id = id
        self.secret = secret
        self.createdAt = createdAt
    }

    fileprivate init(_ row: SQLRow) throws {
        self.init(id: try row.id("id"), secret: try row.blob("secret"), createdAt: try row.time("created_at"))
        retiredAt = row.optionalTime("retired_at")
    }

    /// What the journal tells of it: all but the secret.
    package var json: JSONObject {
        [
            "id": .string(id.description), "created_at": .string(createdAt.description),
            "retired_at": retiredAt.map { .string($0.description) } ?? .null,
        ]
    }
}
