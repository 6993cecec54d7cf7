import Crypto
import Foundation
import JWTKit
import Metadata
import PawlModel

/// What a player's token says: a JSON Web Token (RFC 7519), signed with HMAC-SHA-256.
///
/// Nobody but this daemon has to prove one, so a secret of 256 random bits does, and no pair of keys is needed.
struct PlayerToken: JWTPayload, Hashable {
    static let issuer = "pawl"
    static let algorithm = "HS256"
    static let secretByteCount = 32

    var iss = issuer
    /// The player.
    var sub: ResourceID
    var game: ResourceID
    /// Whole seconds since 1970, as most readers of tokens expect.
    var iat: Int64
    var exp: Int64
    /// No two tokens are equal, also those of one second.
    var jti: String
    /// See `PlayerStanding.epoch`.
    var epoch: Int64

    init(of player: ResourceID, in game: ResourceID, from now: Timestamp, lifetime: Int64, epoch: Int64, id: String) {
        sub = player
        self.game = game
        iat = now.wholeSeconds
        exp = iat + lifetime
        jti = id
        self.epoch = epoch
    }

    var expiresAt: Timestamp { Timestamp(microseconds: exp * 1_000_000) }

    /// Who issued it and until when is looked at by `PlayerTokens`, which has the clock.
    func verify(using algorithm: some JWTAlgorithm) async throws {}

    /// The compact form (RFC 7515 §7.1).
    ///
    /// JWTKit signs only where one can await, and a verb runs inside its transaction, where nobody does.
    func signed(with key: TokenKey) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let head = UnprovenToken.Head(alg: Self.algorithm, kid: key.id, typ: "JWT")
        let signed = try encoder.encode(head).base64URL + "." + encoder.encode(self).base64URL
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: key.secret))
        return signed + "." + Data(code).base64URL
    }

    /// What a text says that was signed with `key`; throws for every other one.
    static func proven(_ text: String, by key: TokenKey) async throws -> PlayerToken {
        // Not its parser for whole tokens: that traps on a number in the head that is no Int.
        let keys = JWTKeyCollection()
        await keys.add(
            hmac: HMACKey(from: key.secret), digestAlgorithm: .sha256,
            kid: JWKIdentifier(string: key.id.description))
        return try await keys.verify(text, as: PlayerToken.self)
    }
}

/// What a text claims that looks like a token: whom it is of, and which key would prove it.
struct UnprovenToken {
    struct Head: Codable {
        var alg: String
        var kid: ResourceID
        var typ: String?
    }

    private struct Claims: Decodable {
        var sub: ResourceID
    }

    let keyID: ResourceID
    let playerID: ResourceID

    /// Nil for what cannot be one of ours, `alg: none` among it.
    init?(_ text: String) {
        guard text.utf8.count <= Limits.playerTokenSizeMax else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let head: Head = Self.decoded(parts[0]), head.alg == PlayerToken.algorithm,
            let claims: Claims = Self.decoded(parts[1])
        else { return nil }
        keyID = head.kid
        playerID = claims.sub
    }

    private static func decoded<Value: Decodable>(_ part: Substring) -> Value? {
        Data(base64URL: part).flatMap { try? JSONDecoder().decode(Value.self, from: $0) }
    }
}

/// Base64 as tokens have it (RFC 7515 §2): for URLs, and without padding.
extension Data {
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    init?(base64URL text: Substring) {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        self.init(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding)
    }
}

extension Timestamp {
    fileprivate var wholeSeconds: Int64 { microseconds / 1_000_000 }
}
