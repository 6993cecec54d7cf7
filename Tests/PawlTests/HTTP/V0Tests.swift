import Foundation
import PawlModel
import TestKit
import Testing

/// A client that was written against V0: every call it makes goes on working over the rows of today.
@Suite struct V0Tests {
    private static let environment = [
        "PAWL_V0_GAME": "mygame", "PAWL_V0_CURRENCY": "gold", "PAWL_V0_DEPRECATED": "2026-01-02T03:04:05Z",
        "PAWL_V0_SUNSET": "2090-01-01T00:00:00Z",
    ]

    private static func with(_ body: (V0Client) async throws -> Void) async throws {
        try await HTTPWorld.with(environment: environment) { world in
            try await world.create("currencies", ["game_id": .string("\(world.game)"), "code": "gold", "name": "Gold"])
            try await body(V0Client(world: world))
        }
    }

    @Test func everyCall_ofAnOldClient_works() async throws {
        try await Self.with { client in
            let ada = try await client.make("users", ["name": "Ada", "email": "ada@example.com", "point": 5])
            let bob = try await client.make("users", ["name": "Bob"])
            #expect(try await client.change("users", ada, ["point": 7])["email"] == "ada@example.com")
            #expect(try await client.change("users", bob, ["email": "bob@example.com"])["email"] == "bob@example.com")
            let asset = try await client.make(
                "assets", ["name": "builds/linux", "type": "application/zip", "description": "for Linux"])
            let item = try await client.make("items", ["name": "Sword", "description": "sharp"])
            let content = try await client.make("game-contents", ["name": "Level", "asset_id": .string(asset)])
            let pack = try await client.make(
                "packs",
                ["name": "Pack", "price": 950, "items": [.string(item)], "game_contents": [.string(content)]])
            #expect(try await client.change("packs", pack, ["price": 800])["items"] == [.string(item)])
            let goal = try await client.make("accomplishments", ["name": "First blood", "point": 10])

            let owned = try await client.make(
                "user-items", ["item_id": .string(item), "pack_id": .string(pack), "owner_user_id": .string(ada)],
                also: ["unlocker_user_id": .string(ada)])
            let given = try await client.change("user-items", owned, ["owner_user_id": .string(bob)])
            #expect(given["owner_user_id"] == .string(bob) && given["unlocker_user_id"] == .string(ada))
            #expect(given["pack_id"] == .string(pack))
            _ = try await client.make(
                "user-game-contents", ["game_content_id": .string(content), "owner_user_id": .string(bob)],
                also: ["pack_id": .null, "unlocker_user_id": .string(bob)])
            let reached = try await client.send(
                "POST", "user-accomplishments", ["user_id": .string(bob), "accomplishment_id": .string(goal)])
            #expect(reached.status == 201 && reached.json["date"]?.string.flatMap { Timestamp($0) } != nil)

            let unknown = try await client.send(
                "POST", "user-accomplishments",
                ["user_id": .string(bob), "accomplishment_id": "acm_00000000000000000000000001"])
            #expect(unknown.status == 422 && unknown.pointers == ["/accomplishment_id"])

            let board = try await client.send("GET", "leaderboard").json["items"]
            #expect(
                board == [
                    ["rank": 1, "user_id": .string(bob), "name": "Bob", "point": 10],
                    ["rank": 2, "user_id": .string(ada), "name": "Ada", "point": 7],
                ])
            let content1 = try await client.world.send("PUT", "/v1/assets/\(asset)/content", Array("bytes".utf8))
            let versions = try await client.send("GET", "asset-versions?filter=asset_id=%22\(asset)%22")
            let version = try #require(versions.items.first)
            #expect(version["version"] == 1 && version["file_size"] == 5 && version["asset_id"] == .string(asset))
            #expect(try await client.send("GET", "asset-versions/\(content1.id!)").json["file_size"] == 5)

            for resource in ["users", "assets", "items", "game-contents", "packs", "accomplishments", "user-items"] {
                let list = try await client.send("GET", resource + "?page_size=1")
                #expect(list.status == 200 && list.items.count == 1, "\(resource): \(list.text)")
            }
            try await client.delete("user-items", owned)
            #expect(try await client.send("GET", "user-items").items == [])
            try await client.delete("packs", pack)
            // What is in use today is told in a way that V0 can read.
            #expect(try await client.send("DELETE", "items/\(item)").code == "in_use")
            let other = try await client.make("items", ["name": "Other"])
            try await client.delete("items", other)
        }
    }

    /// Both versions change the same row in turn, and each leaves what only the other one knows.
    @Test func rowsOfBothVersions_keepWhatOnlyOneKnows() async throws {
        try await Self.with { client in
            let item = try await client.make("items", ["name": "Sword"])
            let world = client.world
            let gold = try await world.send("GET", "/v1/currencies").items[0]["id"] ?? .null
            let euro = try await world.create(
                "currencies", ["game_id": .string("\(world.game)"), "code": "eur", "name": "Euro", "kind": "real"])
            let pack = try await client.make("packs", ["name": "Pack", "price": 9, "items": [.string(item)]])
            func today(_ patch: JSONObject) async throws -> JSONObject {
                let answer = try await world.send(
                    "PATCH", "/v1/packs/\(pack)", headers: ["If-Match": "*"], json: patch)
                #expect(answer.status == 200, "\(answer.text)")
                return answer.json
            }
            _ = try await world.send(
                "PATCH", "/v1/items/\(item)", headers: ["If-Match": "*"], json: ["stackable": true])
            _ = try await today([
                "limit_per_player": 3, "entries": [["item_id": .string(item), "quantity": 5]],
                "prices": [
                    ["currency_id": gold, "amount": 9], ["currency_id": .string("\(euro)"), "amount": 99],
                ],
            ])
            #expect(try await client.change("packs", pack, ["price": 12, "name": "New"])["price"] == 12)
            let row = try await today(["description": "d"])
            #expect(row["limit_per_player"] == 3 && row["name"] == "New")
            #expect(row["entries"] == [["item_id": .string(item), "content_id": .null, "quantity": 5]])
            guard case .array(let prices)? = row["prices"] else { return }
            #expect(
                Set(prices) == [
                    ["currency_id": gold, "amount": 12], ["currency_id": .string("\(euro)"), "amount": 99],
                ])
            #expect(try await client.send("GET", "packs/\(pack)").json["description"] == "d")
        }
    }

    @Test func answers_tellThatTheirTimeEnds_andWhatFollows() async throws {
        try await Self.with { client in
            let answer = try await client.send("GET", "users")
            #expect(answer.headers["deprecation"] == "@1767323045")
            #expect(answer.headers["sunset"] == "Sun, 01 Jan 2090 00:00:00 GMT")
            #expect(answer.headers["link"] == "</v1/players>; rel=\"successor-version\"")
            let bad = try await client.send("POST", "users", ["name": 5, "points": 5])
            #expect(bad.status == 422 && Set(bad.pointers) == ["/name", "/points"])
            let document = try await client.world.send("GET", V0.openAPI, key: "")
            #expect(document.json["paths"]?.object?.keys.allSatisfy { $0.hasPrefix("/v0/") } == true)
            let own = try await client.world.send("GET", "/openapi.json", key: "")
            #expect(own.json["paths"]?.object?.keys.contains { $0.hasPrefix("/v0/users") } == false)
        }
    }

    @Test func whoUsesIt_isCounted() async throws {
        try await Self.with { client in
            let (secret, id) = try await client.world.key([.catalogRead])
            for _ in 0..<3 { _ = try await client.world.send("GET", "/v0/items", key: secret) }
            _ = try await client.world.send("GET", "/v1/items", key: secret)
            let usage = try await client.world.send("GET", "/v1/api-usage").items
            let own = usage.filter { $0["caller"] == .string(id.description) }
            #expect(own.map { $0["version"] } == ["v0", "v1"] && own.map { $0["requests"] } == [3, 1])
            let again = try await client.world.send("GET", "/v1/api-usage").items
            #expect(again.filter { $0["caller"] == .string(id.description) } == own)
        }
    }

    @Test func keysAndGames_holdAsEverywhere() async throws {
        try await Self.with { client in
            let world = client.world
            let item = try await client.make("items", ["name": "Sword"])
            let reader = try await world.key([.catalogRead]).secret
            #expect(try await world.send("GET", "/v0/items", key: reader).status == 200)
            #expect(try await world.send("POST", "/v0/items", key: reader, json: ["name": "x"]).status == 403)
            #expect(try await world.send("GET", "/v0/users", key: reader).status == 403)
            #expect(try await world.send("GET", "/v0/items", key: "").status == 401)
            let other = try await world.key([.admin], game: world.otherGame).secret
            #expect(try await world.send("GET", "/v0/items", key: other).status == 404)
            #expect(try await world.send("GET", "/v0/items/\(item)", key: other).status == 404)
            // A row of another game is none here.
            let foreign = try await world.create(
                "items", ["game_id": .string("\(world.otherGame)"), "sku": "s", "name": "n"])
            #expect(try await world.send("GET", "/v0/items/\(foreign)").status == 404)
        }
    }

    @Test(arguments: ["2026-01-01T00:00:00Z"]) func afterItsSunset_itIsGone(_ sunset: String) async throws {
        try await HTTPWorld.with(environment: ["PAWL_V0_GAME": "mygame", "PAWL_V0_SUNSET": sunset]) { world in
            for (method, path) in [("GET", "/v0/users"), ("POST", "/v0/items"), ("GET", "/v0/leaderboard")] {
                let answer = try await world.send(method, path, method == "POST" ? Array("{}".utf8) : nil)
                #expect(answer.status == 410 && answer.code == "api_sunset" && answer.json["successor"] == "/v1")
            }
        }
        try await HTTPWorld.with { world in
            let answer = try await world.send("GET", "/v0/users")
            #expect(answer.status == 404 && answer.text.contains("v0.game"))
        }
    }
}

/// What an old client does, and what it expects of each answer.
private struct V0Client {
    let world: HTTPWorld

    func send(_ method: String, _ path: String, _ body: JSONObject? = nil) async throws -> WireAnswer {
        guard let body else { return try await world.send(method, "/v0/\(path)") }
        return try await world.send(method, "/v0/\(path)", json: body)
    }

    /// Makes a row, and expects to read back what it sent.
    ///
    /// - Parameter also: What the answer has beside that.
    func make(_ resource: String, _ body: JSONObject, also: JSONObject = [:]) async throws -> String {
        let answer = try await send("POST", resource, body)
        #expect(answer.status == 201, "\(resource): \(answer.text)")
        let id = try #require(answer.json["id"]?.string)
        #expect(answer.headers["location"] == "/v0/\(resource)/\(id)")
        let read = try await send("GET", "\(resource)/\(id)")
        #expect(read.json == answer.json)
        let sent = body.merging(also) { $1 }
        #expect(answer.json.filter { sent[$0.key] != nil } == sent, "\(resource): \(answer.text)")
        return id
    }

    func change(_ resource: String, _ id: String, _ patch: JSONObject) async throws -> JSONObject {
        let answer = try await send("PATCH", "\(resource)/\(id)", patch)
        #expect(answer.status == 200, "\(resource): \(answer.text)")
        #expect(answer.json.filter { patch[$0.key] != nil } == patch)
        return answer.json
    }

    func delete(_ resource: String, _ id: String) async throws {
        #expect(try await send("DELETE", "\(resource)/\(id)").status == 204)
        #expect(try await send("GET", "\(resource)/\(id)").status == 404)
    }
}

extension WireAnswer {
    fileprivate var items: [JSONObject] {
        guard case .array(let items)? = json["items"] else { return [] }
        return items.compactMap(\.object)
    }
}
