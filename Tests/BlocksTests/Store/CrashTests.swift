import Blocks
import Foundation
import Metadata
import PawlModel
import Synchronization
import TestKit
import Testing
import Transfers

/// The power goes out somewhere in the middle of everything; the disk keeps what was synced and any part of the rest.
struct CrashTests {
    static let rounds = ProcessInfo.processInfo.environment["PAWL_SOAK"] == nil ? 60 : 3000

    /// What clients were told before the power went out.
    private final class Told: Sendable {
        struct State {
            var blocks: [(upload: ResourceID, block: TestBlock)] = []
            var versions: [ResourceID: [TestBlock]] = [:]
            var ended: Set<ResourceID> = []
        }
        let state = Mutex(State())
    }

    @Test func whateverWasAcknowledged_isThereAfterAPowerCut() async throws {
        for round in 0..<Self.rounds {
            let seed = testSeed &+ UInt64(round)
            try await BlockWorld.with(seed: seed) { world in
                var generator = SeededGenerator(seed: seed)
                let told = Told()
                // A second cut meets what the first one's recovery left.
                for _ in 0..<2 {
                    world.power.cut(after: Int.random(in: 5...220, using: &generator))
                    try await pushUntilTheCut(world.rooms, world.asset, told, &generator)
                    world.memory!.crash(using: &generator)
                    try await world.open()
                    try await check(world.rooms, told, "seed \(seed)")
                }
            }
        }
    }

    /// Four clients push, commit and give up, until the power is gone or they have done enough.
    private func pushUntilTheCut(
        _ rooms: BlockWorld.Rooms, _ asset: ResourceID, _ told: Told, _ generator: inout SeededGenerator
    ) async throws {
        let shared = TestBlock.some(4, upTo: 12_000, &generator)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                var own = SeededGenerator(seed: generator.next())
                group.addTask {
                    for _ in 0..<3 { try? await Self.transfer(rooms, asset, shared, told, &own) }
                }
            }
        }
        await rooms.store.close()
    }

    private static func transfer(
        _ rooms: BlockWorld.Rooms, _ asset: ResourceID, _ shared: [TestBlock], _ told: Told,
        _ generator: inout SeededGenerator
    ) async throws {
        let blocks = (shared + TestBlock.some(8, upTo: 12_000, &generator)).shuffled(using: &generator)
        let upload = try await rooms.begin(asset)
        var rest = try await rooms.missing(blocks, of: upload)[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(Int.random(in: 1...5, using: &generator)))
            rest = rest.dropFirst(part.count)
            try await rooms.put(part, to: upload)
            told.state.withLock { $0.blocks += part.map { (upload, $0) } }
        }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0:
            _ = told.state.withLock { $0.ended.insert(upload) }
            try await rooms.uploads.cancel(upload, by: .daemon)
        case 1:
            break
        default:
            _ = told.state.withLock { $0.ended.insert(upload) }
            let version = try await rooms.commit(blocks, of: upload)
            told.state.withLock { $0.versions[version.id] = blocks }
            try await rooms.sweep()
        }
    }

    private func check(_ rooms: BlockWorld.Rooms, _ told: Told, _ place: String) async throws {
        let told = told.state.withLock { $0 }
        #expect(try await rooms.findings() == [], "\(place)")
        #expect(try await rooms.segments().allSatisfy { $0.uploadID == nil }, "\(place)")
        let blocks = told.blocks.map(\.block)
        #expect(try await rooms.read(blocks) == blocks.flatMap(\.bytes), "\(place)")
        for (upload, block) in told.blocks where !told.ended.contains(upload) {
            #expect(try await rooms.missing([block], of: upload) == [], "\(place)")
        }
        for (version, blocks) in told.versions {
            #expect(try await rooms.content(of: version) == blocks.flatMap(\.bytes), "\(place)")
        }
        try await rooms.sweep()
        #expect(try await rooms.findings() == [], "\(place)")
    }
}
