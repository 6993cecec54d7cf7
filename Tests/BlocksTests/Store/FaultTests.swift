import Blocks
import Files
import Metadata
import PawlModel
import TestKit
import Testing
import Transfers

/// A small world in which every file call fails once: the first, the second, and so on until none is left to fail.
struct FaultTests {
    static let calls: [FaultyFileSystem.Call] = [
        .open, .makeDirectory, .truncate, .allocate, .write, .synchronize, .synchronizeDirectory,
    ]

    /// What a client knows at the end of one pass: what was acknowledged to it, and what was not.
    private struct Pass {
        var acknowledged: [TestBlock] = []
        var refused: [TestBlock] = []
        var upload: ResourceID
        var error: (any Error)?
    }

    /// Sends groups until one fails. The second upload finds the first one's segment leased, and makes its own.
    private func pass(_ world: BlockWorld, _ generator: inout SeededGenerator) async throws -> Pass {
        let other = try await world.rooms.begin(world.asset)
        var pass = Pass(upload: try await world.rooms.begin(world.asset))
        var groups = (0..<4).map { _ in TestBlock.some(3, upTo: 9000, &generator) }
        do {
            try await world.rooms.put(groups[0], to: other)
            pass.acknowledged += groups.removeFirst()
            while let group = groups.first {
                try await world.rooms.put(group, to: pass.upload)
                pass.acknowledged += group
                groups.removeFirst()
            }
        } catch {
            pass.error = error
        }
        pass.refused = groups.flatMap(\.self)
        return pass
    }

    /// EIO at each place: what was acknowledged stays, nothing else is believed, and no byte is taken until a start.
    @Test(arguments: calls)
    func failedDisk_losesNothingAcknowledged_andMakesTheStoreReadOnly(_ call: FaultyFileSystem.Call) async throws {
        var failures = 0
        for count in 0... {
            let isOver = try await BlockWorld.with { world in
                var generator = SeededGenerator(seed: testSeed)
                world.files.fail(call, after: count, times: 1, with: .io)
                let pass = try await pass(world, &generator)
                guard pass.error != nil else { return true }
                let place = "\(call) \(count), seed \(testSeed)"
                #expect(
                    (pass.error as? BlockStoreError)?.code == .readOnly, "\(place): \(String(describing: pass.error))")
                #expect(world.rooms.store.readOnlyReason != nil)
                let refused = try await thrown(BlockStoreError.self) {
                    try await world.rooms.put(pass.refused, to: pass.upload)
                }
                #expect(refused.code == .readOnly, "\(place)")
                // Reading goes on.
                #expect(try await world.rooms.read(pass.acknowledged) == pass.acknowledged.flatMap(\.bytes), "\(place)")

                await world.rooms.store.close()
                try await world.open()
                try await check(world, pass, place)
                return false
            }
            failures = count
            if isOver { break }
        }
        #expect(failures > 0, "\(call) was never called")
    }

    /// ENOSPC at each place: what was acknowledged stays, and with room again it goes on without a start.
    @Test(arguments: calls)
    func fullDisk_isFull_andGoesOnWhenThereIsRoom(_ call: FaultyFileSystem.Call) async throws {
        for count in 0... {
            let isOver = try await BlockWorld.with { world in
                var generator = SeededGenerator(seed: testSeed)
                world.files.fail(call, after: count, with: .noSpace)
                let pass = try await pass(world, &generator)
                guard pass.error != nil else { return true }
                let place = "\(call) \(count), seed \(testSeed)"
                #expect((pass.error as? BlockStoreError)?.code == .full, "\(place): \(String(describing: pass.error))")
                #expect(world.rooms.store.readOnlyReason == nil)
                let again = try await thrown(BlockStoreError.self) {
                    try await world.rooms.put(pass.refused, to: pass.upload)
                }
                #expect(again.code == .full, "\(place)")
                if call != .open {
                    let bytes = try await world.rooms.read(pass.acknowledged)
                    #expect(bytes == pass.acknowledged.flatMap(\.bytes), "\(place)")
                }
                world.files.heal()
                try await check(world, pass, place)
                return false
            }
            if isOver { break }
        }
    }

    /// What was acknowledged is had and right, what was refused is missing; then the push ends well.
    private func check(_ world: BlockWorld, _ pass: Pass, _ place: String) async throws {
        let rooms = world.rooms
        #expect(try await rooms.read(pass.acknowledged) == pass.acknowledged.flatMap(\.bytes), "\(place)")
        let all = pass.acknowledged + pass.refused
        #expect(try await rooms.missing(all, of: pass.upload) == pass.refused, "\(place)")
        try await rooms.put(pass.refused, to: pass.upload)
        let version = try await rooms.commit(all, of: pass.upload)
        #expect(try await rooms.content(of: version.id) == all.flatMap(\.bytes), "\(place)")
        try await rooms.sweep()
        #expect(try await rooms.findings() == [], "\(place)")
    }

    @Test func belowTheReserve_newBytesAreRefused_andNothingElse() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(3, upTo: 9000, &generator)
            let version = try await world.rooms.push(blocks, to: world.asset)
            let upload = try await world.rooms.begin(world.asset)
            world.files.setFreeSpace(Int64(Limits.blockRequestSizeMax) - 1)
            let error = try await thrown(BlockStoreError.self) { try await world.rooms.put(blocks, to: upload) }
            #expect(error.code == .reserved)
            #expect(try await world.rooms.content(of: version.id) == blocks.flatMap(\.bytes))
            #expect(try await world.rooms.missing(blocks, of: upload) == [])
            #expect(try await world.rooms.commit(blocks, of: upload).id == version.id)
            world.files.setFreeSpace(nil)
            try await world.rooms.push(TestBlock.some(3, upTo: 9000, &generator), to: world.asset)
        }
    }
}
