import PawlModel
import TestKit
import Testing

/// One upload, whichever protocol carries it: same object, same offset, same last component of its URL.
@Suite struct CrossDoorTests {
    private static let bytes = [UInt8].sample(900_000, seed: 5)

    private func patchTus(_ world: HTTPWorld, _ id: ResourceID, _ range: Range<Int>) async throws -> WireAnswer {
        try await world.tus(
            "PATCH", Routes.tus(id), ["Upload-Offset": "\(range.lowerBound)"], Array(Self.bytes[range]))
    }

    private func patchIETF(_ world: HTTPWorld, _ id: ResourceID, _ range: Range<Int>) async throws -> WireAnswer {
        let isLast = range.upperBound == Self.bytes.count
        return try await world.ietf(
            "PATCH", Routes.upload(id),
            ["Upload-Offset": "\(range.lowerBound)", "Upload-Complete": isLast ? "?1" : "?0"],
            Array(Self.bytes[range]))
    }

    private func expectOffset(_ offset: Int, of id: ResourceID, in world: HTTPWorld) async throws {
        let value = "\(offset)"
        try await world.tus("HEAD", Routes.tus(id)).check("tus", 200, ["upload-offset": value])
        try await world.ietf("HEAD", Routes.upload(id)).check("IETF", 200, ["upload-offset": value])
    }

    /// All bytes came by the IETF's protocol, which did not say that they are all; tus has known how many there are.
    @Test func begunByTus_filledByIETF_isWholeForTus() async throws {
        try await HTTPWorld.with { world in
            let id = try await world.beginTus(["Upload-Length": "\(Self.bytes.count)"])
            let part = ["Upload-Offset": "0", "Upload-Complete": "?0"]
            try await world.ietf("PATCH", Routes.upload(id), part, Self.bytes).check("PATCH", 204)
            try await world.tus("HEAD", Routes.tus(id)).check("HEAD", 200, ["upload-offset": "\(Self.bytes.count)"])
            #expect(try await world.content() == Self.bytes)
        }
    }

    /// A client of tus goes on with an upload whose bytes are all there: it is told so, and sends nothing more.
    @Test func begunAndFilledByIETF_isWholeForTus() async throws {
        try await HTTPWorld.with { world in
            let id = try await world.beginIETF(["Upload-Length": "\(Self.bytes.count)"])
            let part = ["Upload-Offset": "0", "Upload-Complete": "?0"]
            try await world.ietf("PATCH", Routes.upload(id), part, Self.bytes).check("PATCH", 204)
            try await world.ietf("HEAD", Routes.upload(id)).check("IETF", 200, ["upload-complete": "?0"])
            #expect(try await world.versions() == [])
            try await world.tus("HEAD", Routes.tus(id)).check("tus", 200, ["upload-offset": "\(Self.bytes.count)"])
            #expect(try await world.content() == Self.bytes)
        }
    }

    @Test func begunByTus_continuedByIETF_finishedByTus_throughRestarts() async throws {
        let directory = try TemporaryDirectory()
        let storage = directory.path("storage")
        var found: (HTTPWorld, ResourceID)?
        try await HTTPWorld.with(storage: storage) { world in
            let id = try await world.beginTus(["Upload-Length": "\(Self.bytes.count)"])
            #expect(try await patchTus(world, id, 0..<333_333).status == 204)
            found = (world, id)
        }
        let (first, id) = try #require(found)
        try await again(first, storage) { world in
            try await expectOffset(333_333, of: id, in: world)
            #expect(try await patchIETF(world, id, 333_333..<444_445).status == 204)
        }
        try await again(first, storage) { world in
            try await expectOffset(444_445, of: id, in: world)
            #expect(try await patchTus(world, id, 444_445..<Self.bytes.count).status == 204)
            #expect(try await world.content() == Self.bytes)
        }
    }

    @Test func begunByIETF_continuedByTus_finishedByIETF_throughRestarts() async throws {
        let directory = try TemporaryDirectory()
        let storage = directory.path("storage")
        var found: (HTTPWorld, ResourceID)?
        try await HTTPWorld.with(storage: storage) { world in
            let id = try await world.beginIETF(["Upload-Length": "\(Self.bytes.count)"])
            #expect(try await patchIETF(world, id, 0..<1).status == 204)
            found = (world, id)
        }
        let (first, id) = try #require(found)
        try await again(first, storage) { world in
            try await expectOffset(1, of: id, in: world)
            #expect(try await patchTus(world, id, 1..<500_000).status == 204)
        }
        try await again(first, storage) { world in
            try await expectOffset(500_000, of: id, in: world)
            #expect(try await patchIETF(world, id, 500_000..<Self.bytes.count).status == 201)
            #expect(try await world.content() == Self.bytes)
        }
    }

    /// The daemon was killed before: each start finds what it had said was durable.
    private func again(_ world: HTTPWorld, _ storage: String, _ body: (HTTPWorld) async throws -> Void) async throws {
        try await withDaemon(storage: storage, environment: ["PAWL_STORAGE_RESERVE": "0"]) { daemon in
            try await body(HTTPWorld(daemon, of: world))
        }
    }

    @Test func aPlainUploadThatBroke_isFoundByItsAsset_andContinued() async throws {
        try await HTTPWorld.with { world in
            let head = world.head(
                "PUT", Routes.content(ofAsset: world.asset), ["Content-Length": "\(Self.bytes.count)"])
            try await world.wire.sendAndBreak(head + Self.bytes[..<700_000])
            let id = try await world.nextUpload()
            let asked = try await world.ietf("HEAD", Routes.upload(id))
            let offset = try #require(asked.headers["upload-offset"].flatMap { Int($0) })
            #expect(offset <= 700_000 && asked.headers["upload-length"] == "\(Self.bytes.count)")
            #expect(try await world.versions() == [])
            #expect(try await patchIETF(world, id, offset..<Self.bytes.count).status == 201)
            #expect(try await world.content() == Self.bytes)
        }
    }

    @Test func uploadsOfBlocks_haveNoOffset() async throws {
        try await HTTPWorld.with { world in
            let id = try await world.begin()
            try await world.ietf("HEAD", Routes.upload(id)).check("no stream", 200, ["upload-offset": nil])
            try await world.tus("HEAD", Routes.tus(id)).check("no stream", 409, ["upload-offset": nil])
            #expect(try await patchTus(world, id, 0..<10).code == "wrong_door")
            #expect(try await patchIETF(world, id, 0..<10).code == "wrong_door")
        }
    }
}
