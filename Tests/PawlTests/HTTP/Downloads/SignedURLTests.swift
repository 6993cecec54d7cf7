import BlockFormat
import PawlModel
import TestKit
import Testing

/// Signed URLs: who gets them, and what they open. Their time is tested with a clock of its own.
@Suite struct SignedURLTests {
    private func signed(_ world: HTTPWorld, _ path: String, _ body: JSONObject = [:], key: String? = nil) async throws
        -> String
    {
        let answer = try await world.send("POST", path + ":sign", key: key, json: body)
        guard answer.status == 200, let url = answer.json["url"]?.string else { throw ProcessError(answer.text) }
        return url
    }

    @Test func signedURL_needsNoKey_andTakesRangesHeadAndMetalink() async throws {
        try await HTTPWorld.with { world in
            let block = WireBlock(Array("signed content".utf8))
            let version = try await world.push([block])
            for (path, body) in [
                ("/v1/versions/\(version.id)", [:]), ("/v1/assets/\(world.asset)", [:]),
                ("/v1/assets/\(world.asset)", ["version": 1] as JSONObject),
            ] {
                let url = try await signed(world, path, body)
                #expect(url.hasPrefix(path + "/content?"))
                #expect(try await world.send("GET", url, key: "").text == "signed content")
                #expect(try await world.send("HEAD", url, key: "").headers["content-length"] == "14")
                let part = try await world.send("GET", url, key: "", headers: ["Range": "bytes=7-"])
                #expect(part.status == 206 && part.text == "content")
                let link = try #require(part.headers["link"]?.split(separator: ">").first?.dropFirst())
                let metalink = try await world.send("GET", String(link), key: "")
                #expect(metalink.status == 200)
                let target = try MetalinkFile(metalink.body).url.dropFirst("http://127.0.0.1".count)
                #expect(target.hasPrefix(Routes.content(ofVersion: version.id) + "?expires="))
                #expect(try await world.send("GET", String(target), key: "").text == "signed content")
            }
        }
    }

    /// An asset's URL follows its channel, and opens neither another channel nor another version.
    @Test func signedChannel_followsIt_andNothingElse() async throws {
        try await HTTPWorld.with { world in
            let content = Routes.content(ofAsset: world.asset)
            _ = try await world.send("PUT", content + "?channel=live", Array("one".utf8))
            _ = try await world.send("PUT", content + "?channel=beta", Array("two".utf8))
            let url = try await signed(world, "/v1/assets/\(world.asset)", ["channel": "live"])
            #expect(try await world.send("GET", url, key: "").text == "one")
            _ = try await world.send("PUT", content + "?channel=live", Array("three".utf8))
            #expect(try await world.send("GET", url, key: "").text == "three")
            for other in [
                url.replacing("channel=live", with: "channel=beta"), url.replacing("channel=live&", with: ""),
                url.replacing("channel=live", with: "version=2"), url + "&version=2",
                url.replacing("\(world.asset)", with: "\(world.otherAsset)"),
            ] {
                let answer = try await world.send("GET", other, key: "")
                #expect(answer.status == 403 && answer.code == "bad_signature", "\(other)")
            }
            // What nobody reads changes nothing: caches and pages add parameters of their own.
            #expect(try await world.send("GET", url + "&utm=1", key: "").text == "three")
        }
    }

    @Test func whatWasNotSigned_isRefused() async throws {
        try await HTTPWorld.with { world in
            let version = try await world.push([WireBlock(Array("x".utf8))])
            let url = try await signed(world, "/v1/versions/\(version.id)")
            let expires = try #require(url.firstMatch(of: /expires=([0-9]+)/)?.1)
            let later = "\((Int(expires) ?? 0) + 1)"
            let signature = try #require(url.firstMatch(of: /signature=([^&]+)/)?.1)
            for wrong in [
                url.replacing("expires=\(expires)", with: "expires=\(later)"),
                url.replacing("expires=\(expires)&", with: ""), url.replacing(signature, with: signature.dropLast()),
                url.replacing(signature, with: ""), url.replacing(signature, with: "nonsense"),
                url.replacing(signature, with: "tky_00000000000000000000000001.\(signature.split(separator: ".")[1])"),
                url.replacing(signature, with: signature + "."), url.replacing("/versions/", with: "/assets/"),
            ] {
                let answer = try await world.send("GET", wrong, key: "")
                #expect(answer.status == 403 && answer.code == "bad_signature", "\(wrong) \(answer.status)")
                // A good key does not make a wrong signature right.
                #expect(try await world.send("GET", wrong).status == 403)
            }
            // It opens the content, and nothing else of the version.
            for path in ["", "/manifest"] {
                let other = url.replacing("/content", with: path)
                #expect(try await world.send("GET", other, key: "").status == 401, "\(path)")
            }
            #expect(try await world.send("DELETE", url, key: "").status == 405)
        }
    }

    @Test func lifetime_hasBounds_andTheMomentIsTold() async throws {
        try await HTTPWorld.with { world in
            let path = "/v1/versions/\(try await world.push([WireBlock(Array("x".utf8))]).id):sign"
            for (seconds, status) in [(59, 422), (60, 200), (604_800, 200), (604_801, 422), (-1, 422)] {
                let answer = try await world.send("POST", path, json: ["expires_in": .int(Int64(seconds))])
                #expect(answer.status == status, "\(seconds)")
                guard status == 200 else { continue }
                let moment = try #require(answer.json["expires_at"]?.string.flatMap { Timestamp($0) })
                #expect(answer.json["url"]?.string?.contains("expires=\(moment.microseconds / 1_000_000)&") == true)
                #expect(answer.headers["cache-control"] == "no-store")
            }
            let both = try await world.send(
                "POST", "/v1/assets/\(world.asset):sign", json: ["version": 1, "channel": "live"])
            #expect(both.status == 422 && both.pointers == ["/channel"])
            let dry = try await world.send("POST", path + "?validate_only=true", json: [:])
            #expect(dry.status == 200 && dry.json["url"] == .null)
        }
    }

    /// A player signs what she may read: of what she is entitled to by a channel, the version that it points at now.
    @Test func player_signsWhatSheMayRead_andNoMore() async throws {
        try await HTTPWorld.with { world in
            let content = Routes.content(ofAsset: world.asset)
            let first = try await world.send("PUT", content + "?channel=live", Array("one".utf8))
            _ = try await world.send("PUT", content, Array("two".utf8))
            let game = JSONValue.string("\(world.game)")
            let player = try await world.create("players", ["game_id": game, "name": "Robin"])
            let token = try await world.token(of: player)
            let version = try #require(first.id)
            let asset = "/v1/assets/\(world.asset)"
            #expect(try await world.send("POST", asset + ":sign", key: token, json: [:]).status == 404)
            let pass = try await world.create(
                "contents",
                [
                    "game_id": game, "sku": "pass", "name": "Pass", "kind": "battle_pass", "state": "active",
                    "asset_id": .string("\(world.asset)"), "channel": "live",
                ])
            let granted = try await world.send(
                "POST", "/v1/entitlements", headers: ["Idempotency-Key": "grant"],
                json: ["owner_id": .string("\(player)"), "content_id": .string("\(pass)")])
            #expect(granted.status < 300, "\(granted.text)")
            for body in [[:], ["channel": "live"], ["version": 1]] as [JSONObject] {
                let url = try await signed(world, asset, body, key: token)
                #expect(url.hasPrefix(Routes.content(ofVersion: version)))
                #expect(try await world.send("GET", url, key: "").text == "one")
            }
            let other = try await world.send("POST", asset + ":sign", key: token, json: ["version": 2])
            #expect(other.status == 404)
        }
    }

    /// A repeat with the same key gets the same URL, which is kept nowhere.
    @Test func repeatedRequest_getsTheSameURL() async throws {
        try await HTTPWorld.with { world in
            let path = "/v1/versions/\(try await world.push([WireBlock(Array("x".utf8))]).id):sign"
            let first = try await world.send("POST", path, headers: ["Idempotency-Key": "k"], json: [:])
            let again = try await world.send("POST", path, headers: ["Idempotency-Key": "k"], json: [:])
            #expect(first.status == 200 && first.json == again.json)
        }
    }

    /// Keys that sign may be changed: what they have signed works until it expires.
    @Test func rotation_leavesURLsWhole() async throws {
        try await HTTPWorld.with { world in
            let version = try await world.push([WireBlock(Array("x".utf8))])
            let url = try await signed(world, "/v1/versions/\(version.id)")
            #expect(try await world.send("POST", Routes.rotateTokenKeys, json: [:]).status == 200)
            #expect(try await world.send("GET", url, key: "").text == "x")
            #expect(try await signed(world, "/v1/versions/\(version.id)") != url)
        }
    }

    /// Guesses are counted by address.
    @Test func guesses_areLimited() async throws {
        try await HTTPWorld.with(environment: ["PAWL_LIMITS_ADDRESSES": "5"]) { world in
            let version = try await world.push([WireBlock(Array("x".utf8))])
            let path = Routes.content(ofVersion: version.id) + "?expires=9999999999&signature=tky_1.AAAA"
            var statuses: [Int] = []
            // On a busy machine a guess more becomes free meanwhile.
            while statuses.last != 429, statuses.count < 100 {
                statuses.append(try await world.send("GET", path, key: "").status)
            }
            #expect(statuses.prefix(5).allSatisfy { $0 == 403 } && statuses.last == 429, "\(statuses)")
        }
    }
}
