import Dispatch
import PawlModel
import Synchronization
import TestKit
import Testing

/// A client that comes back before the daemon has noticed that it was gone: the older request ends, and nothing is refused
/// as locked (draft, Concurrency).
@Suite struct FencingTests {
    private static let bytes = [UInt8].sample(400_000, seed: 6)

    /// Begins an upload whose body stops in the middle, on a connection that stays open.
    private func withHangingUpload(
        _ world: HTTPWorld, _ body: (ResourceID) async throws -> Void
    ) async throws -> [UInt8] {
        let release = DispatchSemaphore(value: 0)
        let head = world.head(
            "POST", Routes.content(ofAsset: world.asset),
            ["Upload-Complete": "?1", "Content-Length": "\(Self.bytes.count)"])
        async let older = world.wire.exchangeBytes([.send(head + Self.bytes[..<250_000]), .hold(release)])
        do {
            try await body(try await world.nextUpload())
        } catch {
            release.signal()
            throw error
        }
        release.signal()
        return try await older
    }

    @Test func head_endsTheOlderRequest_andItsOffsetHolds() async throws {
        try await HTTPWorld.with { world in
            let left = try await withHangingUpload(world) { id in
                let head = try await world.ietf("HEAD", Routes.upload(id))
                let offset = try #require(head.headers["upload-offset"].flatMap { Int($0) })
                #expect(head.status == 200 && offset <= 250_000)
                let rest = ["Upload-Offset": "\(offset)", "Upload-Complete": "?1"]
                let last = try await world.ietf("PATCH", Routes.upload(id), rest, Array(Self.bytes[offset...]))
                last.check("a received offset is accepted", 201)
                #expect(try await world.content() == Self.bytes)
            }
            #expect(left.isEmpty)
        }
    }

    /// A kill of the daemon must not cost it minutes.
    @Test func slowUpload_isKeptAsItComes() async throws {
        try await HTTPWorld.with { world in
            let upload = try await world.beginTus(["Upload-Length": "1000000"])
            let head = world.head(
                "PATCH", Routes.tus(upload),
                [
                    "Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Length": "1000000",
                    "Content-Type": "application/offset+octet-stream",
                ])
            let isKept = Mutex(false)
            async let sender: Void = LineSocket.run(world.daemon.port) { line in
                try line.send(head)
                for _ in 0..<200 where !isKept.withLock({ $0 }) {
                    guard try line.dribble([Array(repeating: 1, count: 1000)], every: 50) else { return }
                }
            }
            var offset: Int64 = 0
            while offset == 0, try await world.openUploads().count == 1 {
                offset = try await world.send("GET", "/v1/uploads/\(upload)").json["offset"]?.int ?? 0
            }
            isKept.withLock { $0 = true }
            try await sender
            #expect(offset >= 1000)
        }
    }

    @Test func delete_endsTheOlderRequest() async throws {
        try await HTTPWorld.with { world in
            let left = try await withHangingUpload(world) { id in
                try await world.ietf("DELETE", Routes.upload(id)).check("DELETE", 204)
                try await world.ietf("HEAD", Routes.upload(id)).check("HEAD", 410)
            }
            #expect(left.isEmpty)
            #expect(try await world.versions() == [])
        }
    }

    @Test func patch_ofTus_endsTheOlderRequest_whoseBytesAreKept() async throws {
        try await HTTPWorld.with { world in
            let left = try await withHangingUpload(world) { id in
                // It does not know the offset, and is told.
                let first = try await world.tus("PATCH", Routes.tus(id), ["Upload-Offset": "399999"], [1])
                let offset = try #require(first.json["expected-offset"]?.int.map { Int($0) })
                #expect(first.status == 409 && offset <= 250_000)
                let last = try await world.tus(
                    "PATCH", Routes.tus(id), ["Upload-Offset": "\(offset)"], Array(Self.bytes[offset...]))
                last.check("PATCH", 204, ["upload-offset": "\(Self.bytes.count)"])
                #expect(try await world.content() == Self.bytes)
            }
            #expect(left.isEmpty)
        }
    }

    /// GET never ends anything, nor does the HEAD of somebody who may only read.
    @Test func readers_stopNobody() async throws {
        try await HTTPWorld.with { world in
            let reader = try await world.key([.assetsRead]).secret
            let release = DispatchSemaphore(value: 0)
            let head = world.head(
                "PUT", Routes.content(ofAsset: world.asset), ["Content-Length": "\(Self.bytes.count)"])
            let steps: [Wire.Step] = [
                .send(head + Self.bytes[..<250_000]), .hold(release), .send(Array(Self.bytes[250_000...])),
            ]
            async let upload = world.wire.exchange(steps)
            let id = try await world.nextUpload()
            #expect(try await world.send("GET", Routes.upload(id)).status == 200)
            #expect(try await world.send("HEAD", Routes.upload(id), key: reader).status == 200)
            release.signal()
            #expect(try await upload.status == 201)
            #expect(try await world.content() == Self.bytes)
        }
    }
}
