package import Metadata
package import PawlModel

/// Players' tokens: who calls with one, and the keys that sign them.
package struct PlayerTokens: Sendable {
    private let writePath: WritePath

    package init(writePath: WritePath) {
        self.writePath = writePath
    }

    /// The player with a token, or an `unauthenticated` problem that does not say why.
    ///
    /// One read finds all that can end a token before its time: its key, the player, and her epoch.
    package func caller(token text: String) async throws -> Caller {
        let refusal = Problem(.unauthenticated, "The token is not valid, has expired, or was revoked: get a new one.")
        guard let unproven = UnprovenToken(text) else { throw refusal }
        let (key, standing) = try await writePath.database.read { sql in
            (try TokenKeys(sql).key(unproven.keyID), try PlayerStandings(sql).standing(of: unproven.playerID))
        }
        let now = writePath.ambient.now()
        guard let key, Self.proves(key, at: now), let standing, standing.isActive,
            let token = try? await PlayerToken.proven(text, by: key), token.iss == PlayerToken.issuer,
            token.sub == unproven.playerID, token.game == standing.gameID, token.epoch == standing.epoch,
            now < token.expiresAt
        else { throw refusal }
        return .player(token.sub, of: token.game)
    }

    /// A retired key proves tokens for as long as one that it signed last may live.
    private static func proves(_ key: TokenKey, at now: Timestamp) -> Bool {
        key.retiredAt.map { now < $0.advanced(bySeconds: Limits.playerTokenLifetimes.upperBound) } ?? true
    }

    /// Makes a new key that signs from now on.
    package func rotateKeys(
        by caller: Caller, idempotency: IdempotencyClaim? = nil, validateOnly: Bool = false
    ) async throws -> Answer {
        return try await writePath.apply(by: caller, idempotency: idempotency, validateOnly: validateOnly) { writer in
            for before in try TokenKeys(writer.sql).retireAll(at: writer.now) {
                var after = before
                after.retiredAt = writer.now
                try writer.record(TokenKeys.resource, before: before.json, after: after.json, gameID: nil)
            }
            return Answer(.done, .object(try Self.makeKey(in: writer).json))
        }
    }

    /// What `rotateKeys` answers.
    package static let rotated = [
        Field("id", .text(max: 30), isRequired: true, help: "the key's id, which tokens name as their kid"),
        Field("created_at", .time, isRequired: true, help: "when it was made"),
        Field("retired_at", .time, help: "when another one took over; null for the one that signs"),
    ]

    /// Forgets keys that prove nothing any more, signed URLs among it.
    package func forgetOldKeys() async throws {
        let lifetime = max(Limits.playerTokenLifetimes.upperBound, Limits.signedURLLifetimes.upperBound)
        let before = writePath.ambient.now().advanced(bySeconds: -lifetime)
        guard try await writePath.database.read({ try TokenKeys($0).hasRetired(before: before) }) else { return }
        try await writePath.database.transaction { try TokenKeys($0).forget(retiredBefore: before) }
    }

    /// The key that signs; the first token makes it.
    static func signingKey(in writer: ChangesetWriter) throws -> TokenKey {
        try TokenKeys(writer.sql).signing() ?? makeKey(in: writer)
    }

    private static func makeKey(in writer: ChangesetWriter) throws -> TokenKey {
        let key = TokenKey(
            id: writer.newID(TokenKeys.idPrefix), secret: writer.randomBytes(PlayerToken.secretByteCount),
            createdAt: writer.now)
        try TokenKeys(writer.sql).insert(key)
        try writer.record(TokenKeys.resource, before: nil, after: key.json, gameID: nil)
        return key
    }
}
