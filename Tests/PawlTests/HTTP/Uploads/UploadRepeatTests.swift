import Dispatch
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

    /// An upload that has failed is told as one, however often its request is repeated.
    @Test func aRepeatOfWhatFailed_isNoSuccess() async throws {
        try await HTTPWorld.with { world in
            let target = Routes.content(ofAsset: world.asset)
            let wrong = ["Idempotency-Key": "k", "Repr-Digest": "sha-256=:\([UInt8](repeating: 0, count: 32).base64):"]
            let first = try await world.send("PUT", target, headers: wrong, Self.bytes)
            #expect(first.status == 422 && first.code == "digest_mismatch")
            let again = try await world.send("PUT", target, headers: wrong, Self.bytes)
            #expect(again.status == 410 && again.code == "upload_gone", "\(again.text)")
            let metadata = world.metadata(["sha256": String(repeating: "0", count: 64)])
            let headers = ["Upload-Length": "2", "Upload-Metadata": metadata, "Idempotency-Key": "t"]
            #expect(try await world.tus("POST", Routes.tus, headers, [1, 2]).status == 422)
            try await world.tus("POST", Routes.tus, headers, [1, 2]).check("POST", 410, ["location": nil])
            #expect(try await world.versions() == [])
        }
    }

    /// A body may come for hours: a key that is revoked meanwhile makes no version, and what came is kept.
    @Test func revokedKey_makesNoVersion() async throws {
        try await HTTPWorld.with { world in
            let key = try await world.key([.assetsWrite])
            let release = DispatchSemaphore(value: 0)
            let head = world.head(
                "PUT", Routes.content(ofAsset: world.asset), key: key.secret, ["Content-Length": "\(Self.bytes.count)"])
            async let upload = world.wire.exchange([
                .send(head + Self.bytes[..<1000]), .hold(release), .send(Array(Self.bytes[1000...])),
            ])
            let id = try await world.nextUpload()
            let revoked = try await world.send("POST", "/v1/keys/\(key.id):revoke", [])
            release.signal()
            #expect(revoked.status == 200)
            let answer = try await upload
            #expect(answer.status == 401 && answer.code == "unauthenticated", "\(answer.text)")
            #expect(try await world.versions() == [])
            let rest = ["Upload-Offset": "\(Self.bytes.count)", "Upload-Complete": "?1"]
            #expect(try await world.ietf("PATCH", Routes.upload(id), rest, []).status == 201)
            #expect(try await world.content() == Self.bytes)
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
            // A page may ask itself what there is.
            let options = try await world.send("OPTIONS", Routes.tus, key: "", headers: ["Origin": site])
            options.check("OPTIONS", 204, ["tus-version": "1.0.0", "access-control-allow-origin": site])
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
