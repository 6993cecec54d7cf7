import BlockFormat
import Foundation
import PawlModel
import TestKit

/// One row of the table of bad input: a request, and the answer that it must get.
struct BadInput: Sendable {
    var name: String
    var status: Int
    var code: String
    /// What the problem must point at, when it does.
    var pointers: [String]?
    var send: @Sendable (HTTPWorld, Fixture) async throws -> WireAnswer

    init(
        _ name: String, _ status: Int, _ code: ProblemCode, _ pointers: [String]? = nil,
        _ send: @escaping @Sendable (HTTPWorld, Fixture) async throws -> WireAnswer
    ) {
        self.name = name
        self.status = status
        self.code = code.rawValue
        self.pointers = pointers
        self.send = send
    }

    /// What the rows send to, each made once.
    struct Fixture: Sendable {
        var open: ResourceID
        var done: ResourceID
        var cancelled: ResourceID
        var version: Version
        var emptyVersion: Version
        var foreignVersion: Version
        var foreignUpload: ResourceID
        var foreignChannel: ResourceID
        var kept = WireBlock(Array("a block of this game, sent and kept".utf8))
        var foreign = WireBlock(Array("a block that only the other game has".utf8))
        var reader: String
        var foreignKey: String
        var revoked: String
        var expired: String
        var emptyAsset: ResourceID
        var unknown = ResourceID(prefix: "ast", value: 5)

        /// Bytes that must never be found on disk.
        static let rejected = Array("these bytes were refused and must not be kept; ".utf8)
        var rejected: WireBlock { WireBlock(Self.rejected) }

        init(_ world: HTTPWorld) async throws {
            (reader, _) = try await world.key([.assetsRead])
            (foreignKey, _) = try await world.key([.assetsWrite], game: world.otherGame)
            let revocable = try await world.key([.admin])
            _ = try await world.send("POST", "/v1/keys/\(revocable.id):revoke", [])
            revoked = revocable.secret
            (expired, _) = try await world.expiredKey()
            version = try await world.push([kept])
            foreignVersion = try await world.push([foreign], to: world.otherAsset)
            foreignUpload = try await world.begin(world.otherAsset)
            foreignChannel = try await world.create(
                "channels",
                [
                    "asset_id": .string("\(world.otherAsset)"), "name": "live",
                    "version_id": .string("\(foreignVersion.id)"),
                ])
            done = try await world.begin()
            _ = try await world.put(kept.record, to: done)
            _ = try await world.commit(WireBlock.manifest([kept]), of: done)
            cancelled = try await world.begin()
            _ = try await world.send("DELETE", "/v1/uploads/\(cancelled)")
            open = try await world.begin()
            _ = try await world.put(kept.record, to: open)
            emptyAsset = try await world.create("assets", ["game_id": .string("\(world.game)"), "path": "empty"])
            let empty = try await world.send("PUT", Routes.content(ofAsset: emptyAsset), [])
            emptyVersion = try JSONValue.object(empty.json).decoded()
            emptyAsset = try await world.create("assets", ["game_id": .string("\(world.game)"), "path": "no version"])
        }
    }
}

extension HTTPWorld {
    /// A key whose time is over: made with a second to live, and asked until it has ended.
    func expiredKey() async throws -> (secret: String, id: ResourceID) {
        let end = Timestamp(microseconds: Int64(Date().timeIntervalSince1970) * 1_000_000 + 1_500_000)
        let key = try await key([.admin], expiresAt: end.description)
        while try await send("GET", "/v1/games", key: key.secret).status == 200 {}
        return key
    }
}
