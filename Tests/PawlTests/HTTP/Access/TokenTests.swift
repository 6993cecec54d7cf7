import Foundation
import PawlModel
import TestKit
import Testing

/// Tokens and rotated keys as they travel over HTTP. What ends a token is tested beside its use case.
@Suite struct TokenTests {
    @Test func token_isShownOnce_andActsAsThePlayer() async throws {
        try await HTTPWorld.with { world in
            let player = try await world.create("players", ["game_id": .string("\(world.game)"), "name": "Robin"])
            let path = Routes.verb("players", player, "token")
            let headers = ["Idempotency-Key": "one"]
            let first = try await world.send("POST", path, headers: headers, json: ["lifetime": 3600])
            let token = try #require(first.json["token"]?.string)
            #expect(first.status == 200 && first.json["player_id"] == .string("\(player)"))
            let again = try await world.send("POST", path, headers: headers, json: ["lifetime": 3600])
            #expect(again.status == 200 && again.json["token"] == nil)
            #expect(again.json["expires_at"] == first.json["expires_at"])

            let profile = try await world.send("GET", "/v1/players/\(player)", key: token)
            #expect(profile.status == 200 && profile.json["name"] == "Robin")
            let broken = try await world.send("GET", "/v1/players/\(player)", key: token + "x")
            #expect(broken.status == 401 && broken.code == "unauthenticated")
            // What may be public is refused to a bad token too: it is a mistake of the caller's.
            #expect(try await world.send("GET", Routes.content(ofAsset: world.asset), key: token + "x").status == 401)
            for lifetime in [0, 59, 86_401] as [Int64] {
                let refused = try await world.send("POST", path, json: ["lifetime": .int(lifetime)])
                #expect(refused.status == 422 && refused.pointers == ["/lifetime"])
            }
            let revoked = try await world.send("POST", Routes.verb("players", player, "revoke_tokens"), json: [:])
            #expect(revoked.status == 200 && revoked.id == player)
            #expect(try await world.send("GET", "/v1/players/\(player)", key: token).status == 401)
        }
    }

    /// The keys that sign are rows: a restart changes nothing, and a rotation leaves old tokens as they are.
    @Test func tokens_surviveARestartAndARotation() async throws {
        let directory = try TemporaryDirectory()
        defer { withExtendedLifetime(directory) {} }
        let storage = directory.path("storage")
        let (player, old) = try await HTTPWorld.with(storage: storage) { world in
            let player = try await world.create("players", ["game_id": .string("\(world.game)"), "name": "Robin"])
            return (player, try await world.token(of: player))
        }
        try await withDaemon(storage: storage, environment: ["PAWL_STORAGE_RESERVE": "0"]) { daemon in
            let wire = Wire(port: daemon.port)
            func ask(_ token: String, _ method: String = "GET", _ path: String) async throws -> WireAnswer {
                try await wire.exchange([
                    .send(
                        Array(
                            "\(method) \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\nAuthorization: Bearer \(token)\r\n\r\n"
                                .utf8))
                ])
            }
            #expect(try await ask(old, "GET", "/v1/players/\(player)").status == 200)
            let rotated = try await ask(daemon.adminKey, "POST", Routes.rotateTokenKeys)
            #expect(rotated.status == 200 && rotated.json["secret"] == nil && rotated.id?.prefix == "tky")
            #expect(try await ask(old, "GET", "/v1/players/\(player)").status == 200)
        }
    }

    @Test func rotatedKey_hasTwoSecretsForAWhile() async throws {
        try await HTTPWorld.with { world in
            let (secret, id) = try await world.key([.assetsRead])
            let path = Routes.verb("keys", id, "rotate")
            let rotated = try await world.send("POST", path, json: ["grace": 60])
            let new = try #require(rotated.json["secret"]?.string)
            #expect(rotated.status == 200 && rotated.id == id && new != secret)
            for key in [secret, new] { #expect(try await world.send("GET", "/v1/assets", key: key).status == 200) }
            let last = try await world.send("POST", path, json: ["grace": 0])
            for key in [secret, new] { #expect(try await world.send("GET", "/v1/assets", key: key).status == 401) }
            let newest = try #require(last.json["secret"]?.string)
            #expect(try await world.send("GET", "/v1/assets", key: newest).status == 200)
            _ = try await world.send("POST", Routes.verb("keys", id, "revoke"), json: [:])
            let refused = try await world.send("POST", path, json: [:])
            #expect(refused.status == 409 && refused.code == "wrong_state")
        }
    }
}
