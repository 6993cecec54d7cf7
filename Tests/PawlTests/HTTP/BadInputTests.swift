import BlockFormat
import Dispatch
import PawlModel
import TestKit
import Testing

struct BadInputTests {
    /// Each row of the table gets its status and its stable code, and leaves no version, no temporary file and no
    /// byte of what was refused.
    @Test func everyBadRequest_getsItsProblem_andLeavesNothing() async throws {
        try await HTTPWorld.with { world in
            let fixture = try await BadInput.Fixture(world)
            let versions = try await world.versions()
            let rows =
                BadInput.paths + BadInput.bodies + BadInput.queries + BadInput.unknown + BadInput.keys
                + BadInput.blockBodies
                + BadInput.uploads + BadInput.commits + BadInput.content
            for row in rows {
                let answer = try await row.send(world, fixture)
                #expect(
                    answer.status == row.status && answer.code == row.code,
                    "\(row.name): \(answer.status) \(answer.text)")
                #expect(answer.headers["content-type"] == "application/problem+json", "\(row.name)")
                #expect(answer.json["status"] == .int(Int64(row.status)) && answer.json["detail"]?.string != nil)
                if let pointers = row.pointers { #expect(answer.pointers == pointers, "\(row.name): \(answer.text)") }
                #expect(try await world.versions() == versions, "\(row.name) left a version")
            }
            #expect(try world.strangeFiles() == [])
            #expect(try !world.isStored(BadInput.Fixture.rejected))
            // What was sent whole before a mistake is kept, and the daemon is none the worse.
            let answer = try await world.commit(WireBlock.manifest([fixture.kept, fixture.kept]), of: fixture.open)
            #expect(answer.status == 201)
            let report = try await world.send("POST", "/v1/maintenance:doctor", [])
            #expect(report.json["findings"] == [], "\(report.text)")
        }
    }

    /// A key of another game is told the same about what is there as about what is not.
    @Test func whatIsAnotherGames_cannotBeToldFromWhatIsNotThere() async throws {
        try await HTTPWorld.with { world in
            let fixture = try await BadInput.Fixture(world)
            for row in BadInput.foreign {
                let (real, unreal) = (try await row.ask(world, fixture, true), try await row.ask(world, fixture, false))
                #expect([404, 409, 422].contains(real.status), "\(row.name): \(real.text)")
                #expect(Self.shape(real) == Self.shape(unreal), "\(row.name)")
            }
            // Its own things it finds.
            let own = try await world.send("GET", "/v1/assets/\(world.otherAsset)", key: fixture.foreignKey)
            #expect(own.status == 200)
            let list = try await world.send("GET", "/v1/assets", key: fixture.foreignKey)
            guard case .array(let items)? = list.json["items"] else {
                Issue.record("\(list.text)")
                return
            }
            #expect(items.map { $0.object?["id"] } == [.string("\(world.otherAsset)")])
        }
    }

    /// An answer without what names the thing asked for.
    private static func shape(_ answer: WireAnswer) -> String {
        let ids = /[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}|[0-9a-f]{64}/
        let headers = answer.headers.filter { !["date", "x-request-id", "content-length"].contains($0.key) }
        return "\(answer.status) \(headers.sorted { $0.key < $1.key }) \(answer.text.replacing(ids, with: "ID"))"
    }

    @Test func traffic_thatIsNoHTTP_endsItsOwnConnectionOnly() async throws {
        try await HTTPWorld.with { world in
            let head = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            let bad = [
                "\u{0}\u{1}nonsense\r\n\r\n", "GET\r\n\r\n",
                head + "X-Huge: " + String(repeating: "a", count: 200_000) + "\r\n\r\n",
                head + (0..<3000).map { "X-\($0): 1\r\n" }.joined() + "\r\n", head + "Content-Length: -3\r\n\r\n",
                head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", head + "no colon\r\n\r\n",
                "GET /\(String(repeating: "a", count: 200_000)) HTTP/1.1\r\n\r\n",
                head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            ]
            for text in bad {
                let answer = try await world.wire.exchange([.send(Array(text.utf8)), .finish])
                // The last one is a good head: its answer may come before the body is found wrong.
                #expect([0, 200, 400, 413, 414, 431].contains(answer.status), "\(text.prefix(40))")
            }
            #expect(try await world.send("GET", "/healthz", key: "").status == 200)
        }
    }

    /// A line that goes dead in the middle of a body, at any place: nothing becomes visible.
    @Test func brokenConnections_makeNoVersion() async throws {
        try await HTTPWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let bytes = generator.bytes(700_000)
            let path = Routes.content(ofAsset: world.asset)
            var counts: [Int64] = []
            for _ in 0..<8 {
                let count = Int.random(in: 0..<bytes.count, using: &generator)
                let sized = world.head("PUT", path, ["Content-Length": "\(bytes.count)"]) + bytes[..<count]
                let chunked =
                    world.head("PUT", path, ["Transfer-Encoding": "chunked"]) + BadInput.chunk(Array(bytes[..<count]))
                for request in [sized, chunked] {
                    _ = try await world.wire.exchange([.send(request), .finish])
                    counts.append(Int64(count))
                    // What a reset takes with it has not arrived; the daemon only must not mind.
                    try await world.wire.sendAndBreak(request)
                }
            }
            // What came is kept, each time in an upload that can go on behind the last byte.
            guard case .array(let items)? = try await world.send("GET", "/v1/uploads").json["items"] else { return }
            let offsets = items.compactMap { $0.object?["offset"]?.int }
            for count in counts { #expect(offsets.contains(count)) }
            #expect(try await world.versions() == [])
            let answer = try await world.send("PUT", path, bytes)
            #expect(answer.status == 201)
            #expect(try await world.send("GET", path).body == bytes)
            #expect(try await world.send("POST", "/v1/maintenance:doctor", []).json["findings"] == [])
        }
    }

    @Test func uploadOfOneDoor_isNotTakenByAnother() async throws {
        try await HTTPWorld.with { world in
            let rest = DispatchSemaphore(value: 0)
            let head = world.head("PUT", Routes.content(ofAsset: world.asset), ["Content-Length": "6"])
            async let plain = world.wire.exchange([
                .send(head + Array("abc".utf8)), .hold(rest), .send(Array("def".utf8)),
            ])
            var upload: ResourceID?
            while upload == nil {
                guard case .array(let items)? = try await world.send("GET", "/v1/uploads").json["items"] else { break }
                upload = items.first?.object?["id"]?.string.flatMap { ResourceID($0) }
            }
            let block = WireBlock(Array("abc".utf8))
            let put = try await world.put(block.record, to: try #require(upload))
            #expect(put.status == 409 && put.code == "wrong_door", "\(put.text)")
            let have = try await world.send(
                "POST", Routes.have(upload!), HaveRequest(ids: [block.id]).encode(), type: MediaType.have)
            #expect(have.status == 409 && have.code == "wrong_door")
            rest.signal()
            #expect(try await plain.status == 201)
            #expect(try await world.send("GET", Routes.content(ofAsset: world.asset)).text == "abcdef")
        }
    }
}
