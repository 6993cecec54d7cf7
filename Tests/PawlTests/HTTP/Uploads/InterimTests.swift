import Dispatch
import PawlModel
import TestKit
import Testing

/// Status code 104 over the wire: for whom, with what, and when not.
@Suite struct InterimTests {
    private func creation(_ world: HTTPWorld, _ version: String, _ bytes: [UInt8], _ more: [String: String] = [:])
        -> [UInt8]
    {
        var headers = ["Upload-Draft-Interop-Version": version, "Content-Length": "\(bytes.count)"]
        headers[version == "3" ? "Upload-Incomplete" : "Upload-Complete"] = version == "3" ? "?0" : "?1"
        return world.head("POST", Routes.content(ofAsset: world.asset), headers.merging(more) { $1 })
    }

    @Test(arguments: ["3", "5", "6", "8"])
    func creation_tellsTheURL_beforeTheBodyCame(_ version: String) async throws {
        try await HTTPWorld.with { world in
            let head = creation(world, version, [1, 2, 3])
            let bytes = try await world.wire.exchangeBytes([.send(head), .awaitHead, .send([1, 2, 3])])
            let heads = InterimHead.all(in: bytes)
            #expect(heads.map(\.status) == [104])
            let first = try #require(heads.first)
            #expect(first.headers["upload-draft-interop-version"] == version)
            #expect(first.headers["location"]?.hasPrefix("/v1/uploads/upl_") == true)
            #expect((first.headers["upload-limit"] != nil) == (["6", "8"].contains(version)))
            #expect(first.headers["upload-offset"] == nil)
            let answer = try WireAnswer(bytes)
            #expect(answer.status == 201 && answer.headers["location"]?.hasPrefix("/v1/versions/") == true)
        }
    }

    /// Locations of one request are identical, but for the answer of the target.
    @Test func creation_ofAPart_hasOneLocation() async throws {
        try await HTTPWorld.with { world in
            let head = creation(world, "8", [1, 2, 3], ["Upload-Complete": "?0"])
            let bytes = try await world.wire.exchangeBytes([.send(head), .awaitHead, .send([1, 2, 3])])
            let location = try #require(InterimHead.all(in: bytes).first?.headers["location"])
            #expect(try WireAnswer(bytes).headers["location"] == location)
        }
    }

    /// 100 is not left out because there was a 104 (Status Code 104).
    @Test func expectation_isStillAnswered() async throws {
        try await HTTPWorld.with { world in
            let head = creation(world, "8", [1], ["Expect": "100-continue"])
            let bytes = try await world.wire.exchangeBytes([.send(head), .awaitHead, .send([1])])
            #expect(InterimHead.all(in: bytes).map(\.status).sorted() == [100, 104])
        }
    }

    @Test func progress_isTold_withoutLocation() async throws {
        try await HTTPWorld.with { world in
            let upload = try await world.beginIETF()
            let content = [UInt8].sample(4 * Int(Limits.progressStep), seed: 4)
            let headers = [
                "Upload-Draft-Interop-Version": "8", "Upload-Offset": "0", "Upload-Complete": "?1",
                "Content-Type": MediaType.partialUpload, "Content-Length": "\(content.count)",
            ]
            let head = world.head("PATCH", Routes.upload(upload), headers)
            let release = DispatchSemaphore(value: 0)
            let half = content.count / 2
            async let answered = world.wire.exchangeBytes([
                .send(head + content[..<half]), .hold(release), .send(Array(content[half...])),
            ])
            // The rest is sent when much of this is durable, so that there is something to tell.
            var offset: Int64 = 0
            while offset < Limits.progressStep {
                offset = try await world.send("GET", Routes.upload(upload)).json["offset"]?.int ?? 0
            }
            release.signal()
            let bytes = try await answered
            let heads = InterimHead.all(in: bytes)
            #expect(!heads.isEmpty && heads.allSatisfy { $0.status == 104 && $0.headers["location"] == nil })
            let offsets = heads.compactMap { $0.headers["upload-offset"].flatMap { Int($0) } }
            #expect(offsets.count == heads.count && offsets == offsets.sorted())
            #expect(offsets.allSatisfy { $0 > 0 && $0 <= content.count })
            #expect(try WireAnswer(bytes).status == 201)
        }
    }

    @Test func withoutAVersion_orInHTTP1_0_orTurnedOff_thereIsNone() async throws {
        try await HTTPWorld.with { world in
            let plain = creation(world, "", [1, 2])
            #expect(InterimHead.all(in: try await world.wire.exchangeBytes([.send(plain + [1, 2])])).isEmpty)
            let old = String(decoding: creation(world, "8", [1, 2]), as: UTF8.self)
                .replacing(" HTTP/1.1\r\n", with: " HTTP/1.0\r\n")
            let bytes = try await world.wire.exchangeBytes([.send(Array(old.utf8) + [1, 2])])
            #expect(InterimHead.all(in: bytes).isEmpty)
            #expect([200, 201].contains(try WireAnswer(bytes).status))
        }
        try await HTTPWorld.with(environment: ["PAWL_HTTP_INTERIM_RESPONSES": "off"]) { world in
            let bytes = try await world.wire.exchangeBytes([.send(creation(world, "8", [1, 2]) + [1, 2])])
            #expect(InterimHead.all(in: bytes).isEmpty)
            #expect(try WireAnswer(bytes).status == 201)
        }
    }
}
