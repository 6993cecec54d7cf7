import BlockFormat
import PawlModel
import TestKit

/// A row of every resource in one game, those of players belonging to the first one, and a credential for every caller.
struct AccessWorld {
    let world: HTTPWorld
    /// One row of each resource that can be made.
    private(set) var rows: [String: ResourceID] = [:]
    private var credentials: [AccessCaller: String] = [:]
    private let playerNames = (own: "Robin", other: "Marian")

    init(_ world: HTTPWorld) async throws {
        self.world = world
        rows["games"] = world.game
        try await makePlayers()
        try await makeAssets()
        try await makeCatalog()
        try await makePossessions()
        try await makeCredentials()
    }

    func credential(_ caller: AccessCaller) -> String { credentials[caller] ?? "" }

    /// What makes a row of a resource in the game; its unique names end in `suffix`.
    func creation(_ resource: String, _ suffix: String = "") -> JSONObject? {
        let game = id("games")
        let (start, end): (JSONValue, JSONValue) = ("2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z")
        let goods: JSONObject = ["game_id": game, "sku": .string("sku\(suffix)"), "name": "Name", "state": "active"]
        let coded: JSONObject = ["game_id": game, "code": .string("code\(suffix)"), "name": "Name"]
        switch resource {
        case "games": return ["slug": .string("slug\(suffix)"), "name": "Name"]
        case "accounts": return ["display_name": .string("Name\(suffix)")]
        case "players": return ["game_id": game, "name": .string("\(playerNames.own)\(suffix)")]
        case "player_links":
            return ["player_id": id("players"), "other_id": id(suffix.isEmpty ? "others" : "thirds"), "kind": "friend"]
        case "assets": return ["game_id": game, "path": .string("saves/1\(suffix)"), "owner_id": id("players")]
        case "channels":
            return ["asset_id": id("assets"), "name": .string("live\(suffix)"), "version_id": id("versions")]
        case "keys": return ["name": "key", "scopes": ["assets:read"], "game_id": game]
        case "items": return goods
        case "contents": return goods.merging(["kind": "level"]) { $1 }
        case "currencies": return coded
        case "packs": return goods.merging(["entries": [["item_id": id("items"), "quantity": 1]]]) { $1 }
        case "accomplishments": return coded
        case "leaderboards": return coded.merging(["columns": [["name": "points"]]]) { $1 }
        case "seasons":
            return [
                "game_id": game, "name": .string("Name\(suffix)"), "starts_at": start, "ends_at": end,
                "state": "published",
            ]
        case "live_events": return coded.merging(["starts_at": start, "ends_at": end]) { $1 }
        case "entitlements": return ["owner_id": id("players"), "item_id": id("items")]
        case "inbox_messages":
            return [
                "player_id": id("players"), "kind": "welcome",
                "rewards": [["currency_id": id("currencies"), "amount": 5]],
            ]
        case "webhooks":
            return [
                "game_id": game, "url": "https://example.com/x",
                "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            ]
        case "changesets":
            let body = JSONValue.object(goods.merging(["sku": .string("changed\(suffix)")]) { $1 })
            return ["operations": [["id": "item", "op": "create", "resource": "items", "body": body]]]
        case "uploads": return ["asset_id": id("assets")]
        case "imports":
            let now = JSONValue.string(Timestamp(microseconds: 0).description)
            let game: JSONObject = [
                "id": .string(ResourceID(prefix: "gam", value: .random(in: 0...(.max >> 8))).description),
                "revision": 3, "model_version": 1, "created_at": now, "updated_at": now,
                "slug": .string("imported\(suffix)"), "name": "Imported",
            ]
            return ["export_id": .string(String(repeating: "0", count: 64)), "game": .object(game)]
        default: return nil
        }
    }

    /// What a verb is called with, by `resource:verb`.
    func input(_ verb: String) -> JSONObject? {
        switch verb {
        case "channels:rollback", "keys:rotate", "keys:revoke", "players:token", "players:revoke_tokens",
            "entitlements:revoke", "inbox_messages:claim", "assets:sign", "versions:sign", "assets:undelete",
            "versions:undelete", "changesets:revert":
            [:]
        case "assets:publish": ["upload_id": id("held_uploads")]
        case "players:award": ["points": 1]
        case "accomplishments:reach": ["player_id": id("players")]
        case "leaderboards:submit": ["player_id": id("players"), "values": ["points": 1]]
        case "seasons:award": ["player_id": id("players"), "xp": 1]
        case "entitlements:transfer": ["to_id": id("others")]
        default: nil
        }
    }

    /// The path of an operation for the rows of this world.
    func path(_ operation: String) -> String {
        let segments = operation.split(separator: "/").map(String.init)
        let resource = segments.count > 1 ? segments[1] : ""
        // Of a version of a file there are no entries.
        let name =
            segments.contains("entries")
            ? "directory_\(resource)"
            : operation.hasSuffix(":undelete") ? "deleted_\(resource)" : resource == "tus" ? "uploads" : resource
        let row = rows[name] ?? ResourceID(prefix: Model.schema(named: resource)?.idPrefix ?? "xxx", value: 1)
        return operation.replacing("{id}", with: row.description)
            .replacing("{player_id}", with: rows["players"]?.description ?? "")
            .replacing("{path}", with: "data/level1.pak")
    }

    private func id(_ resource: String) -> JSONValue { .string(rows[resource].map(\.description) ?? "") }

    // MARK: Making

    private mutating func make(_ resources: String...) async throws {
        for resource in resources {
            rows[resource] = try await post("/v1/\(resource)", creation(resource) ?? [:])
        }
    }

    private func post(_ path: String, _ body: JSONObject) async throws -> ResourceID {
        let answer = try await world.send(
            "POST", path, headers: ["Idempotency-Key": "\(UInt64.random(in: 0...UInt64.max))"], json: body)
        guard (200...201).contains(answer.status), let id = answer.id else {
            throw ProcessError("\(path): \(answer.text)")
        }
        return id
    }

    private mutating func makePlayers() async throws {
        try await make("accounts", "players")
        for (name, player) in [("others", playerNames.other), ("thirds", "Tuck")] {
            rows[name] = try await world.create("players", ["game_id": id("games"), "name": .string(player)])
        }
        rows["foreigners"] = try await world.create(
            "players", ["game_id": .string(world.otherGame.description), "name": "Robin"])
        try await make("player_links")
    }

    private mutating func makeAssets() async throws {
        try await make("assets")
        guard let asset = rows["assets"] else { return }
        let content = try await world.send("PUT", Routes.content(ofAsset: asset), Array("a save".utf8))
        rows["versions"] = content.id
        let held = try await world.send(
            "PUT", Routes.content(ofAsset: asset) + "?hold=true", Array("a save that waits".utf8))
        rows["held_uploads"] = held.id
        try await make("channels", "uploads", "keys", "imports")
        // A second release, so that there is one to roll back.
        let second = try await world.send(
            "PUT", Routes.content(ofAsset: asset) + "?channel=live", Array("a later save".utf8))
        guard content.status == 201, second.status == 201 else { throw ProcessError(content.text + second.text) }
        let directory = try await world.create("assets", creation("assets", "-directory") ?? [:])
        let block = WireBlock(Array("a level".utf8))
        let manifest = Manifest(directory: [.file(path: "data/level1.pak", blocks: [block.reference])])
        rows["directory_assets"] = directory
        rows["directory_versions"] = try await world.push(manifest, [block], to: directory).id
        // And what can be taken back: a version of that asset, and an asset of the same player.
        let third = try await world.send("PUT", Routes.content(ofAsset: asset), Array("a lost save".utf8))
        rows["deleted_versions"] = third.id
        let other = try await world.send("POST", "/v1/assets", json: creation("assets", "-lost") ?? [:])
        rows["deleted_assets"] = other.id
        for (resource, made) in [("versions", third), ("assets", other)] {
            guard let id = made.id else { throw ProcessError(made.text) }
            let gone = try await world.send("DELETE", Routes.row(resource, id), headers: ["If-Match": "*"])
            guard gone.status == 204 else { throw ProcessError(gone.text) }
        }
    }

    private mutating func makeCatalog() async throws {
        try await make(
            "items", "contents", "currencies", "packs", "accomplishments", "leaderboards", "seasons", "live_events",
            "webhooks", "changesets")
    }

    private mutating func makePossessions() async throws {
        try await make("entitlements", "inbox_messages")
        let claimed = try await world.send(
            "POST", "/v1/inbox_messages/\(rows["inbox_messages"]!):claim", headers: ["Idempotency-Key": "claim"],
            json: [:])
        guard claimed.status == 200 else { throw ProcessError(claimed.text) }
        let entries = try await world.send("GET", "/v1/ledger_entries?filter=player_id=%22\(rows["players"]!)%22")
        guard case .array(let items)? = entries.json["items"] else { throw ProcessError(entries.text) }
        rows["ledger_entries"] = items.first?.object?["id"]?.string.flatMap { ResourceID($0) }
        for (resource, verb) in [
            ("player_accomplishments", "accomplishments:reach"), ("season_progress", "seasons:award"),
        ] {
            let parts = verb.split(separator: ":").map(String.init)
            rows[resource] = try await post("/v1/\(parts[0])/\(rows[parts[0]]!):\(parts[1])", input(verb) ?? [:])
        }
        let scored = try await world.send(
            "POST", Routes.verb("leaderboards", rows["leaderboards"]!, "submit"),
            json: input("leaderboards:submit") ?? [:])
        guard scored.status == 200 else { throw ProcessError(scored.text) }
        // One that is not claimed, for whoever may claim it.
        try await make("inbox_messages")
    }

    private mutating func makeCredentials() async throws {
        for scope in Scope.allCases { credentials[.scope(scope)] = try await world.key([scope]).secret }
        credentials[.ownGame] = try await world.key([.admin], game: world.game).secret
        credentials[.wrongGame] = try await world.key([.admin], game: world.otherGame).secret
        let players: [(AccessCaller, String)] = [
            (.player, "players"), (.otherPlayer, "others"), (.foreignPlayer, "foreigners"),
        ]
        for (caller, row) in players { credentials[caller] = try await world.token(of: rows[row]!) }
    }
}

extension HTTPWorld {
    /// A token of a player.
    func token(of player: ResourceID, lifetime: Int64? = nil) async throws -> String {
        var body: JSONObject = [:]
        body["lifetime"] = lifetime.map { .int($0) }
        let answer = try await send("POST", Routes.verb("players", player, "token"), json: body)
        guard answer.status == 200, let token = answer.json["token"]?.string else { throw ProcessError(answer.text) }
        return token
    }
}
