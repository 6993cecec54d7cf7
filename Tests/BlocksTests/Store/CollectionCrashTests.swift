import Blocks
import Foundation
import Metadata
import PawlModel
import Synchronization
import TestKit
import Testing
import Transfers
import Upkeep

/// Pushes, deletions and collections beside each other, with a power cut somewhere in the middle.
struct CollectionCrashTests {
    static let rounds = ProcessInfo.processInfo.environment["PAWL_SOAK"] == nil ? 40 : 2000

    private final class Told: Sendable {
        /// What is there, and what was being deleted when the power went out.
        struct State {
            var versions: [ResourceID: [TestBlock]] = [:]
            var deleting: Set<ResourceID> = []
        }
        let state = Mutex(State())
    }

    @Test func whatIsThere_isWhole_afterAPowerCut() async throws {
        for round in 0..<Self.rounds {
            let seed = testSeed &+ UInt64(round)
            try await BlockWorld.with(seed: seed) { world in
                var generator = SeededGenerator(seed: seed)
                let told = Told()
                let shared = TestBlock.some(12, upTo: 12_000, &generator)
                for _ in 0..<3 {
                    world.power.cut(after: Int.random(in: 20...500, using: &generator))
                    await work(world.rooms, world.asset, shared, told, &generator)
                    world.memory!.crash(using: &generator)
                    try await world.open()
                    try await check(world.rooms, told, "seed \(seed)")
                }
                try await world.rooms.settle()
                world.clock.advance(bySeconds: BlockWorld.uploadLifetime)
                try await world.rooms.settle()
                try await world.rooms.collect()
                try await check(world.rooms, told, "seed \(seed)")
                let (needed, segments) = try await world.rooms.database.read { sql in
                    let row = try sql.row("SELECT COALESCE(SUM(stored_length + 64), 0) AS bytes FROM blocks")
                    return (try row?.integer("bytes") ?? 0, try SegmentRows(sql).all().count)
                }
                let bytes = try await world.rooms.diskBytes()
                // A little is left in segments that are not worth a copy.
                let spare = needed / 10 + Int64(segments) * Limits.compactionGainMin
                #expect(bytes <= needed + spare, "\(bytes) for \(needed), seed \(seed)")
                // No copy that was broken off leaves a segment without its end.
                let scrubbed = try await world.scrub()
                #expect(scrubbed.findings == [] && scrubbed.notes == [], "seed \(seed)")
            }
        }
    }

    private func work(
        _ rooms: BlockWorld.Rooms, _ asset: ResourceID, _ shared: [TestBlock], _ told: Told,
        _ generator: inout SeededGenerator
    ) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                var own = SeededGenerator(seed: generator.next())
                group.addTask {
                    for _ in 0..<6 { try? await Self.change(rooms, asset, shared, told, &own) }
                }
            }
            group.addTask {
                for _ in 0..<8 {
                    _ = try? await rooms.settle()
                    _ = try? await rooms.collect()
                }
            }
        }
        await rooms.store.close()
    }

    private static func change(
        _ rooms: BlockWorld.Rooms, _ asset: ResourceID, _ shared: [TestBlock], _ told: Told,
        _ generator: inout SeededGenerator
    ) async throws {
        let some = shared.shuffled(using: &generator).prefix(Int.random(in: 0...12, using: &generator))
        let blocks = some + TestBlock.some(Int.random(in: 1...8, using: &generator), upTo: 12_000, &generator)
        let upload = try await rooms.begin(asset)
        try await rooms.put(try await rooms.missing(Array(blocks), of: upload), to: upload)
        let version = try await rooms.commit(Array(blocks), of: upload)
        told.state.withLock { $0.versions[version.id] = Array(blocks) }
        let victim = told.state.withLock { state -> ResourceID? in
            guard Int.random(in: 0..<3, using: &generator) > 0 else { return nil }
            let victim = state.versions.keys.sorted().randomElement(using: &generator)
            if let victim { state.deleting.insert(victim) }
            return victim
        }
        guard let victim else { return }
        do {
            try await rooms.versions.delete(victim, ifMatch: .any, by: .daemon)
        } catch let problem as Problem where problem.code == .notFound {
            // Another client was quicker.
        }
        told.state.withLock { $0.versions[victim] = nil }
    }

    private func check(_ rooms: BlockWorld.Rooms, _ told: Told, _ place: String) async throws {
        #expect(try await rooms.findings() == [], "\(place)")
        for (id, blocks) in told.state.withLock({ $0.versions }) {
            let isThere = try await rooms.database.read { try VersionRows($0).ready(id) } != nil
            if !isThere, told.state.withLock({ $0.deleting.contains(id) }) {
                told.state.withLock { $0.versions[id] = nil }
                continue
            }
            #expect(try await rooms.content(of: id) == blocks.flatMap(\.bytes), "\(place)")
        }
    }
}
