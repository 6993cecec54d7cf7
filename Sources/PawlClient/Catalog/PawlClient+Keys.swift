internal import NIOHTTP1
public import PawlModel

/// A key as it is made: the only time that its secret is seen.
public struct NewKey: Sendable, Codable {
    public var key: Key
    public var secret: String

    private enum CodingKeys: String, CodingKey { case secret }

    public init(from decoder: any Decoder) throws {
        key = try Key(from: decoder)
        secret = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .secret)
    }

    public func encode(to encoder: any Encoder) throws {
        try key.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(secret, forKey: .secret)
    }
}

extension PawlClient {
    /// Makes a key. Write its secret down: the server keeps a digest of it only.
    public func createKey(
        name: String, scopes: [Scope], game: ResourceID? = nil, expiresAt: Timestamp? = nil
    ) async throws -> NewKey {
        var fields: JSONObject = ["name": .string(name), "scopes": .array(scopes.map { .string($0.rawValue) })]
        fields["game_id"] = game.map { .string($0.description) }
        fields["expires_at"] = expiresAt.map { .string($0.description) }
        return try await send(Request(.POST, Routes.collection("keys")).with(fields).once()).decoded()
    }

    /// Ends a key: whoever uses it is refused from now on.
    public func revokeKey(_ id: ResourceID) async throws {
        _ = try await send(Request(.POST, Routes.verb("keys", id, "revoke")).with([:]).once())
    }
}
