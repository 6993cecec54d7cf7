import BlockFormat
import Foundation
import PawlModel
import TestKit
import Testing

/// A player's own assets: hers to make, fill, read and delete, up to a quota, and nobody else's.
@Suite struct SaveTests {
    /// A game with two players and their tokens.
    private struct Players {
        let world: HTTPWorld
        let robin: ResourceID
        let token: String
        let otherToken: String

        init(_ world: HTTPWorld) async throws {
            self.world = world
            let game = JSONValue.string(world.game.description)
            robin = try await world.create("players", ["game_id": game, "name": "Robin"])
            let other = try await world.create("players", ["game_id": game, "name": "Other"])
            token = try await world.token(of: robin)
            otherToken = try await world.token(of: other)
        }

        /// Makes a save as the player does: without saying whose it is.
        func save(_ path: String) async throws -> WireAnswer {
            try await world.send("POST", "/v1/assets", key: token, json: ["path": .string(path)])
        }

        func put(_ bytes: [UInt8], to asset: ResourceID, query: String = "") async throws -> WireAnswer {
            try await world.send(
                "PUT", Routes.content(ofAsset: asset) + query, key: token, bytes, type: MediaType.octets)
        }
    }

    private func with(_ environment: [String: String] = [:], _ body: (Players) async throws -> Void) async throws {
        try await HTTPWorld.with(environment: environment) { try await body(try await Players($0)) }
    }

    private static func bytes(_ count: Int, _ seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return generator.bytes(count)
    }

    @Test func save_isMadeFilledReadAndDeleted_byItsPlayer() async throws {
        try await with { players in
            let world = players.world
            let made = try await players.save("saves/1")
            let asset = try #require(made.id)
            #expect(made.status == 201 && made.json["owner_id"] == .string(players.robin.description))
            #expect(made.json["game_id"] == .string(world.game.description))
            let bytes = Self.bytes(100_000, 1)
            let put = try await players.put(bytes, to: asset)
            let version = try #require(put.id)
            #expect(put.status == 201 && put.json["created_by"] == .string(players.robin.description))

            let paths = [
                "/v1/assets/\(asset)", Routes.content(ofAsset: asset), "/v1/versions/\(version)",
                Routes.manifest(version), Routes.content(ofVersion: version),
                "/v1/versions?filter=asset_id=%22\(asset)%22",
            ]
            for path in paths {
                #expect(try await world.send("GET", path, key: players.token).status == 200, "\(path)")
                #expect(try await world.send("GET", path, key: players.otherToken).status == 404, "\(path)")
            }
            let content = try await world.send("GET", Routes.content(ofVersion: version), key: players.token)
            #expect(content.body == bytes && content.headers["cache-control"]?.hasPrefix("private") == true)
            let list = try await world.send("GET", "/v1/assets", key: players.token)
            #expect(list.text.contains(asset.description) && !list.text.contains(world.asset.description))
            #expect(try await world.send("GET", "/v1/assets", key: players.otherToken).json["items"] == [])

            let patch = try await world.send(
                "PATCH", "/v1/assets/\(asset)", key: players.token, headers: ["If-Match": "*"], json: ["title": "One"])
            #expect(patch.status == 200 && patch.json["title"] == "One")
            let stolen = try await world.send(
                "DELETE", "/v1/assets/\(asset)", key: players.otherToken, headers: ["If-Match": "*"])
            #expect(stolen.status == 404)
            let gone = try await world.send(
                "DELETE", "/v1/assets/\(asset)", key: players.token, headers: ["If-Match": "*"])
            #expect(gone.status == 204)
        }
    }

    @Test func player_reachesNothingThatIsNotHers() async throws {
        try await with { players in
            let world = players.world
            let asset = try #require(try await players.save("saves/1").id)
            for (body, pointer) in [
                (["path": "x", "visibility": "public"] as JSONObject, "/visibility"),
                (["path": "x", "game_id": .string("\(world.otherGame)")], "/game_id"),
            ] {
                let refused = try await world.send("POST", "/v1/assets", key: players.token, json: body)
                #expect(refused.status == 422 && refused.pointers.contains(pointer), "\(refused.text)")
            }
            let others = try await world.send(
                "POST", "/v1/assets", key: players.otherToken,
                json: ["path": "x", "owner_id": .string("\(players.robin)")])
            #expect(others.status == 403)
            #expect(try await players.put([1], to: world.asset).status == 404)
            #expect(try await players.put([1], to: asset, query: "?channel=live").status == 403)
            let bare = try await world.send(
                "POST", "/v1/assets", key: players.token, json: ["path": "x", "owner_id": .null])
            #expect(bare.status == 201 && bare.json["owner_id"] == .string("\(players.robin)"), "\(bare.text)")
        }
    }

    /// A key may fill a save too; the upload is the player's to see and to give up, but its blocks are no business of hers.
    @Test func uploadToASave_isSeenByItsPlayerOnly() async throws {
        try await with { players in
            let world = players.world
            let asset = try #require(try await players.save("saves/1").id)
            let (hers, studios) = (try await world.begin(asset), try await world.begin())
            for (upload, token, status) in [
                (hers, players.token, 200), (hers, players.otherToken, 404), (studios, players.token, 404),
            ] {
                #expect(try await world.send("GET", "/v1/uploads/\(upload)", key: token).status == status)
                let cancel = try await world.send("DELETE", "/v1/uploads/\(upload)?validate_only=true", key: token)
                #expect(cancel.status == (status == 200 ? 204 : 404))
            }
            #expect(try await world.send("POST", Routes.have(hers), key: players.token, []).status == 403)
            // She finds hers again, and no other.
            let list = try await world.send("GET", "/v1/uploads", key: players.token)
            guard case .array(let items)? = list.json["items"] else { return #expect(list.status == 200) }
            #expect(items.compactMap { $0.object?["id"] } == [.string(hers.description)])
            #expect(try await world.send("DELETE", "/v1/uploads/\(hers)", key: players.token).status == 204)
            let key = try await world.key([.assetsWrite], game: world.otherGame).secret
            #expect(try await world.send("GET", "/v1/uploads/\(studios)", key: key).status == 404)
        }
    }

    // MARK: Quota

    @Test func saves_areCounted() async throws {
        try await with(["PAWL_PLAYERS_SAVES": "2"]) { players in
            let first = try await players.save("saves/1")
            #expect(try await players.save("saves/2").status == 201)
            let over = try await players.save("saves/3")
            #expect(over.status == 409 && over.code == "quota_exceeded")
            #expect(over.json["limit"] == 2 && over.json["used"] == 2)
            let byKey = try await players.world.send(
                "POST", "/v1/assets",
                json: [
                    "game_id": .string("\(players.world.game)"), "path": "x", "owner_id": .string("\(players.robin)"),
                ])
            #expect(byKey.code == "quota_exceeded")
            _ = try await players.world.send(
                "DELETE", "/v1/assets/\(first.id!)", key: players.token, headers: ["If-Match": "*"])
            #expect(try await players.save("saves/3").status == 201)
            try await players.world.create("assets", ["game_id": .string("\(players.world.game)"), "path": "studio"])
        }
    }

    @Test func bytes_areCountedOverAllVersions_whoeverSendsThem() async throws {
        try await with(["PAWL_PLAYERS_SAVE_BYTES": "100000"]) { players in
            let world = players.world
            let asset = try #require(try await players.save("saves/1").id)
            #expect(try await players.put(Self.bytes(60_000, 1), to: asset).status == 201)
            let over = try await players.put(Self.bytes(60_001, 2), to: asset)
            #expect(try await players.put(Self.bytes(60_000, 2), to: asset).code == "quota_exceeded")
            #expect(over.status == 413 && over.code == "quota_exceeded", "\(over.text)")
            #expect(over.json["limit"] == 100_000 && over.json["used"] == 60_000)
            // Of all 4xx clients of tus send again what was answered with 409, for ever.
            let tus = try await world.send(
                "POST", Routes.tus, key: players.token,
                headers: [
                    "Tus-Resumable": "1.0.0", "Upload-Length": "60001",
                    "Upload-Metadata": "asset \(asset.description.base64)",
                ])
            #expect(tus.status == 413 && tus.json["status"] == 413 && tus.code == "quota_exceeded", "\(tus.text)")
            // The same content again is no new version, and 40,000 bytes are just what is left.
            #expect(try await players.put(Self.bytes(60_000, 1), to: asset).status == 200)
            let second = try #require(try await players.save("saves/2").id)
            #expect(try await players.put(Self.bytes(40_001, 3), to: second).code == "quota_exceeded")
            #expect(try await players.put(Self.bytes(40_000, 3), to: second).status == 201)

            let block = WireBlock(Self.bytes(1000, 4))
            let upload = try await world.begin(asset)
            _ = try await world.put(block.record, to: upload)
            #expect(try await world.commit(WireBlock.manifest([block]), of: upload).code == "quota_exceeded")
            #expect(try await world.push([block]).size == 1000)

            _ = try await world.send(
                "DELETE", "/v1/assets/\(asset)", key: players.token, headers: ["If-Match": "*"])
            #expect(try await players.put(Self.bytes(60_000, 5), to: second).status == 201)
        }
    }

    /// Of a stream that does not say how long it is, no more is taken than fits.
    @Test func stream_isStoppedEarly() async throws {
        try await with(["PAWL_PLAYERS_SAVE_BYTES": "1000000"]) { players in
            let world = players.world
            let asset = try #require(try await players.save("saves/1").id)
            let chunk = Self.bytes(65_536, 6)
            let part = Array("10000\r\n".utf8) + chunk + Array("\r\n".utf8)
            let head = world.head(
                "PUT", Routes.content(ofAsset: asset), key: players.token,
                ["Transfer-Encoding": "chunked", "Content-Type": MediaType.octets])
            // The body has no end: only a daemon that stops by itself answers.
            let answer = try await world.wire.exchange(
                [.send(head)] + Array(repeating: .send(part), count: 20) + [.awaitHead])
            #expect(answer.status == 413 && answer.code == "quota_exceeded", "\(answer.text)")
            #expect(try await players.put(Self.bytes(1_000_000, 7), to: asset).status == 201)
        }
    }

    /// What she begins and leaves does not fill the disk: the oldest gives way.
    @Test func unfinishedUploads_areFew() async throws {
        try await with { players in
            let world = players.world
            let asset = try #require(try await players.save("saves/1").id)
            let headers = [
                "Tus-Resumable": "1.0.0", "Upload-Length": "9", "Upload-Metadata": "asset \(asset.description.base64)",
            ]
            var uploads: [ResourceID] = []
            for _ in 0..<Limits.playerUploadsMax + 2 {
                let begun = try await world.send("POST", Routes.tus, key: players.token, headers: headers)
                uploads.append(try #require(begun.upload))
            }
            let list = try await world.send("GET", "/v1/uploads?page_size=500", key: players.token)
            let open = list.json["items"]?.elements.compactMap { $0.object?["id"]?.string }
            #expect(open == uploads.dropFirst(2).map(\.description).reversed())
            // The studio's are its own affair.
            #expect(try await world.begin(asset).prefix == "upl")
            #expect(try await world.send("GET", "/v1/uploads", key: players.token).json["items"]?.elements.count == 33)
        }
    }

    @Test func oneOfManyAtOnce_passes() async throws {
        try await with(["PAWL_PLAYERS_SAVE_BYTES": "100000"]) { players in
            var assets: [ResourceID] = []
            for number in 0..<8 { assets.append(try #require(try await players.save("saves/\(number)").id)) }
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for (number, asset) in assets.enumerated() {
                    group.addTask { try await players.put(Self.bytes(60_000, UInt64(number)), to: asset).status }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [201: 1, 413: 7])
        }
    }
}
