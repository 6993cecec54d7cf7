import BlockFormat
import PawlModel
import TestKit
import Testing

/// `DELETE /v1/versions/{id}` and `:undelete`, and the same for assets.
@Suite struct VersionDeletionTests {
    @Test func version_isDeletedUnderItsTag_andTakenBack() async throws {
        try await HTTPWorld.with { world in
            let first = try await world.push([WireBlock(Array("one".utf8))])
            let second = try await world.push([WireBlock(Array("two".utf8))])
            let path = Routes.row("versions", first.id)
            #expect(try await world.send("DELETE", path).status == 428)
            let stale = try await world.send("DELETE", path, headers: ["If-Match": "\"7\""])
            #expect(stale.status == 412 && stale.json["current"]?.object?["number"] == 1)
            let dry = try await world.send("DELETE", path + "?validate_only=true", headers: ["If-Match": "\"1\""])
            #expect(dry.status == 204)
            #expect(try await world.send("GET", path).status == 200)

            let gone = try await world.send("DELETE", path, headers: ["If-Match": "\"1\""])
            #expect(gone.status == 204 && gone.body.isEmpty, "\(gone.text)")
            for address in [path, path + "/content", path + "/manifest", path + "/metalink"] {
                #expect(try await world.send("GET", address).status == 404, "\(address)")
            }
            #expect(try await world.send("DELETE", path, headers: ["If-Match": "*"]).status == 404)
            let byNumber = Routes.content(ofAsset: world.asset) + "?version=1"
            #expect(try await world.send("GET", byNumber).code == "no_version")
            let filter = "/v1/versions?filter=asset_id=%22\(world.asset)%22"
            #expect(try await numbers(world, filter) == [2])
            #expect(try await numbers(world, filter + "%20AND%20state=%22deleted%22") == [1])

            let back = try await world.send("POST", path + ":undelete", json: [:])
            #expect(back.status == 200 && back.json["revision"] == 3 && back.json["state"] == "ready", "\(back.text)")
            #expect(back.headers["etag"] == "\"3\"")
            #expect(try await world.send("GET", path + "/content").body == Array("one".utf8))
            let again = try await world.send("POST", path + ":undelete", json: [:])
            #expect(again.status == 409 && again.code == "wrong_state", "\(again.text)")
            #expect(try await numbers(world, filter) == [2, 1])

            // What a channel points at stays, and the answer names the channel.
            try await world.create(
                "channels",
                [
                    "asset_id": .string("\(world.asset)"), "name": "live", "version_id": .string("\(second.id)"),
                ])
            let used = try await world.send(
                "DELETE", Routes.row("versions", second.id), headers: ["If-Match": "*"])
            #expect(used.status == 409 && used.code == "in_use" && used.json["channels"] == ["live"], "\(used.text)")

            let events = try await world.send("GET", "/v1/events?page_size=100")
            #expect(events.text.contains("versions.deleted"))
        }
    }

    @Test func asset_isTakenBack_withItsVersionsAndChannels() async throws {
        try await HTTPWorld.with { world in
            let version = try await world.push([WireBlock(Array("one".utf8))])
            let channel = try await world.create(
                "channels",
                ["asset_id": .string("\(world.asset)"), "name": "live", "version_id": .string("\(version.id)")])
            let path = Routes.row("assets", world.asset)
            let early = try await world.send("POST", path + ":undelete", json: [:])
            #expect(early.status == 409 && early.code == "wrong_state")
            #expect(try await world.send("DELETE", path, headers: ["If-Match": "*"]).status == 204)
            #expect(try await world.send("GET", Routes.content(ofVersion: version.id)).status == 404)
            let other = try await world.key([.assetsWrite], game: world.otherGame).secret
            #expect(try await world.send("POST", path + ":undelete", key: other, json: [:]).status == 404)
            let back = try await world.send("POST", path + ":undelete", json: [:])
            #expect(back.status == 200 && back.json["path"] == "builds/win64", "\(back.text)")
            #expect(try await world.send("GET", Routes.row("channels", channel)).status == 200)
            let content = try await world.send("GET", Routes.content(ofAsset: world.asset) + "?channel=live")
            #expect(content.body == Array("one".utf8))
        }
    }

    /// Nobody has to wait for a sweep.
    @Test func cancelledUpload_isCollectedAtOnce() async throws {
        try await HTTPWorld.with(environment: ["PAWL_COLLECTION_EPOCH": "0"]) { world in
            let block = WireBlock(Array(repeating: 7, count: 100_000))
            let upload = try await world.begin()
            #expect(try await world.put(block.record, to: upload).status == 200)
            let held = try await world.send("POST", Routes.collect)
            #expect(held.json["blocks_condemned"] == 0 && held.json["blocks_deleted"] == 0, "\(held.text)")
            #expect(try await world.send("DELETE", Routes.row("uploads", upload)).status == 204)
            let report = try await world.send("POST", Routes.collect)
            #expect(report.json["blocks_condemned"] == 1 && report.json["blocks_deleted"] == 1, "\(report.text)")
        }
    }

    @Test func collection_tellsBeforehand_andTakesAway() async throws {
        let environment = ["PAWL_COLLECTION_UNDELETE_WINDOW": "0", "PAWL_COLLECTION_EPOCH": "0"]
        try await HTTPWorld.with(environment: environment) { world in
            let first = try await world.push([WireBlock(Array(repeating: 7, count: 50_000))])
            try await world.push([WireBlock(Array("two".utf8))])
            let retention: JSONObject = ["keep_last": 1]
            let patch = try await world.send(
                "PATCH", Routes.row("assets", world.asset), headers: ["If-Match": "*"],
                json: ["retention": .object(retention)])
            #expect(
                patch.json["retention"] == ["keep_last": 1, "keep_released": true, "keep_labels": [], "min_age": 0],
                "\(patch.text)")
            let bad = try await world.send(
                "PATCH", Routes.row("assets", world.asset), headers: ["If-Match": "*"],
                json: ["retention": ["keep_last": 0]])
            #expect(bad.status == 422 && bad.text.contains("/retention/keep_last"), "\(bad.text)")
            let preview = try await world.send("POST", Routes.collect + "?validate_only=true")
            #expect(preview.status == 200 && preview.json["versions_deleted"] == 1, "\(preview.text)")
            // The block's record, and what was lost between records.
            let freed = try #require(preview.json["bytes_freed"]?.int)
            #expect((50_064...66_000).contains(freed), "\(preview.text)")
            #expect(preview.text.contains(first.id.description))
            #expect(try await world.send("GET", Routes.content(ofVersion: first.id)).status == 200)
            let report = try await world.send("POST", Routes.collect)
            #expect(report.json["versions_deleted"] == 1 && report.json["versions_collected"] == 1, "\(report.text)")
            #expect(try await world.send("GET", Routes.content(ofVersion: first.id)).status == 404)
            #expect(try await world.send("POST", "/v1/maintenance:doctor", []).json["findings"] == [])
            let metrics = try await world.send("GET", Routes.metrics).text
            #expect(metrics.contains("pawl_versions_collected_total 1\n"), "\(metrics)")
        }
    }

    private func numbers(_ world: HTTPWorld, _ path: String) async throws -> [Int64] {
        let answer = try await world.send("GET", path)
        guard case .array(let items)? = answer.json["items"] else { throw ProcessError(answer.text) }
        return items.compactMap { $0.object?["number"]?.int }
    }
}
