internal import NIOHTTP1
public import PawlModel

/// A key as it is made: the only time that its secret is seen.
public struct NewKey: Sendable, Codable {
    public var key: Stored<Key>
    public var secret: String

    private enum CodingKeys: String, CodingKey { case secret }

    public init(from decoder: any Decoder) throws {
        key = try Stored<Key>(from: decoder)
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
        let key = Key(name: name, scopes: scopes, gameID: game, expiresAt: expiresAt)
        let request = Request(.POST, Routes.collection(Key.schema.name)).with(try JSONValue(key).object ?? [:])
        return try await send(request.once()).decoded()
    }

    /// Gives a key a new secret; the old one goes on working for `grace` seconds, a day unless given.
    public func rotateKey(_ id: ResourceID, grace: Int64? = nil) async throws -> NewKey {
        var input: JSONObject = [:]
        input["grace"] = grace.map { .int($0) }
        return try JSONValue.object(try await call(Key.rotate, on: id, input)).decoded()
    }

    /// Ends a key: whoever uses it is refused from now on.
    public func revokeKey(_ id: ResourceID) async throws {
        _ = try await call(Key.revoke, on: id)
    }
}
