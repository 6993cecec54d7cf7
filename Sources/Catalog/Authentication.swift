package import Metadata

/// Who calls: the one place that turns what `Authorization: Bearer …` carries into a caller.
package struct Authentication: Sendable {
    package let keys: Keys
    package let tokens: PlayerTokens
    package let signedURLs: SignedURLs

    package init(writePath: WritePath) {
        keys = Keys(writePath: writePath)
        tokens = PlayerTokens(writePath: writePath)
        signedURLs = SignedURLs(writePath: writePath)
    }

    /// The key or the player; throws `unauthenticated` for everything else, without saying why.
    package func caller(bearer text: String) async throws -> Caller {
        if KeySecret.looksLikeOne(text) { return try await keys.caller(secret: text) }
        return try await tokens.caller(token: text)
    }

    /// Forgets secrets that no longer prove anything.
    package func forgetOld() async throws {
        try await keys.forgetOldSecrets()
        try await tokens.forgetOldKeys()
    }
}
