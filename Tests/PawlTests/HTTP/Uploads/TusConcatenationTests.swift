import BlockFormat
import PawlModel
import TestKit
import Testing

/// tus 1.0.0, Concatenation, over the wire: parts that are joined without copying a byte.
@Suite struct TusConcatenationTests {
    private static let bytes = [UInt8].sample(700_000, seed: 2)

    private func part(_ world: HTTPWorld, _ range: Range<Int>, _ headers: [String: String] = [:]) async throws
        -> String
    {
        let answer = try await world.tus(
            "POST", Routes.tus,
            [
                "Upload-Length": "\(range.count)", "Upload-Concat": "partial",
                "Upload-Metadata": "game \("mygame".base64)",
            ].merging(headers) { $1 })
        answer.check("Creation of a part", 201)
        let url = try #require(answer.headers["location"])
        try await world.tus("HEAD", url).check(
            "HEAD of a part: Upload-Offset and Upload-Concat", 200, ["upload-offset": "0", "upload-concat": "partial"])
        try await world.tus("PATCH", url, ["Upload-Offset": "0"], Array(Self.bytes[range])).check(
            "PATCH of a part", 204, ["upload-offset": "\(range.count)"])
        return url
    }

    @Test func parts_areJoined_inTheirOrder_andMayBeUsedAgain() async throws {
        try await HTTPWorld.with { world in
            let (one, two) = (try await part(world, 0..<300_000), try await part(world, 300_000..<700_000))
            #expect(try await world.versions() == [])
            let concat = "final;http://example.com\(one) \(two)"
            let final = try await world.tus(
                "POST", Routes.tus, ["Upload-Concat": concat, "Upload-Metadata": world.metadata()])
            final.check("final: 201 with Location", 201, ["upload-offset": "700000"])
            let url = try #require(final.headers["location"])
            try await world.tus("HEAD", url).check(
                "HEAD of a final one: both numbers, and Upload-Concat as it came", 200,
                [
                    "upload-offset": "700000", "upload-length": "700000", "upload-concat": concat,
                    "upload-metadata": world.metadata(),
                ])
            #expect(try await world.content() == Self.bytes)
            try await world.tus("PATCH", url, ["Upload-Offset": "700000"], [1]).check("PATCH of a final one: 403", 403)
            try await world.tus(
                "POST", Routes.tus,
                ["Upload-Concat": "final;\(two) \(one) \(two)", "Upload-Metadata": world.metadata()]
            ).check("parts may be used again", 201)
            #expect(
                try await world.content()
                    == Array(Self.bytes[300_000...] + Self.bytes[..<300_000] + Self.bytes[300_000...]))
        }
    }

    @Test func whatCannotBeJoined_isRefused() async throws {
        try await HTTPWorld.with { world in
            let whole = try await part(world, 0..<10)
            let open = try await world.tus(
                "POST", Routes.tus,
                ["Upload-Length": "5", "Upload-Concat": "partial", "Upload-Metadata": "game \("mygame".base64)"])
            let unfinished = try #require(open.headers["location"])
            let foreign = try await world.tus(
                "POST", Routes.tus,
                ["Upload-Length": "0", "Upload-Concat": "partial", "Upload-Metadata": "game \("other".base64)"])
            let others = try #require(foreign.headers["location"])
            let ordinary = Routes.tus(try await world.beginTus(["Upload-Length": "5"]))
            func join(_ urls: String, _ headers: [String: String] = [:]) async throws -> WireAnswer {
                let headers = ["Upload-Concat": "final;\(urls)", "Upload-Metadata": world.metadata()].merging(headers) {
                    $1
                }
                return try await world.tus("POST", Routes.tus, headers)
            }
            try await join("\(whole) \(unfinished)").check("an unfinished part", 409)
            try await join("\(whole) \(others)").check("a part of another game", 404)
            try await join("\(whole) \(ordinary)").check("what is no part", 409)
            try await join("\(whole) \(Routes.tus(ResourceID(prefix: "upl", value: 1)))").check("nothing", 404)
            try await join(whole, ["Upload-Length": "10"]).check("final: MUST NOT include Upload-Length", 400)
            try await join("").check("no part", 400)
            #expect(try await world.versions() == [])
            try await join(whole).check("the part alone", 201)
        }
    }

    /// The game of a part comes from its metadata, its query or its key; without one it is said what to send.
    @Test func aPart_needsItsGame() async throws {
        try await HTTPWorld.with { world in
            let headers = ["Tus-Resumable": "1.0.0", "Upload-Length": "1", "Upload-Concat": "partial"]
            let none = try await world.send("POST", Routes.tus, headers: headers)
            none.check("no game", 400)
            #expect(none.json["detail"]?.string?.contains("game") == true)
            #expect(try await world.send("POST", Routes.tus + "?game=mygame", headers: headers).status == 201)
            let bound = try await world.key([.assetsWrite], game: world.game).secret
            #expect(try await world.send("POST", Routes.tus, key: bound, headers: headers).status == 201)
            for target in ["\(world.asset)", "mygame/none/yet"] {
                let named = headers.merging(["Upload-Metadata": "asset \(target.base64)"]) { $1 }
                #expect(try await world.send("POST", Routes.tus, headers: named).status == 201, "\(target)")
            }
            let assets = try await world.send("GET", "/v1/assets?filter=path=%22none/yet%22")
            #expect(assets.json["items"]?.elements.count == 0)
            let other = try await world.send("POST", Routes.tus + "?game=other", key: bound, headers: headers)
            #expect(other.status == 404)
        }
    }
}
