import PawlModel
import TestKit
import Testing

/// `Idempotency-Key` and `validate_only` on requests that carry bytes.
@Suite struct UploadRepeatTests {
    private static let bytes = [UInt8].sample(500_000, seed: 7)

    @Test func aRepeat_getsTheSameAnswer() async throws {
        try await HTTPWorld.with { world in
            let target = Routes.content(ofAsset: world.asset)
            let first = try await world.send("PUT", target, headers: ["Idempotency-Key": "k"], Self.bytes)
            let again = try await world.send("PUT", target, headers: ["Idempotency-Key": "k"], Self.bytes)
            #expect(first.status == 201 && again.status == 201 && again.json == first.json)
            #expect(again.headers["location"] == first.headers["location"])
            let other = try await world.send("PUT", target, headers: ["Idempotency-Key": "k"], [1])
            #expect(other.status == 422 && other.code == "idempotency_key_reused")
            #expect(try await world.versions().count == 1)
        }
    }

    /// A repeat finds the same upload: what it has is passed over, so the client need not know.
    @Test func aRepeatOfWhatBroke_completesIt() async throws {
        try await HTTPWorld.with { world in
            let target = Routes.content(ofAsset: world.asset)
            let head = world.head(
                "PUT", target, ["Content-Length": "\(Self.bytes.count)", "Idempotency-Key": "k"])
            try await world.wire.sendAndBreak(head + Self.bytes[..<400_000])
            let id = try await world.nextUpload()
            let again = try await world.send(
                "PUT", target, headers: ["Idempotency-Key": "k"], Self.bytes, type: MediaType.octets)
            #expect(again.status == 201, "\(again.text)")
            #expect(try await world.content() == Self.bytes)
            #expect(try await world.send("GET", Routes.upload(id)).json["state"] == "done")
        }
    }

    @Test func tusCreation_canBeRepeated() async throws {
        try await HTTPWorld.with { world in
            let headers = ["Upload-Length": "5", "Upload-Metadata": world.metadata(), "Idempotency-Key": "k"]
            let first = try await world.tus("POST", Routes.tus, headers)
            try await world.tus("PATCH", try #require(first.headers["location"]), ["Upload-Offset": "0"], [1, 2]).check(
                "PATCH", 204)
            let again = try await world.tus("POST", Routes.tus, headers)
            again.check(
                "the same upload and offset", 201, ["location": first.headers["location"], "upload-offset": "2"])
            let other = try await world.tus("POST", Routes.tus, headers.merging(["Upload-Length": "6"]) { $1 })
            #expect(other.status == 422 && other.code == "idempotency_key_reused")
        }
    }

    @Test func validateOnly_leavesNothing() async throws {
        try await HTTPWorld.with { world in
            let target = Routes.content(ofAsset: world.asset) + "?validate_only=true"
            let put = try await world.send("PUT", target, Self.bytes)
            #expect(put.status == 200 && put.json["state"] == "open" && put.headers["location"] == nil)
            let tus = try await world.tus(
                "POST", Routes.tus + "?validate_only=true",
                ["Upload-Length": "5", "Upload-Metadata": "asset \("mygame/new/one".base64)"])
            #expect(tus.status == 404, "nothing may be made")
            let good = try await world.tus(
                "POST", Routes.tus + "?validate_only=true",
                ["Upload-Length": "5", "Upload-Metadata": world.metadata()])
            #expect(good.status == 200 && good.headers["location"] == nil)
            #expect(try await world.openUploads().count == 0)
            #expect(try await world.versions() == [])
        }
    }

    /// What Uppy needs in a browser, on another site's page.
    @Test func pagesOfOtherSites_maySendAndReadWhatTheyNeed() async throws {
        let site = "https://upload.example.com"
        try await HTTPWorld.with(environment: ["PAWL_HTTP_CORS_ORIGINS": site]) { world in
            let fields = "authorization,content-type,tus-resumable,upload-length,upload-metadata,upload-offset"
            let asked = try await world.send(
                "OPTIONS", Routes.tus, key: "",
                headers: [
                    "Origin": site, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": fields,
                ])
            let allowed = Set(
                (asked.headers["access-control-allow-headers"] ?? "").lowercased().split(separator: ",").map {
                    String($0.filter { $0 != " " })
                })
            let needed =
                fields.split(separator: ",").map(String.init) + [
                    "upload-defer-length", "upload-concat", "upload-checksum", "x-http-method-override",
                    "upload-complete", "upload-draft-interop-version", "content-digest", "repr-digest",
                ]
            #expect(Set(needed).subtracting(allowed) == [])
            let answer = try await world.tus(
                "POST", Routes.tus, ["Upload-Length": "5", "Upload-Metadata": world.metadata(), "Origin": site])
            let exposed = answer.headers["access-control-expose-headers"] ?? ""
            for name in [
                "Location", "Upload-Offset", "Upload-Length", "Tus-Resumable", "Upload-Expires", "Upload-Complete",
            ] {
                #expect(exposed.contains(name), "\(name)")
            }
        }
    }
}
