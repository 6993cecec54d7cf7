import BlockFormat
import Blocks
import Metadata
import PawlModel
import TestKit
import Testing
import Transfers

/// A pin is a reference: `have` and PUT give it, commit hands it over, and the end of an upload gives it back.
struct PinTests {
    @Test func sendingPins_commitHandsOver_andTheSweepGivesBackTheRest() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let kept = TestBlock(900, &generator)
            let spare = TestBlock(900, &generator)
            let upload = try await rooms.begin(world.asset)
            for _ in 0..<2 { try await rooms.put([kept, spare], to: upload) }
            #expect(try await rooms.references(kept) == 1)
            #expect(try await rooms.references(spare) == 1)
            try await rooms.commit([kept, kept], of: upload)
            try await rooms.sweep()
            #expect(try await rooms.references(kept) == 1)
            #expect(try await rooms.references(spare) == 0)
            #expect(try await rooms.findings() == [])
        }
    }

    @Test func askingPins_onceForEachUpload_andCancelGivesBack() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let block = TestBlock(900, &generator)
            try await rooms.push([block], to: world.asset)
            let upload = try await rooms.begin(world.asset)
            for _ in 0..<3 { #expect(try await rooms.missing([block, block], of: upload) == []) }
            #expect(try await rooms.references(block) == 2)
            try await rooms.uploads.cancel(upload, by: .daemon)
            let gone = try await thrown(Problem.self) { try await rooms.missing([block], of: upload) }
            #expect(gone.code == .uploadGone)
            try await rooms.sweep()
            #expect(try await rooms.references(block) == 1)
            #expect(try await rooms.findings() == [])
        }
    }

    @Test func untouchedUpload_expires_andEachUseMovesThatOn() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let block = TestBlock(900, &generator)
            let used = try await rooms.begin(world.asset)
            let left = try await rooms.begin(world.asset)
            try await rooms.put([block], to: used)
            try await rooms.put([block], to: left)
            world.clock.advance(bySeconds: BlockWorld.uploadLifetime - 1)
            #expect(try await rooms.expiry.sweep() == 0)
            _ = try await rooms.missing([block], of: used)
            world.clock.advance(bySeconds: 1)
            #expect(try await rooms.expiry.sweep() == 1)
            #expect(try await rooms.uploads.upload(left, for: .daemon).upload.state == .expired)
            #expect(try await rooms.references(block) == 1)
            let gone = try await thrown(Problem.self) { try await rooms.put([block], to: left) }
            #expect(gone.code == .uploadGone)
            try await rooms.commit([block], of: used)
            #expect(try await rooms.findings() == [])
        }
    }

    /// Two commits of one upload at once end in one version, and its blocks stay held.
    @Test func commitsAtOnce_makeOneVersion_andKeepItsPins() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let blocks = TestBlock.some(30, upTo: 2000, &generator)
            let upload = try await rooms.begin(world.asset)
            try await rooms.put(blocks, to: upload)
            let versions = try await withThrowingTaskGroup(of: ResourceID.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await rooms.commit(blocks, of: upload).id }
                    group.addTask {
                        try await rooms.sweep()
                        return upload
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(versions.count == 2 && versions.contains(upload))
            try await rooms.sweep()
            #expect(try await rooms.findings() == [])
        }
    }

    @Test func commitOfTheNewestContent_givesAllPinsBack() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let blocks = TestBlock.some(5, upTo: 2000, &generator)
            let first = try await rooms.push(blocks, to: world.asset)
            #expect(try await rooms.push(blocks, to: world.asset).id == first.id)
            try await rooms.sweep()
            for block in blocks { #expect(try await rooms.references(block) == 1) }
            #expect(try await rooms.findings() == [])
        }
    }

    /// Content that is not what was promised fails the upload: nothing becomes visible, and everything is given back.
    @Test func digestThatWasPromisedWrongly_failsTheUpload() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let block = TestBlock(900, &generator)
            let upload = try await rooms.begin(world.asset, sha256: TestBlock([1]).id)
            try await rooms.put([block], to: upload)
            let error = try await thrown(Problem.self) { try await rooms.commit([block], of: upload) }
            #expect(error.code == .digestMismatch)
            #expect(try await rooms.uploads.upload(upload, for: .daemon).upload.state == .failed)
            try await rooms.sweep()
            #expect(try await rooms.references(block) == 0)
            let right = try await rooms.begin(world.asset, sha256: block.id)
            _ = try await rooms.missing([block], of: right)
            #expect(try await rooms.commit([block], of: right).sha256 == block.id)
            #expect(try await rooms.findings() == [])
        }
    }

    /// Whatever clients do in whatever order: each count is the number of holders.
    @Test func interleavedTransfers_leaveEveryCountRight() async throws {
        try await BlockWorld.with { world in
            let (rooms, asset) = (world.rooms, world.asset)
            var generator = SeededGenerator(seed: testSeed)
            let pool = TestBlock.some(24, upTo: 700, &generator)
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<6 {
                    var own = SeededGenerator(seed: generator.next())
                    group.addTask {
                        for _ in 0..<12 { try? await Self.act(rooms, asset, pool, &own) }
                    }
                }
            }
            #expect(try await rooms.findings() == [], "seed \(testSeed)")
            world.clock.advance(bySeconds: BlockWorld.uploadLifetime)
            try await rooms.sweep()
            #expect(try await rooms.findings() == [], "seed \(testSeed)")
            #expect(try await rooms.database.read { try BlockAudit($0).pinCounts() } == [:])
        }
    }

    private static func act(
        _ rooms: BlockWorld.Rooms, _ asset: ResourceID, _ pool: [TestBlock], _ generator: inout SeededGenerator
    ) async throws {
        let upload = try await rooms.begin(asset)
        var had: [TestBlock] = []
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let some = Array(pool.shuffled(using: &generator).prefix(Int.random(in: 1...8, using: &generator)))
            switch Int.random(in: 0..<7, using: &generator) {
            case 0..<2: _ = try await rooms.missing(some, of: upload)
            case 2..<5:
                try await rooms.put(try await rooms.missing(some, of: upload), to: upload)
                had += some
            case 5: try await rooms.sweep()
            default: return try await rooms.uploads.cancel(upload, by: .daemon)
            }
        }
        // Not all that was sent is used, and some of it twice.
        if let last = had.last { try await rooms.commit(had.dropLast(2) + [last], of: upload) }
    }
}
