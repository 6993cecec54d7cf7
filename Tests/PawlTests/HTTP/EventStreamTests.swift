import AsyncHTTPClient
import Dispatch
import Foundation
import NIOCore
import NIOHTTP1
import PawlModel
import TestKit
import Testing

/// Many streams, slow ones, and the end of the daemon.
@Suite(.timeLimit(.minutes(20))) struct EventStreamTests {
    /// Sixteen writers at once: a stream tells every event once, in the order of the list, and those of each row in the
    /// order of its revisions.
    @Test func stream_isCompleteAndInOrder_whileSixteenWrite() async throws {
        try await HTTPWorld.with { world in
            var stream = try await EventReader(world, "?filter=type%3D%22assets.*%22")
            let begin = try await stream.begin()
            let (writers, changes) = (16, 20)
            let writing = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<writers {
                        group.addTask { try await Self.change(world, "p\(writer)", times: changes) }
                    }
                    try await group.waitForAll()
                }
            }
            var met: [Event] = []
            while met.count < writers * changes {
                met.append(try JSONValue.object(try await stream.event().json).decoded())
            }
            try await writing.value
            #expect(Set(met.map(\.id)).count == writers * changes)
            for events in Dictionary(grouping: met, by: \.subject).values {
                #expect(events.map { $0.data.object?["revision"] } == (1...changes).map { .int(Int64($0)) })
            }
            let list = try await world.send(
                "GET", "/v1/events?page_size=500&after=\(begin)&filter=type%3D%22assets.*%22")
            guard case .array(let items)? = list.json["items"] else { return }
            #expect(items.map { $0.object?["id"]?.string } == met.map(\.id.description))
        }
    }

    /// Five thousand events of some KiB pass a reader that takes none of them: others get them all, and the daemon keeps
    /// nothing for it.
    @Test func readerThatNeverReads_harmsNobody() async throws {
        try await HTTPWorld.with { world in
            let idle = DispatchSemaphore(value: 0)
            defer { idle.signal() }
            let head = world.head("GET", Routes.eventStream)
            let stuck = Task { try await world.wire.exchange([.narrow, .send(head), .hold(idle)]) }
            defer { stuck.cancel() }
            var stream = try await EventReader(world, "?filter=type%3D%22assets.*%22")
            _ = try await stream.begin()
            // The writes themselves take memory at first, whoever reads.
            try await Self.changeMany(world, "warm", changes: 100)
            for _ in 0..<1000 { _ = try await stream.event() }
            let before = world.daemon.peakMemory
            async let writing: Void = Self.changeMany(world, "p", changes: 500)
            for _ in 0..<5000 { _ = try await stream.event() }
            try await writing
            let grown = world.daemon.peakMemory - before
            LiveTests.figure("5,000 events of 8 KB past a reader that does not read: \(grown.mebibytes) more")
            #expect(grown < 24 * LiveTests.mebibyte)
            #expect(try await world.send("GET", "/healthz", key: "").status == 200)
        }
    }

    @Test func streams_areBounded_andPlacesAreGivenBack() async throws {
        try await HTTPWorld.with { world in
            var configuration = HTTPClient.Configuration()
            configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 2 * Limits.eventStreamsMax
            let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            do {
                var streams: [EventReader] = []
                for _ in 0..<Limits.eventStreamsMax / Limits.eventStreamsPerCaller {
                    let key = try await world.key([.eventsRead]).secret
                    for _ in 0..<Limits.eventStreamsPerCaller {
                        streams.append(try await EventReader(world, key: key, http: http))
                    }
                    // The key has all of its places, and the last one has those of the daemon.
                    let refused = try await world.send("GET", Routes.eventStream, key: key)
                    #expect(refused.status == 429 && refused.code == "too_many_requests")
                    #expect(refused.headers["retry-after"] != nil)
                }
                #expect(streams.allSatisfy { $0.status == 200 })
                #expect(try await world.send("GET", Routes.eventStream).status == 429)
                #expect(try await world.send("GET", Routes.events).status == 200)
                // One goes; its place is free as soon as the daemon has seen that.
                streams.removeLast()
                let deadline = ContinuousClock.now + .seconds(20)
                while try await EventReader(world, http: http).status != 200 {
                    try #require(ContinuousClock.now < deadline, "no place is given back")
                }
                try await http.shutdown()
            } catch {
                try await http.shutdown()
                throw error
            }
        }
    }

    /// Streams that wait end at once, and one whose reader takes nothing is broken off: the daemon stops in time.
    @Test func streams_end_whenTheDaemonStops() async throws {
        try await HTTPWorld.with { world in
            let idle = DispatchSemaphore(value: 0)
            defer { idle.signal() }
            let head = world.head("GET", Routes.eventStream + "?after=oldest")
            try await Self.change(world, "large", times: 300, filling: 16000)
            let stuck = Task { try await world.wire.exchange([.narrow, .send(head), .hold(idle)]) }
            defer { stuck.cancel() }
            var stream = try await EventReader(world)
            _ = try await stream.begin()
            let start = ContinuousClock.now
            async let status = world.daemon.terminate()
            while let block = try await stream.block() { #expect(block["data"] == nil) }
            #expect(await status == 0)
            #expect(ContinuousClock.now - start < .seconds(5))
        }
    }

    /// Ten writers at once, each with an asset of some KiB.
    private static func changeMany(_ world: HTTPWorld, _ path: String, changes: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<10 {
                group.addTask { try await change(world, "\(path)\(writer)", times: changes, filling: 8000) }
            }
            try await group.waitForAll()
        }
    }

    /// Makes an asset and changes it until it is at revision `times`, on connections that are kept.
    private static func change(_ world: HTTPWorld, _ path: String, times: Int, filling: Int = 0) async throws {
        let metadata: JSONValue = ["filling": .string(String(repeating: "x", count: filling))]
        let made = try await json(
            world, .POST, "/v1/assets",
            ["game_id": .string("\(world.game)"), "path": .string(path), "metadata": metadata])
        let id = made["id"]?.string ?? ""
        for time in 1..<times {
            _ = try await json(world, .PATCH, "/v1/assets/\(id)", ["title": .string("\(time)")])
        }
    }

    private static func json(
        _ world: HTTPWorld, _ method: HTTPMethod, _ path: String, _ body: JSONObject
    ) async throws -> JSONObject {
        var request = HTTPClientRequest(url: world.daemon.address + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(world.admin)")
        request.headers.add(name: "Content-Type", value: MediaType.json)
        request.headers.add(name: "If-Match", value: "*")
        request.body = .bytes(JSONValue.object(body).data)
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await answer.body.collect(upTo: 1024 * 1024)
        guard (200..<300).contains(answer.status.code) else { throw ProcessError(String(buffer: bytes)) }
        return try JSONValue(parsing: bytes.readableBytesView).object ?? [:]
    }
}
