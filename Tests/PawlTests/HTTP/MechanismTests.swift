import BlockFormat
import PawlModel
import TestKit
import Testing

/// What every resource and every answer has in common: tags, conditions, repeats, dry runs, pages, methods.
struct MechanismTests {
    @Test func tags_guardChangesAndSaveReads() async throws {
        try await HTTPWorld.with { world in
            let path = "/v1/games/\(world.game)"
            let first = try await world.send("GET", path)
            #expect(first.headers["etag"] == "\"1\"")
            for tag in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
                let same = try await world.send("GET", path, headers: ["If-None-Match": tag])
                #expect(same.status == 304 && same.headers["etag"] == "\"1\"" && same.body.isEmpty, "\(tag)")
            }
            #expect(try await world.send("GET", path, headers: ["If-None-Match": "\"2\""]).body == first.body)

            let changed = try await world.send(
                "PATCH", path, headers: ["If-Match": "\"1\"", "Content-Type": MediaType.mergePatch],
                json: ["name": "New"])
            #expect(changed.status == 200 && changed.headers["etag"] == "\"2\"" && changed.json["name"] == "New")
            let stale = try await world.send("PATCH", path, headers: ["If-Match": "\"1\""], json: ["name": "Lost"])
            #expect(stale.status == 412 && stale.code == "precondition_failed")
            #expect(stale.json["current"] == .object(changed.json) && stale.json["attempted"] == ["name": "Lost"])
            #expect(try await world.send("DELETE", path, headers: ["If-Match": "\"1\""]).status == 412)
            #expect(try await world.send("GET", path).json == changed.json)

            let spare = try await world.create("games", ["slug": "spare", "name": "Spare"])
            let gone = try await world.send("DELETE", "/v1/games/\(spare)", headers: ["If-Match": "*"])
            #expect(gone.status == 204 && gone.body.isEmpty)
            #expect(try await world.send("GET", "/v1/games/\(spare)").status == 404)
        }
    }

    @Test func idempotencyKey_givesTheSameAnswerAgain_andOneEffect() async throws {
        try await HTTPWorld.with { world in
            let headers = ["Idempotency-Key": "\"one\""]
            let first = try await world.send("POST", "/v1/games", headers: headers, json: ["slug": "i", "name": "I"])
            #expect(first.status == 201 && first.headers["location"] == "/v1/games/\(first.id!)")
            // Bare or quoted, and with the names in any order.
            for key in ["\"one\"", "one"] {
                let body = Array(#"{ "name": "I", "slug": "i" }"#.utf8)
                let again = try await world.send("POST", "/v1/games", headers: ["Idempotency-Key": key], body)
                #expect(
                    again.status == 201 && again.body == first.body
                        && again.headers["location"] == first.headers["location"])
            }
            let other = try await world.send("POST", "/v1/games", headers: headers, json: ["slug": "j", "name": "J"])
            #expect(other.status == 422 && other.code == "idempotency_key_reused")
            let twice = try await world.send("POST", "/v1/games", json: ["slug": "i", "name": "I"])
            #expect(twice.status == 409 && twice.code == "not_unique" && twice.json["current"] == .object(first.json))
        }
    }

    @Test func fiftyRepeatsAtOnce_haveOneEffect() async throws {
        try await HTTPWorld.with { world in
            for (path, body) in [
                ("/v1/games", ["slug": "fifty", "name": "Fifty"] as JSONObject),
                ("/v1/uploads", ["asset_id": .string("\(world.asset)")]),
                (
                    "/v1/changesets",
                    [
                        "operations": [
                            ["id": "g", "op": "create", "resource": "games", "body": ["slug": "cs", "name": "C"]]
                        ]
                    ]
                ),
            ] {
                let answers = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<50 {
                        group.addTask {
                            let answer = try await world.send(
                                "POST", path, headers: ["Idempotency-Key": "k"], json: body)
                            return "\(answer.status) \(answer.text)"
                        }
                    }
                    return try await group.reduce(into: Set()) { $0.insert($1) }
                }
                #expect(answers.count == 1 && answers.first?.hasPrefix("201 ") == true, "\(path): \(answers)")
            }
            guard case .array(let uploads)? = try await world.send("GET", "/v1/uploads").json["items"] else { return }
            #expect(uploads.count == 1)
        }
    }

    @Test func repeatedCommit_getsTheVersionAgain() async throws {
        try await HTTPWorld.with { world in
            let block = WireBlock(Array("content".utf8))
            let upload = try await world.begin()
            _ = try await world.put(block.record, to: upload)
            let headers = ["Idempotency-Key": "c", "Content-Type": MediaType.manifest]
            let first = try await world.send(
                "POST", Routes.commit(upload), headers: headers, WireBlock.manifest([block]))
            #expect(first.status == 201 && first.json["root"]?.string != nil)
            let again = try await world.send(
                "POST", Routes.commit(upload), headers: headers, WireBlock.manifest([block]))
            #expect(again.status == 201 && again.body == first.body, "\(again.text)")
            let bare = try await world.commit(WireBlock.manifest([block]), of: upload)
            #expect(bare.status == 200 && bare.id == first.id)
            #expect(try await world.versions().count == 1)
        }
    }

    @Test func validateOnly_answersAsIfDone_andDoesNothing() async throws {
        try await HTTPWorld.with { world in
            let only = "?validate_only=true"
            let made = try await world.send("POST", "/v1/games\(only)", json: ["slug": "dry", "name": "Dry"])
            #expect(made.status == 200 && made.json["slug"] == "dry" && made.headers["location"] == nil)
            let wrong = try await world.send("POST", "/v1/games\(only)", json: ["slug": "mygame", "name": "Dry"])
            #expect(wrong.status == 409)
            let path = "/v1/games/\(world.game)"
            let changed = try await world.send("PATCH", path + only, headers: ["If-Match": "*"], json: ["name": "Dry"])
            #expect(changed.status == 200 && changed.json["name"] == "Dry")
            #expect(try await world.send("GET", path).json["name"] == "Mine")
            let spare = try await world.create("games", ["slug": "spare", "name": "Spare"])
            #expect(
                try await world.send("DELETE", "/v1/games/\(spare)\(only)", headers: ["If-Match": "*"]).status == 204)
            #expect(try await world.send("GET", "/v1/games/\(spare)").status == 200)

            let begun = try await world.send(
                "POST", "/v1/uploads\(only)", json: ["asset_id": .string("\(world.asset)")])
            #expect(begun.status == 200 && begun.json["state"] == "open")
            #expect(try await world.send("GET", "/v1/uploads").json["items"] == [])
            let block = WireBlock(Array("content".utf8))
            let upload = try await world.begin()
            _ = try await world.put(block.record, to: upload)
            let commit = try await world.send(
                "POST", Routes.commit(upload) + only, WireBlock.manifest([block]), type: MediaType.manifest)
            #expect(commit.status == 200 && commit.json["number"] == 1, "\(commit.text)")
            #expect(try await world.versions() == [])
            #expect(try await world.send("DELETE", "/v1/uploads/\(upload)\(only)").status == 204)
            #expect(try await world.commit(WireBlock.manifest([block]), of: upload).status == 201)
            #expect(try await world.send("GET", "/v1/games").json["next_page_token"]?.string == nil)
        }
    }

    @Test func lists_areFollowedByTheirLinks() async throws {
        try await HTTPWorld.with { world in
            for number in 0..<20 {
                try await world.create("games", ["slug": .string("list-\(number)"), "name": "a b&c=\"d\""])
            }
            var path: String? =
                "/v1/games?page_size=7&order_by=slug%20desc&filter=name%3D%22a%20b%26c%3D%5C%22d%5C%22%22"
            var slugs: [String] = []
            var pages = 0
            while let next = path {
                let answer = try await world.send("GET", next)
                guard case .array(let items)? = answer.json["items"] else {
                    Issue.record("\(answer.text)")
                    return
                }
                slugs += items.compactMap { $0.object?["slug"]?.string }
                pages += 1
                path = answer.headers["link"]?.firstMatch(of: /<(.+)>; rel="next"/).map { String($0.1) }
                #expect((path == nil) == (answer.json["next_page_token"]?.string == nil))
            }
            #expect(pages == 3)
            #expect(slugs == (0..<20).map { "list-\($0)" }.sorted().reversed())
        }
    }

    @Test func head_hasTheHeadersOfGet_andNoBody() async throws {
        try await HTTPWorld.with { world in
            let version = try await world.push([WireBlock(Array("some content".utf8))])
            let paths = [
                "/v1/games", "/v1/games/\(world.game)", "/v1/versions/\(version.id)", Routes.manifest(version.id),
                Routes.content(ofVersion: version.id), Routes.content(ofAsset: world.asset), "/healthz", "/readyz",
                "/v1/games/gam_00000000000000000000000000", "/v1/nothing",
            ]
            for path in paths {
                var (get, head) = (try await world.send("GET", path), try await world.send("HEAD", path))
                for name in ["date", "x-request-id"] { (get.headers[name], head.headers[name]) = (nil, nil) }
                #expect(head.status == get.status && head.headers == get.headers && head.body.isEmpty, "\(path)")
                #expect(get.headers["content-length"] == "\(get.body.count)", "\(path)")
            }
        }
    }

    @Test func methods_areToldByOptionsAndByAllow() async throws {
        try await HTTPWorld.with { world in
            for (path, methods) in [
                ("/v1/games", "GET, HEAD, OPTIONS, POST"),
                ("/v1/games/\(world.game)", "DELETE, GET, HEAD, OPTIONS, PATCH"),
                (Routes.content(ofAsset: world.asset), "GET, HEAD, OPTIONS, POST, PUT"),
                ("/healthz", "GET, HEAD, OPTIONS"),
            ] {
                let options = try await world.send("OPTIONS", path, key: "")
                #expect(options.status == 204 && options.headers["allow"] == methods, "\(path)")
                for method in ["PUT", "POST", "PATCH", "DELETE"] where !methods.contains(method) {
                    let answer = try await world.send(method, path, json: [:])
                    #expect(answer.status == 405 && answer.headers["allow"] == methods, "\(method) \(path)")
                    #expect(answer.code == "method_not_allowed")
                }
            }
        }
    }

    @Test func expectedContinue_isTold_whenTheHeadIsGood() async throws {
        try await HTTPWorld.with { world in
            let block = WireBlock(Array("waited for".utf8))
            let upload = try await world.begin()
            let expect = [
                "Expect": "100-continue", "Content-Type": MediaType.blocks, "Content-Length": "\(block.record.count)",
            ]
            let good = try await world.wire.exchange([
                .send(world.head("PUT", Routes.blocks(upload), expect)), .awaitHead, .send(block.record),
            ])
            #expect(good.interim == [100] && good.status == 200 && good.json["blocks"] == 1)
            // A refusal comes instead of it, and the body is never sent.
            for (path, key, status) in [
                (Routes.blocks(upload), "", 401),
                (Routes.blocks(ResourceID(prefix: "upl", value: 1)), world.admin, 404),
            ] {
                let refused = try await world.wire.exchange([
                    .send(world.head("PUT", path, key: key, expect)), .awaitHead,
                ])
                #expect(refused.interim == [] && refused.status == status)
            }
            let large = expect.merging(["Content-Length": "5000000"]) { $1 }
            let over = try await world.wire.exchange([
                .send(world.head("PUT", Routes.blocks(upload), large)), .awaitHead,
            ])
            #expect(over.interim == [] && over.status == 413)
        }
    }

    @Test func requestID_isTheCallersOwn_whenItIsHarmless() async throws {
        try await HTTPWorld.with { world in
            #expect(
                try await world.send("GET", "/healthz", headers: ["X-Request-Id": "build-7"]).headers["x-request-id"]
                    == "build-7")
            for id in [String(repeating: "x", count: 65), "two words"] {
                let answer = try await world.send("GET", "/healthz", headers: ["X-Request-Id": id])
                #expect(answer.headers["x-request-id"]?.hasPrefix("req_") == true)
            }
        }
    }
}
