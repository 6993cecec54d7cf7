import PawlModel
import TestKit
import Testing

/// Content as bytes: whole, in ranges, and under conditions.
struct RangeTests {
    /// A version of many small and large blocks, some of them more than once.
    private func withContent(_ body: (HTTPWorld, Version, [UInt8]) async throws -> Void) async throws {
        try await HTTPWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            var blocks = (0..<40).map { _ in WireBlock(generator.bytes(Int.random(in: 1...40_000, using: &generator))) }
            blocks += blocks.shuffled(using: &generator).prefix(20)
            try await body(world, try await world.push(blocks), blocks.flatMap(\.bytes))
        }
    }

    @Test func randomRanges_areTheReferencesBytes() async throws {
        try await withContent { world, version, bytes in
            var generator = SeededGenerator(seed: testSeed)
            let path = Routes.content(ofVersion: version.id)
            for _ in 0..<500 {
                let start = Int.random(in: 0..<bytes.count, using: &generator)
                let end = min(
                    start + Int.random(in: 0..<(Bool.random(using: &generator) ? 500 : bytes.count), using: &generator),
                    bytes.count - 1)
                let (header, range): (String, ClosedRange<Int>) =
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: ("bytes=\(start)-", start...bytes.count - 1)
                    case 1: ("bytes=-\(bytes.count - start)", start...bytes.count - 1)
                    case 2: ("bytes=\(start)-\(end == bytes.count - 1 ? bytes.count + 1000 : end)", start...end)
                    default: ("bytes=\(start)-\(end)", start...end)
                    }
                let answer = try await world.send("GET", path, headers: ["Range": header])
                #expect(answer.status == 206 && answer.body == Array(bytes[range]), "\(header), seed \(testSeed)")
                #expect(
                    answer.headers["content-range"] == "bytes \(range.lowerBound)-\(range.upperBound)/\(bytes.count)",
                    "\(header)")
                #expect(answer.headers["content-length"] == "\(range.count)")
                #expect(answer.headers["etag"] == "\"\(version.root)\"" && answer.headers["accept-ranges"] == "bytes")
            }
        }
    }

    @Test func whatIsNoSingleRange_getsTheWhole() async throws {
        try await withContent { world, version, bytes in
            let path = Routes.content(ofVersion: version.id)
            for header in [
                "bytes=5-2", "bytes=", "bytes=-", "bytes=a-b", "lines=1-2", "bytes 1-2", "bytes=1-2,6-5", "bytes=+1-2",
            ] {
                let answer = try await world.send("GET", path, headers: ["Range": header])
                #expect(answer.status == 200 && answer.body == bytes, "\(header)")
            }
            let past = try await world.send(
                "GET", path, headers: ["Range": "bytes=\(bytes.count)-99999999999999999999"])
            #expect(past.status == 416 && past.headers["content-range"] == "bytes */\(bytes.count)")
            let huge = try await world.send("GET", path, headers: ["Range": "bytes=0-99999999999999999999"])
            #expect(huge.status == 206 && huge.body == bytes)
            let head = try await world.send("HEAD", path, headers: ["Range": "bytes=0-1"])
            #expect(head.status == 200 && head.headers["content-length"] == "\(bytes.count)")
        }
    }

    @Test func conditions_areThoseOfTheRoot() async throws {
        try await withContent { world, version, bytes in
            let etag = "\"\(version.root)\""
            for path in [Routes.content(ofVersion: version.id), Routes.content(ofAsset: world.asset)] {
                let same = try await world.send("GET", path, headers: ["If-None-Match": etag])
                #expect(same.status == 304 && same.body.isEmpty && same.headers["etag"] == etag)
                let other = try await world.send("GET", path, headers: ["If-None-Match": "\"x\"", "If-Match": etag])
                #expect(other.status == 200 && other.body == bytes)
                let part = try await world.send("GET", path, headers: ["Range": "bytes=1-3", "If-Range": etag])
                #expect(part.status == 206 && part.body == Array(bytes[1...3]))
                for condition in ["\"x\"", "W/" + etag, "Mon, 23 Nov 2026 00:00:00 GMT"] {
                    let whole = try await world.send(
                        "GET", path, headers: ["Range": "bytes=1-3", "If-Range": condition])
                    #expect(whole.status == 200 && whole.body == bytes, "\(condition)")
                }
            }
            #expect(
                try await world.send("GET", Routes.content(ofVersion: version.id)).headers["cache-control"]?.contains(
                    "immutable") == true)
            #expect(
                try await world.send("GET", Routes.content(ofAsset: world.asset)).headers["cache-control"]?.contains(
                    "immutable") == false)
        }
    }

    @Test func selectors_nameTheVersion() async throws {
        try await HTTPWorld.with { world in
            let path = Routes.content(ofAsset: world.asset)
            for text in ["one", "two", "three"] {
                let answer = try await world.send(
                    "PUT", path + (text == "two" ? "?channel=live&label=second" : ""), Array(text.utf8))
                #expect(answer.status == 201, "\(answer.text)")
            }
            #expect(try await world.send("GET", path).text == "three")
            #expect(try await world.send("GET", path + "?version=1").text == "one")
            #expect(try await world.send("GET", path + "?channel=live").text == "two")
            // The newest content again is that version; with a new label it is a new one.
            let same = try await world.send("PUT", path, Array("three".utf8))
            #expect(same.status == 200 && same.json["number"] == 3)
            let labelled = try await world.send("PUT", path + "?label=final", Array("three".utf8))
            #expect(labelled.status == 201 && labelled.json["number"] == 4 && labelled.json["label"] == "final")
        }
    }

    /// A damaged block ends the response: fewer bytes than promised, all of them right, and none of the damaged one.
    @Test func damagedBlock_breaksTheResponseOff() async throws {
        try await HTTPWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = (0..<40).map { _ in WireBlock(generator.bytes(100_000)) }
            let version = try await world.push(blocks)
            let bytes = blocks.flatMap(\.bytes)
            try world.flip(Array(blocks[30].bytes[500..<600]))
            let broken = try await world.send("GET", Routes.content(ofVersion: version.id))
            #expect(broken.headers["content-length"] == "\(bytes.count)")
            #expect(broken.body.count <= 3_000_000 && broken.body.elementsEqual(bytes.prefix(broken.body.count)))
            #expect(try await world.send("GET", "/healthz", key: "").status == 200)
            // Pushing the block again heals the version.
            let upload = try await world.begin()
            #expect(try await world.put(blocks[30].record, to: upload).status == 200)
            #expect(try await world.send("GET", Routes.content(ofVersion: version.id)).body == bytes)
        }
    }
}
