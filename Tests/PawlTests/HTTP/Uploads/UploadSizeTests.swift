import BlockFormat
import PawlModel
import TestKit
import Testing

/// `uploads.size_max`: told beforehand by every protocol, and kept by every door.
@Suite struct UploadSizeTests {
    private static let bytes = [UInt8].sample(1001, seed: 11)

    private func with(_ body: (HTTPWorld) async throws -> Void) async throws {
        try await HTTPWorld.with(environment: ["PAWL_UPLOADS_SIZE_MAX": "1000"], body)
    }

    @Test func tus_isTold_andHeldToIt() async throws {
        try await with { world in
            try await world.send("OPTIONS", Routes.tus, key: "").check(
                "OPTIONS: Tus-Max-Size", 204, ["tus-max-size": "1000"])
            let create = ["Upload-Length": "1001", "Upload-Metadata": world.metadata()]
            let refused = try await world.tus("POST", Routes.tus, create)
            refused.check("Creation: over Tus-Max-Size is 413", 413, ["tus-max-size": "1000", "location": nil])
            #expect(refused.code == "body_too_large" && refused.json["limit"] == 1000)
            let upload = Routes.tus(try await world.beginTus(["Upload-Defer-Length": "1"]))
            try await world.tus("PATCH", upload, ["Upload-Offset": "0", "Upload-Length": "1001"], [1]).check(
                "Creation-Defer-Length: nor later", 413)
            try await world.tus("PATCH", upload, ["Upload-Offset": "0"], Self.bytes).check("PATCH: nor without", 413)
            try await world.tus(
                "PATCH", upload, ["Upload-Offset": "0", "Upload-Length": "1000"], Self.bytes.dropLast()
            )
            .check("PATCH: as much as may be", 204)
            #expect(try await world.content() == Self.bytes.dropLast())
        }
    }

    /// Lengths that no sum may be made with.
    @Test func absurdLengths_areRefused_andNothingElseSuffers() async throws {
        try await HTTPWorld.with { world in
            let most = "\(Int64.max)"
            let tus = Routes.tus(try await world.beginTus(["Upload-Defer-Length": "1"]))
            let metadata = world.metadata()
            let heads = [
                world.head("PUT", Routes.content(ofAsset: world.asset), ["Content-Length": most]),
                world.head(
                    "POST", Routes.content(ofAsset: world.asset), ["Content-Length": most, "Upload-Complete": "?1"]),
                world.head(
                    "POST", Routes.tus,
                    [
                        "Tus-Resumable": "1.0.0", "Upload-Length": most, "Upload-Metadata": metadata,
                        "Content-Type": "application/offset+octet-stream", "Content-Length": most,
                    ]),
                world.head(
                    "PATCH", tus,
                    [
                        "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Upload-Length": most,
                        "Content-Type": "application/offset+octet-stream", "Content-Length": most,
                    ]),
            ]
            for head in heads {
                let answer = try await world.wire.exchange([.send(head + [1, 2, 3])])
                #expect([400, 413, 507].contains(answer.status), "\(answer.text)")
            }
            #expect(try await world.send("GET", "/healthz").status == 200)
        }
    }

    @Test func joinedParts_areHeldToItTogether() async throws {
        try await with { world in
            var urls: [String] = []
            for _ in 0..<2 {
                let headers = ["Upload-Length": "600", "Upload-Concat": "partial", "Upload-Metadata": world.metadata()]
                let part = try await world.tus("POST", Routes.tus, headers, Array(Self.bytes[..<600]))
                urls.append(try #require(part.headers["location"]))
            }
            let headers = [
                "Upload-Concat": "final;" + urls.joined(separator: " "), "Upload-Metadata": world.metadata(),
            ]
            try await world.tus("POST", Routes.tus, headers).check("Concatenation", 413, ["tus-max-size": "1000"])
            #expect(try await world.versions() == [])
        }
    }

    @Test func ietf_isTold_andHeldToIt() async throws {
        try await with { world in
            let target = Routes.content(ofAsset: world.asset)
            try await world.send("OPTIONS", target, key: "").check(
                "Upload-Limit: max-size", 204, ["upload-limit": "max-size=1000"])
            let refused = try await world.ietf("POST", target, ["Upload-Complete": "?0", "Upload-Length": "1001"], [])
            refused.check("over max-size is 413 with Upload-Limit", 413, ["upload-limit": "max-size=1000"])
            let upload = try await world.beginIETF()
            let state = try await world.ietf("HEAD", Routes.upload(upload))
            #expect(state.headers["upload-limit"]?.hasPrefix("max-size=1000, max-age=") == true, "\(state.headers)")
            let part = ["Upload-Offset": "0", "Upload-Complete": "?0"]
            try await world.ietf("PATCH", Routes.upload(upload), part, Self.bytes).check("PATCH", 413)
        }
    }

    @Test func plainPUT_isHeldToIt_alsoWithoutALength() async throws {
        try await with { world in
            let target = Routes.content(ofAsset: world.asset)
            let sized = try await world.send("PUT", target, Self.bytes)
            #expect(sized.status == 413 && sized.code == "body_too_large", "\(sized.text)")
            let head = world.head("PUT", target, ["Transfer-Encoding": "chunked"])
            let chunks = BadInput.chunk(Array(Self.bytes[..<600])) + BadInput.chunk(Array(Self.bytes[600...]))
            let streamed = try await world.wire.exchange([.send(head + chunks + BadInput.chunk([]))])
            #expect(streamed.status == 413 && streamed.code == "body_too_large", "\(streamed.text)")
            // Nobody could finish what is too long.
            #expect(try await world.openUploads().count == 0)
            #expect(try await world.send("PUT", target, Self.bytes.dropLast()).status == 201)
        }
    }

    @Test func blocks_areRefusedBeforeTheyAreSent_andAtTheLatestByTheCommit() async throws {
        try await with { world in
            let begin: JSONObject = ["asset_id": .string("\(world.asset)"), "length": 1001]
            let refused = try await world.send("POST", "/v1/uploads", json: begin)
            #expect(refused.status == 413 && refused.code == "body_too_large", "\(refused.text)")
            let block = WireBlock(Self.bytes)
            let upload = try await world.begin()
            #expect(try await world.put(block.record, to: upload).status == 200)
            let commit = try await world.commit(WireBlock.manifest([block]), of: upload)
            #expect(commit.status == 413 && commit.code == "body_too_large", "\(commit.text)")
            #expect(try await world.versions() == [])
        }
    }
}
