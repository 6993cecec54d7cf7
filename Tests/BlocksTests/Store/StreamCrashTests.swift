import Blocks
import Foundation
import Metadata
import PawlModel
import Synchronization
import TestKit
import Testing
import Transfers
import UploadDialects

/// The power goes out while streams arrive: what was acknowledged stays, and every stream ends as it would have.
struct StreamCrashTests {
    static let rounds = ProcessInfo.processInfo.environment["PAWL_SOAK"] == nil ? 40 : 2000

    /// A stream as its client knows it.
    private final class Client: Sendable {
        let bytes: [UInt8]
        let upload: ResourceID
        /// The offset that was last told.
        let told = Mutex<Int64>(0)
        let version = Mutex<ResourceID?>(nil)

        init(_ bytes: [UInt8], _ upload: ResourceID) {
            self.bytes = bytes
            self.upload = upload
        }
    }

    @Test func offset_isNeverLessThanWhatWasTold() async throws {
        for round in 0..<Self.rounds {
            let seed = testSeed &+ UInt64(round)
            try await BlockWorld.with(seed: seed) { world in
                var generator = SeededGenerator(seed: seed)
                let shared = generator.bytes(200_000)
                var clients: [Client] = []
                for _ in 0..<3 {
                    let own = generator.bytes(Int.random(in: 1...300_000, using: &generator))
                    let bytes = Bool.random(using: &generator) ? shared + own : own + shared
                    clients.append(Client(bytes, try await world.rooms.beginStream(world.asset, length: bytes.count)))
                }
                for _ in 0..<3 {
                    world.power.cut(after: Int.random(in: 5...120, using: &generator))
                    await sendUntilTheCut(world.rooms, clients, &generator)
                    world.memory!.crash(using: &generator)
                    try await world.open()
                    for client in clients where client.version.withLock({ $0 }) == nil {
                        let offset = try await world.rooms.offset(of: client.upload)
                        #expect(offset >= client.told.withLock { $0 }, "seed \(seed)")
                        client.told.withLock { $0 = offset }
                    }
                    #expect(try await world.rooms.findings() == [], "seed \(seed)")
                }
                for client in clients {
                    try await finish(client, world.rooms)
                    let version = try #require(client.version.withLock { $0 })
                    #expect(try await world.rooms.content(of: version) == client.bytes, "seed \(seed)")
                }
            }
        }
    }

    private func sendUntilTheCut(
        _ rooms: BlockWorld.Rooms, _ clients: [Client], _ generator: inout SeededGenerator
    ) async {
        await withTaskGroup(of: Void.self) { group in
            for client in clients where client.version.withLock({ $0 }) == nil {
                var own = SeededGenerator(seed: generator.next())
                group.addTask {
                    for _ in 0..<4 {
                        let count = Int.random(in: 1...150_000, using: &own)
                        guard (try? await Self.send(count, of: client, rooms)) != nil else { return }
                    }
                }
            }
        }
        await rooms.store.close()
    }

    private static func send(_ count: Int, of client: Client, _ rooms: BlockWorld.Rooms) async throws {
        let offset = client.told.withLock { $0 }
        let part = Array(client.bytes.dropFirst(Int(offset)).prefix(count))
        let outcome = try await rooms.append(Body(bytes: part), to: client.upload, at: offset)
        client.told.withLock { $0 = offset + Int64(part.count) }
        client.version.withLock { $0 = outcome.version?.id ?? $0 }
    }

    private func finish(_ client: Client, _ rooms: BlockWorld.Rooms) async throws {
        let row = try await rooms.uploads.inspect(client.upload, by: .daemon, through: .tus)
        if let version = row.upload.versionID { return client.version.withLock { $0 = version } }
        client.told.withLock { $0 = row.upload.offset }
        try await Self.send(.max, of: client, rooms)
    }
}
