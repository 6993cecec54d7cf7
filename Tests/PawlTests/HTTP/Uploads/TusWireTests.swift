import BlockFormat
import Crypto
import PawlModel
import TestKit
import Testing

/// tus 1.0.0 over the wire, section by section: what a client of it relies on.
@Suite struct TusWireTests {
    private static let bytes = [UInt8].sample(300_000)

    @Test func core_HEAD_and_PATCH() async throws {
        try await HTTPWorld.with { world in
            let upload = try await world.beginTus(["Upload-Length": "\(Self.bytes.count)"])
            let url = Routes.tus(upload)
            try await world.tus("HEAD", url).check(
                "HEAD: Upload-Offset even if 0, Upload-Length, no-store", 200,
                [
                    "upload-offset": "0", "upload-length": "\(Self.bytes.count)", "cache-control": "no-store",
                    "tus-resumable": "1.0.0", "upload-metadata": world.metadata(),
                ])
            let first = try await world.tus("PATCH", url, ["Upload-Offset": "0"], Array(Self.bytes[..<100_001]))
            first.check(
                "PATCH: 204 with the new offset", 204, ["upload-offset": "100001", "tus-resumable": "1.0.0"])
            #expect(first.headers["upload-expires"] != nil, "Expiration: in every PATCH response")
            let wrong = try await world.tus("PATCH", url, ["Upload-Offset": "100000"], Array(Self.bytes[100_000...]))
            wrong.check("PATCH: another offset is 409", 409, ["tus-resumable": "1.0.0"])
            #expect(wrong.json["expected-offset"] == 100_001 && wrong.code == "offset_mismatch")
            try await world.tus("HEAD", url).check("PATCH: without modifying", 200, ["upload-offset": "100001"])
            #expect(try await world.versions() == [])
            try await world.tus("PATCH", url, ["Upload-Offset": "100001"], Array(Self.bytes[100_001...])).check(
                "PATCH: the rest", 204, ["upload-offset": "300000"])
            try await world.tus("HEAD", url).check(
                "HEAD: the offset of what is complete", 200, ["upload-offset": "300000", "upload-length": "300000"])
            #expect(try await world.content() == Self.bytes)
        }
    }

    @Test func core_versionsMethodsAndTypes() async throws {
        try await HTTPWorld.with { world in
            let upload = try await world.beginTus(["Upload-Length": "10"])
            let url = Routes.tus(upload)
            for version in ["", "0.2.2", "2.0.0"] {
                try await world.tus("HEAD", url, ["Tus-Resumable": version]).check(
                    "Tus-Resumable: 412 with Tus-Version", 412, ["tus-version": "1.0.0", "tus-resumable": "1.0.0"])
                let patch = ["Tus-Resumable": version, "Upload-Offset": "0"]
                try await world.tus("PATCH", url, patch, [1]).check("Tus-Resumable: not processed", 412)
            }
            for path in [Routes.tus, url] {
                try await world.send("OPTIONS", path, key: "").check(
                    "OPTIONS: 204 with what there is, to anybody", 204,
                    [
                        "tus-version": "1.0.0", "tus-resumable": "1.0.0", "tus-max-size": nil,
                        "tus-checksum-algorithm": "sha1,sha256,crc32",
                        "tus-extension":
                            "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,"
                            + "concatenation",
                    ])
                try await world.send("OPTIONS", path, key: "", headers: ["Tus-Resumable": "0.2.2"]).check(
                    "OPTIONS: Tus-Resumable is ignored", 204, ["tus-version": "1.0.0"])
            }
            try await world.tus("PATCH", url, ["Upload-Offset": "0", "Content-Type": "text/plain"], [1]).check(
                "PATCH: another type is 415", 415, ["tus-resumable": "1.0.0"])
            try await world.tus("HEAD", Routes.tus(ResourceID(prefix: "upl", value: 1))).check(
                "HEAD: not found, without Upload-Offset", 404, ["upload-offset": nil, "tus-resumable": "1.0.0"])
            try await world.tus("PATCH", Routes.tus(ResourceID(prefix: "upl", value: 1)), ["Upload-Offset": "0"], [1])
                .check("PATCH: 404 for what is not there", 404)
            let override = ["X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"]
            try await world.tus("POST", url, override, [1, 2, 3]).check(
                "X-HTTP-Method-Override: is the method", 204, ["upload-offset": "3"])
            try await world.tus("POST", url, ["X-HTTP-Method-Override": "HEAD", "Content-Length": "0"]).check(
                "X-HTTP-Method-Override: HEAD", 200, ["upload-offset": "3"])
            try await world.tus("POST", url, ["X-HTTP-Method-Override": "DELETE", "Content-Length": "0"]).check(
                "X-HTTP-Method-Override: DELETE", 204)
            try await world.tus("HEAD", url).check("Termination: gone", 410, ["upload-offset": nil])
        }
    }

    @Test func creation() async throws {
        try await HTTPWorld.with { world in
            let answer = try await world.tus(
                "POST", Routes.tus,
                ["Upload-Length": "3", "Upload-Metadata": world.metadata(["filename": "a.bin", "own": "word"])])
            let url = try #require(answer.headers["location"])
            answer.check("Creation: 201 with Location", 201, ["upload-offset": "0", "tus-resumable": "1.0.0"])
            #expect(answer.headers["upload-expires"]?.hasSuffix(" GMT") == true, "Expiration: with the creation")
            try await world.tus("HEAD", url).check(
                "Upload-Metadata: as it came", 200,
                ["upload-metadata": world.metadata(["filename": "a.bin", "own": "word"])])
            let empty = try await world.tus(
                "POST", Routes.tus, ["Upload-Length": "0", "Upload-Metadata": world.metadata()])
            empty.check("Creation: no bytes are complete at once", 201, ["upload-offset": "0"])
            #expect(try await world.send("GET", Routes.content(ofAsset: world.asset)).status == 200)
            for (rule, headers) in [
                ("a length has to be there", ["Upload-Metadata": world.metadata()]),
                ("no negative length", ["Upload-Length": "-1", "Upload-Metadata": world.metadata()]),
                ("it says where to send", ["Upload-Length": "1"]),
                ("values are base64", ["Upload-Length": "1", "Upload-Metadata": "asset *"]),
                ("Upload-Defer-Length is 1", ["Upload-Defer-Length": "2", "Upload-Metadata": world.metadata()]),
            ] {
                let refused = try await world.tus("POST", Routes.tus, headers)
                refused.check("Creation: \(rule)", 400, ["tus-resumable": "1.0.0", "location": nil])
            }
            try await world.tus(
                "POST", Routes.tus,
                ["Upload-Length": "999999999999999999999", "Upload-Metadata": world.metadata()]
            ).check("Creation: over the maximum is 413", 413)
            try await world.send("POST", Routes.tus, key: "", headers: ["Tus-Resumable": "1.0.0"]).check(
                "Core: Tus-Resumable is in every response", 401, ["tus-resumable": "1.0.0"])
        }
    }

    @Test func creation_makesTheAsset_andItsMetadataCounts() async throws {
        try await HTTPWorld.with { world in
            let digest = Digest(sha256Of: Self.bytes)
            let keys: KeyValuePairs = [
                "asset": "mygame/audio/theme.ogg", "filename": "theme.ogg", "filetype": "audio/ogg", "label": "take 3",
                "channel": "beta", "sha256": digest.hex,
            ]
            let answer = try await world.tus(
                "POST", Routes.tus,
                [
                    "Upload-Length": "\(Self.bytes.count)",
                    "Upload-Metadata": keys.map { "\($0) \($1.base64)" }.joined(separator: ","),
                ], Self.bytes)
            answer.check("Creation With Upload: 201", 201, ["upload-offset": "\(Self.bytes.count)"])
            let assets = try await world.send("GET", "/v1/assets?filter=path=%22audio/theme.ogg%22")
            let asset = try #require(assets.json["items"]?.elements.first?.object)
            let id = try #require(asset["id"]?.string.flatMap { ResourceID($0) })
            let content = try await world.send("GET", Routes.content(ofAsset: id) + "?channel=beta")
            #expect(content.body == Self.bytes)
            #expect(content.headers["repr-digest"] == "sha-256=:\(digest.bytes.base64):")
            let versions = try await world.send("GET", "/v1/versions?filter=asset_id=%22\(id)%22")
            #expect(versions.json["items"]?.elements.first?.object?["label"] == "take 3")
        }
    }

    @Test func creationDeferLength() async throws {
        try await HTTPWorld.with { world in
            let upload = try await world.beginTus(["Upload-Defer-Length": "1"])
            let url = Routes.tus(upload)
            try await world.tus("HEAD", url).check(
                "HEAD: says so while it is not known", 200, ["upload-defer-length": "1", "upload-length": nil])
            try await world.tus("PATCH", url, ["Upload-Offset": "0"], [1, 2]).check("PATCH: without it", 204)
            try await world.tus("PATCH", url, ["Upload-Offset": "2", "Upload-Length": "5"], [3]).check(
                "PATCH: with it", 204, ["upload-offset": "3"])
            try await world.tus("HEAD", url).check(
                "HEAD: it is known", 200, ["upload-defer-length": nil, "upload-length": "5"])
            try await world.tus("PATCH", url, ["Upload-Offset": "3", "Upload-Length": "6"], [4]).check(
                "PATCH: once set it must not be changed", 400)
            try await world.tus("PATCH", url, ["Upload-Offset": "3"], [4, 5]).check("PATCH: the rest", 204)
            #expect(try await world.content() == [1, 2, 3, 4, 5])
        }
    }

    @Test func creationWithUpload() async throws {
        try await HTTPWorld.with { world in
            let first = try await world.tus(
                "POST", Routes.tus, ["Upload-Length": "5", "Upload-Metadata": world.metadata()], [1, 2, 3])
            first.check("POST: Upload-Offset after the body", 201, ["upload-offset": "3"])
            let url = try #require(first.headers["location"])
            try await world.tus("PATCH", url, ["Upload-Offset": "3"], [4, 5]).check("PATCH: the rest", 204)
            #expect(try await world.content() == [1, 2, 3, 4, 5])
            let head = world.head(
                "POST", Routes.tus,
                [
                    "Tus-Resumable": "1.0.0", "Upload-Length": "2", "Upload-Metadata": world.metadata(),
                    "Content-Type": MediaType.offsetOctets, "Content-Length": "2", "Expect": "100-continue",
                ])
            let waited = try await world.wire.exchange([.send(head), .awaitHead, .send([7, 8])])
            waited.check("POST: Expect is answered", 201, ["upload-offset": "2"])
            #expect(waited.interim == [100])
        }
    }

    @Test func checksum() async throws {
        try await HTTPWorld.with { world in
            let bytes = Self.bytes
            let upload = try await world.beginTus(["Upload-Length": "\(bytes.count)"])
            let url = Routes.tus(upload)
            func patch(_ range: Range<Int>, _ checksum: String) async throws -> WireAnswer {
                try await world.tus(
                    "PATCH", url, ["Upload-Offset": "\(range.lowerBound)", "Upload-Checksum": checksum],
                    Array(bytes[range]))
            }
            func sha1(_ range: Range<Int>) -> String {
                "sha1 " + Array(Insecure.SHA1.hash(data: Array(bytes[range]))).base64
            }
            try await patch(0..<1000, sha1(0..<1000)).check("sha1 that matches", 204, ["upload-offset": "1000"])
            let wrong = try await patch(1000..<200_000, sha1(0..<1000))
            wrong.check("a mismatch is 460, and the offset stands", 460, ["tus-resumable": "1.0.0"])
            #expect(wrong.json["status"] == 460 && wrong.code == "checksum_mismatch")
            try await patch(1000..<2000, "md5 1B2M2Y8AsgTpgAmY7PhCfg==").check("an unknown algorithm is 400", 400)
            try await world.tus("HEAD", url).check("the offset was not updated", 200, ["upload-offset": "1000"])
            try await patch(1000..<200_000, sha1(1000..<200_000)).check("again, and right", 204)
            let sha256 = "sha256 " + Digest(sha256Of: Array(bytes[200_000..<250_000])).bytes.base64
            try await patch(200_000..<250_000, sha256).check("sha256", 204, ["upload-offset": "250000"])
            let sum = bytes[250_000...].withUnsafeBytes { CRC32.checksum($0) }
            let crc32 = "crc32 " + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * $0)) }.base64
            try await patch(250_000..<bytes.count, crc32).check("crc32", 204, ["upload-offset": "\(bytes.count)"])
            #expect(try await world.content() == bytes)
        }
    }

    @Test func termination() async throws {
        try await HTTPWorld.with { world in
            let upload = try await world.beginTus(["Upload-Length": "5"])
            let url = Routes.tus(upload)
            try await world.tus("DELETE", url).check("DELETE: 204", 204, ["tus-resumable": "1.0.0"])
            try await world.tus("HEAD", url).check("and then 410", 410, ["upload-offset": nil])
            try await world.tus("PATCH", url, ["Upload-Offset": "0"], [1]).check("and then 410", 410)
            try await world.tus("GET", url).check("Core: in every response", 200, ["tus-resumable": "1.0.0"])
            let whole = try await world.tus(
                "POST", Routes.tus, ["Upload-Length": "2", "Upload-Metadata": world.metadata()], [1, 2])
            try await world.tus("DELETE", try #require(whole.headers["location"])).check(
                "DELETE: not of what is complete, which would still be there", 403)
            #expect(try await world.content() == [1, 2])
        }
    }

    @Test func expiration_isTold_andKept() async throws {
        try await HTTPWorld.with(
            environment: ["PAWL_UPLOADS_LIFETIME": "1", "PAWL_UPLOADS_SWEEP_INTERVAL": "1"]
        ) { world in
            let upload = try await world.beginTus(["Upload-Length": "5"])
            let url = Routes.tus(upload)
            var answer = try await world.tus("GET", url)
            // Looking at it does not keep it alive.
            while answer.json["state"] == "open" { answer = try await world.tus("GET", url) }
            #expect(answer.json["state"] == "expired")
            try await world.tus("HEAD", url).check("an expired one is 410", 410, ["upload-offset": nil])
            try await world.tus("PATCH", url, ["Upload-Offset": "0"], [1]).check("an expired one is 410", 410)
        }
    }
}
