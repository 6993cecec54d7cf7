import BlockFormat
package import Metadata
package import PawlModel

/// Keys: who calls, and what they may do. A secret leaves the daemon once; rows keep its SHA-256 only, which is enough
/// for 256 random bits.
package struct Keys: Sendable {
    private let writePath: WritePath
    private let known = KnownKeys()

    package init(writePath: WritePath) {
        self.writePath = writePath
    }

    /// The caller with a secret, or an `unauthenticated` problem that does not say why.
    package func caller(secret: String) async throws -> Caller {
        let digest = KeySecret.digest(of: secret)
        let holder = try await holder(of: digest)
        let now = writePath.ambient.now()
        guard let holder, holder.ends.map({ $0 > now }) ?? true else {
            throw Problem(.unauthenticated, "The key is not known, has expired, or was revoked.")
        }
        // To the hour: a write for every request would be one too many.
        if holder.lastUsedAt.map({ $0.advanced(bySeconds: 3600) < now }) ?? true {
            // A disk that is full or failed must not keep anybody from reading.
            try? await writePath.database.transaction { try KeySecrets($0).used(holder.caller.id, at: now) }
            known.forget(digest)
        }
        return holder.caller
    }

    /// Who holds a secret: as it was read when nothing has been committed since, and read anew otherwise.
    private func holder(of digest: Digest) async throws -> KeyHolder? {
        // Noted before the read: a revocation that is committed meanwhile then outdates what was read.
        let generation = writePath.signal.generation
        if let holder = known.holder(of: digest, at: generation) { return holder }
        let holder = try await writePath.database.read { try KeySecrets($0).holder(of: digest) }
        if let holder { known.keep(holder, of: digest, at: generation) }
        return holder
    }

    /// Forgets secrets that a rotation has ended.
    func forgetOldSecrets() async throws {
        let now = writePath.ambient.now()
        guard try await writePath.database.read({ try KeySecrets($0).hasEnded(before: now) }) else { return }
        try await writePath.database.transaction { try KeySecrets($0).forget(endedBefore: now) }
    }

    /// Makes a key with every scope when there is no key yet.
    ///
    /// - Parameter keep: Keeps the secret durably where whoever runs the daemon finds it. It comes before the key, so that
    ///   a daemon that is killed in between makes another one at its next start, rather than one that nobody knows.
    package func makeFirstKey(_ keep: (_ secret: String) async throws -> Void) async throws {
        guard try await writePath.database.read({ try KeySecrets($0).isEmpty() }) else { return }
        let secret = KeySecret(writePath.ambient.randomBytes(KeySecret.byteCount))
        try await keep(secret.text)
        _ = try await writePath.apply(by: .daemon, message: "first start") { writer in
            try IssueKey().issue(
                secret, Key.issue.input(from: ["name": "admin", "scopes": [.string(Scope.admin.rawValue)]]), in: writer)
        }
    }
}

/// What a caller proves itself with: random bytes, as text that can be searched for when it leaks.
struct KeySecret {
    static let byteCount = 32

    let text: String

    init(_ bytes: [UInt8]) {
        text = Key.secretPrefix + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// All that is kept of it.
    var digest: Digest { Self.digest(of: text) }

    /// Whether a text may be a secret: a player's token, which is no secret of ours, never begins like one.
    static func looksLikeOne(_ text: String) -> Bool { text.hasPrefix(Key.secretPrefix) }

    static func digest(of text: String) -> Digest {
        Digest(sha256Of: Array(text.utf8))
    }
}
