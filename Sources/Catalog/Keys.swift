import BlockFormat
package import Metadata
package import PawlModel

/// Keys: who calls, and what they may do. A secret leaves the daemon once; rows keep its SHA-256 only, which is enough
/// for 256 random bits.
package struct Keys: Sendable {
    private let writePath: WritePath

    package init(writePath: WritePath) {
        self.writePath = writePath
    }

    /// The caller with a secret, or an `unauthenticated` problem that does not say why.
    package func caller(secret: String) async throws -> Caller {
        let digest = Self.digest(of: secret)
        let holder = try await writePath.database.read { try KeySecrets($0).holder(of: digest) }
        let now = writePath.ambient.now()
        guard let holder, holder.ends.map({ $0 > now }) ?? true else {
            throw Problem(.unauthenticated, "The key is not known, has expired, or was revoked.")
        }
        // To the hour: a write for every request would be one too many.
        if holder.lastUsedAt.map({ $0.advanced(bySeconds: 3600) < now }) ?? true {
            // A disk that is full or failed must not keep anybody from reading.
            try? await writePath.database.transaction { try KeySecrets($0).used(holder.caller.id, at: now) }
        }
        return holder.caller
    }

    /// Makes a key with every scope when there is no key yet.
    ///
    /// - Parameter keep: Keeps the secret durably where whoever runs the daemon finds it. It comes before the key, so that
    ///   a daemon that is killed in between makes another one at its next start, rather than one that nobody knows.
    package func makeFirstKey(_ keep: (_ secret: String) async throws -> Void) async throws {
        guard try await writePath.database.read({ try KeySecrets($0).isEmpty() }) else { return }
        let secret = IssueKey.secret(writePath.ambient.randomBytes(IssueKey.secretByteCount))
        try await keep(secret)
        _ = try await writePath.apply(by: .daemon, message: "first start") { writer in
            try IssueKey().issue(
                secret, body: ["name": "admin", "scopes": [.string(Scope.admin.rawValue)]], in: writer)
        }
    }

    static func digest(of secret: String) -> Digest {
        Digest(sha256Of: Array(secret.utf8))
    }
}

/// `POST /v1/keys`: makes a key and shows its secret, this once.
package struct IssueKey: Verb {
    package let resource = Key.schema.name
    package let name = ""
    package let scope = Scope.admin

    package init() {}

    static let secretByteCount = 32

    package func run(row: JSONObject?, body: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        try issue(Self.secret(writer.randomBytes(Self.secretByteCount)), body: body, in: writer)
    }

    func issue(_ secret: String, body: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        let checked = try Key.schema.creation(from: body)
        guard checked["scopes"] != .array([]) else {
            throw Problem.invalid(Key.schema.name, [.init("/scopes", "must not be empty")])
        }
        if let expiry = checked["expires_at"]?.string.flatMap({ Timestamp($0) }), expiry <= writer.now {
            throw Problem.invalid(Key.schema.name, [.init("/expires_at", "must lie in the future")])
        }
        let key = try writer.create(Key.schema, body)
        if let id = key["id"]?.string.flatMap({ ResourceID($0) }) {
            try KeySecrets(writer.sql).insert(Keys.digest(of: secret), of: id)
        }
        return Answer(.created, .object(key), shownOnce: ["secret": .string(secret)])
    }

    static func secret(_ bytes: [UInt8]) -> String {
        Key.secretPrefix + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// `POST /v1/keys/{id}:revoke`: the key stops working at once.
package struct RevokeKey: Verb {
    package let resource = Key.schema.name
    package let name = "revoke"
    package let scope = Scope.admin

    package init() {}

    package func run(row: JSONObject?, body: JSONObject, in writer: ChangesetWriter) throws -> Answer {
        guard let row else { return Answer(.done) }
        guard row["revoked_at"]?.isNull ?? true else { return Answer(.done, .object(row)) }
        var after = row
        after["revoked_at"] = .string(writer.now.description)
        return Answer(.done, .object(try writer.replace(row, with: after, Key.schema)))
    }
}
