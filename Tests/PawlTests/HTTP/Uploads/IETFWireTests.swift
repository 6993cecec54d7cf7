import BlockFormat
import PawlModel
import TestKit
import Testing

/// draft-ietf-httpbis-resumable-upload over the wire; sections are those of its newest text.
@Suite struct IETFWireTests {
    private static let bytes = [UInt8].sample(300_000, seed: 3)

    @Test func creation_andAppend() async throws {
        try await HTTPWorld.with { world in
            let target = Routes.content(ofAsset: world.asset)
            let options = try await world.send("OPTIONS", target, key: "")
            options.check(
                "4.1.4 Limits: OPTIONS tells them", 204,
                ["upload-limit": "min-size=0", "accept-patch": MediaType.partialUpload])
            let first = try await world.send(
                "POST", target, headers: ["Upload-Complete": "?0", "Upload-Length": "300000"],
                Array(Self.bytes[..<1000]), type: "application/zip")
            first.check("4.2 Creation: a part is 201", 201, ["upload-complete": "?0"])
            let url = try #require(first.headers["location"])
            #expect(first.headers["upload-limit"]?.hasPrefix("max-age=") == true)
            let head = try await world.ietf("HEAD", url)
            head.check(
                "4.3 Offset retrieval: everything", 200,
                [
                    "upload-offset": "1000", "upload-complete": "?0", "upload-length": "300000",
                    "cache-control": "no-store",
                ])
            #expect(head.headers["upload-limit"]?.hasPrefix("max-age=") == true)
            let get = try await world.ietf("GET", url)
            get.check("4.3 Offset retrieval: GET too", 200, ["upload-offset": "1000"])
            #expect(get.json["offset"] == 1000)
            let mismatch = try await world.ietf(
                "PATCH", url, ["Upload-Offset": "999", "Upload-Complete": "?0"], Array(Self.bytes[999..<2000]))
            mismatch.check(
                "4.4 Append: 409 with the correct offset", 409, ["upload-offset": "1000", "upload-complete": "?0"])
            #expect(
                mismatch.json["type"] == "https://iana.org/assignments/http-problem-types#mismatching-upload-offset")
            #expect(mismatch.json["expected-offset"] == 1000 && mismatch.json["provided-offset"] == 999)
            try await world.ietf(
                "PATCH", url, ["Upload-Offset": "1000", "Upload-Complete": "?0"], Array(Self.bytes[1000..<200_000])
            ).check("4.4 Append: 2xx, not complete", 204, ["upload-complete": "?0", "upload-offset": "200000"])
            let rest = ["Upload-Offset": "200000", "Upload-Complete": "?1"]
            let last = try await world.ietf("PATCH", url, rest, Array(Self.bytes[200_000...]))
            last.check("4.4 Append: the answer of the target", 201, ["upload-complete": "?1"])
            let version = try #require(last.id)
            #expect(last.headers["location"] == Routes.row("versions", version) && last.headers["etag"] != nil)
            #expect(try await world.content() == Self.bytes)
            try await world.ietf("HEAD", url).check(
                "4 Upload resource: it is there when it is complete", 200,
                ["upload-offset": "300000", "upload-complete": "?1", "upload-length": "300000"])
        }
    }

    @Test func append_toWhatIsComplete() async throws {
        try await HTTPWorld.with { world in
            let target = Routes.content(ofAsset: world.asset)
            let upload = try await world.beginIETF()
            let url = Routes.upload(upload)
            try await world.ietf("PATCH", url, ["Upload-Offset": "0", "Upload-Complete": "?0"], [1, 2, 3]).check(
                "", 204)
            let empty = ["Upload-Offset": "3", "Upload-Complete": "?1", "Content-Length": "0"]
            let done = try await world.ietf(
                "PATCH", url, empty.merging(["Content-Type": MediaType.partialUpload]) { $1 })
            done.check("4.4 Append: nothing, to complete it", 201, ["upload-complete": "?1"])
            let again = try await world.ietf(
                "PATCH", url, empty.merging(["Content-Type": MediaType.partialUpload]) { $1 })
            again.check("13 Responses: a lost answer can be had again", 201, ["upload-complete": "?1"])
            #expect(again.json == done.json)
            let more = try await world.ietf("PATCH", url, ["Upload-Offset": "3", "Upload-Complete": "?1"], [4])
            more.check("4.4 Append: what is complete takes no more", 400)
            #expect(
                more.json["type"] == "https://iana.org/assignments/http-problem-types#inconsistent-upload-length")
            #expect(try await world.send("GET", target).body == [1, 2, 3])
        }
    }

    /// Whoever sends another number of bytes than was told does not know what it sends: the upload ends.
    @Test(arguments: [
        ["Upload-Offset": "0", "Upload-Complete": "?0", "Upload-Length": "4"],
        ["Upload-Offset": "0", "Upload-Complete": "?1"],
        ["Upload-Offset": "0", "Upload-Complete": "?0", "Content-Length": "6", "Body": "123456"],
        [
            "Upload-Offset": "0", "Upload-Complete": "?0", "Transfer-Encoding": "chunked",
            "Body": "6\r\n123456\r\n0\r\n\r\n",
        ],
        [
            "Upload-Offset": "0", "Upload-Complete": "?1", "Transfer-Encoding": "chunked",
            "Body": "3\r\n123\r\n0\r\n\r\n",
        ],
    ])
    func length_thatDoesNotAgree_invalidates(_ fields: [String: String]) async throws {
        try await HTTPWorld.with { world in
            let upload = try await world.beginIETF(["Upload-Length": "5"])
            var headers = fields.filter { $0.key != "Body" }
            headers["Content-Type"] = MediaType.partialUpload
            if headers["Transfer-Encoding"] == nil { headers["Content-Length"] = headers["Content-Length"] ?? "3" }
            let body = Array((fields["Body"] ?? "123").utf8)
            let answer = try await world.wire.exchange([
                .send(world.head("PATCH", Routes.upload(upload), headers) + body)
            ])
            answer.check("4.1.3 Length: they must agree", 400)
            #expect(answer.code == "inconsistent_length")
            try await world.ietf("HEAD", Routes.upload(upload)).check("4.4 Append: no further interaction", 410)
            #expect(try await world.versions() == [])
        }
    }

    @Test func mediaType_isNeeded_fromVersion6On() async throws {
        try await HTTPWorld.with { world in
            let fields = ["Upload-Offset": "0", "Upload-Complete": "?0", "Content-Type": "application/octet-stream"]
            for (version, status) in [("", 415), ("8", 415), ("6", 415), ("5", 201), ("99", 415)] {
                let upload = try await world.beginIETF()
                let headers = fields.merging(["Upload-Draft-Interop-Version": version]) { $1 }
                let answer = try await world.ietf("PATCH", Routes.upload(upload), headers, [1])
                answer.check("7 Media type, version \(version)", status)
                if status == 415 { #expect(answer.headers["accept-patch"] == MediaType.partialUpload) }
            }
        }
    }

    @Test func cancellation() async throws {
        try await HTTPWorld.with { world in
            let upload = try await world.beginIETF()
            try await world.ietf("DELETE", Routes.upload(upload)).check("4.5 Cancellation: 204", 204)
            try await world.ietf("HEAD", Routes.upload(upload)).check("4.5 Cancellation: deactivated", 410)
            try await world.ietf("PATCH", Routes.upload(upload), ["Upload-Offset": "0", "Upload-Complete": "?1"], [1])
                .check("4.5 Cancellation: deactivated", 410)
        }
    }

    @Test func digests() async throws {
        try await HTTPWorld.with { world in
            let digest = Digest(sha256Of: Self.bytes)
            let field = "sha-256=:\(digest.bytes.base64):"
            let upload = try await world.beginIETF(["Repr-Digest": field])
            let url = Routes.upload(upload)
            let wrong = ["Upload-Offset": "0", "Upload-Complete": "?0", "Content-Digest": field]
            let refused = try await world.ietf("PATCH", url, wrong, Array(Self.bytes[..<100_000]))
            refused.check("11.2 Content digests: not appended", 422, ["upload-complete": "?0"])
            #expect(refused.code == "checksum_mismatch")
            try await world.ietf("HEAD", url).check("11.2 Content digests: not appended", 200, ["upload-offset": "0"])
            let whole = ["Upload-Offset": "0", "Upload-Complete": "?1", "Content-Digest": field]
            try await world.ietf("PATCH", url, whole, Self.bytes).check(
                "11.1 Representation digests: proven and told", 201, ["upload-complete": "?1", "repr-digest": field])
            try await world.ietf("HEAD", url).check("11.1 Representation digests", 200, ["repr-digest": field])

            let wish = ["Want-Repr-Digest": "sha-256=1"]
            let other = try await world.send(
                "PUT", Routes.content(ofAsset: world.asset), headers: wish, Array(Self.bytes[1...]))
            other.check(
                "11.1 Representation digests: found for who wants one", 201,
                ["repr-digest": "sha-256=:\(Digest(sha256Of: Array(Self.bytes[1...])).bytes.base64):"])
            _ = try await world.send("PUT", Routes.content(ofAsset: world.asset), Self.bytes)

            let lie = try await world.beginIETF(["Repr-Digest": field])
            let failed = try await world.ietf(
                "PATCH", Routes.upload(lie), ["Upload-Offset": "0", "Upload-Complete": "?1"], [1, 2, 3])
            failed.check("11.1 Representation digests: the upload fails", 422, ["upload-complete": "?1"])
            #expect(failed.code == "digest_mismatch")
            try await world.ietf("HEAD", Routes.upload(lie)).check("11.1 Representation digests", 410)
            #expect(try await world.content() == Self.bytes)
        }
    }

    @Test func olderVersions_haveTheirSpelling() async throws {
        try await HTTPWorld.with { world in
            let target = Routes.content(ofAsset: world.asset)
            let version3 = ["Upload-Draft-Interop-Version": "3"]
            let begun = try await world.send(
                "POST", target, headers: version3.merging(["Upload-Incomplete": "?1"]) { $1 }, [1, 2])
            begun.check("-01: a part", 201, ["upload-incomplete": "?1", "upload-offset": "2", "upload-complete": nil])
            let url = try #require(begun.headers["location"])
            try await world.ietf("HEAD", url, version3).check(
                "-01: 204", 204, ["upload-incomplete": "?1", "upload-offset": "2", "cache-control": "no-store"])
            try await world.ietf("HEAD", url, version3.merging(["Upload-Offset": "2"]) { $1 }).check("-01: strays", 400)
            let last = try await world.send(
                "PATCH", url, headers: version3.merging(["Upload-Incomplete": "?0", "Upload-Offset": "2"]) { $1 }, [3])
            last.check("-01: complete", 201, ["upload-incomplete": "?0"])
            #expect(try await world.content() == [1, 2, 3])

            let version6 = ["Upload-Draft-Interop-Version": "6"]
            let six = try await world.ietf("HEAD", Routes.upload(try await world.beginIETF(version6)), version6)
            #expect(six.headers["upload-limit"]?.hasPrefix("expires=") == true)
        }
    }

    @Test(arguments: ["4", "7", "9", "1000"])
    func unknownVersions_arePlainUploads(_ version: String) async throws {
        try await HTTPWorld.with { world in
            let head = world.head(
                "POST", Routes.content(ofAsset: world.asset),
                ["Upload-Draft-Interop-Version": version, "Upload-Complete": "?1", "Content-Length": "3"])
            let bytes = try await world.wire.exchangeBytes([.send(head + [1, 2, 3])])
            #expect(InterimHead.all(in: bytes).isEmpty)
            try WireAnswer(bytes).check("a plain upload", 201, ["upload-complete": nil, "upload-offset": nil])
            #expect(try await world.content() == [1, 2, 3])
        }
    }
}
