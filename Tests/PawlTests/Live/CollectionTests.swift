import AsyncHTTPClient
import BlockFormat
import Foundation
import NIOCore
import NIOHTTP1
import PawlModel
import Synchronization
import TestKit
import Testing

extension MoreLiveTests {
    /// Collection beside everything else, against the real daemon.
    @Suite(.timeLimit(.minutes(30))) struct CollectionTests {
        /// Nothing waits for its time here: what nobody holds goes with the next collection.
        private static let environment = [
            "PAWL_COLLECTION_UNDELETE_WINDOW": "0", "PAWL_COLLECTION_EPOCH": "0", "PAWL_COLLECTION_INTERVAL": "1",
            "PAWL_COLLECTION_LIVE_SHARE": "95", "PAWL_COLLECTION_RATE": "0", "PAWL_UPLOADS_SWEEP_INTERVAL": "1",
            "PAWL_UPLOADS_LIFETIME": "8",
            "PAWL_STORAGE_RESERVE": "0",
        ]

        /// Four clients push, delete, read and collect at random: no version ever misses a block, and in the end the disk
        /// holds what is needed and little else.
        @Test func fourClientsAndCollections_loseNothing_andLeaveNothing() async throws {
            try await Site.with(environment: Self.environment) { site in
                let asset = try await site.makeAsset("builds/win64", inGame: "game")
                let crowd = CollectionCrowd(site, asset, seed: testSeed)
                let end = ContinuousClock.now + .seconds(isSoak ? 600 : 15)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in 0..<4 {
                        group.addTask { try await crowd.work(until: end, seed: testSeed &+ UInt64(index)) }
                    }
                    try await group.waitForAll()
                }
                figure("\(crowd.summary), seed \(testSeed)")
                #expect(crowd.failures == [], "seed \(testSeed)")
                try await crowd.checkAll()

                // The sweeper gives back what ended uploads hold; then one collection leaves what is needed.
                let needed = crowd.neededBytes
                var bytes: Int64 = 0
                for _ in 0..<30 {
                    let collection = try site.pawl(["gc", "--json"])
                    try #require(await collection.status() == 0, "\(collection.errors)")
                    bytes = try site.segmentBytes()
                    if bytes <= needed + needed / 10 { break }
                    try await Task.sleep(for: .seconds(1))
                }
                figure("\(bytes.mebibytes) on disk for \(needed.mebibytes)")
                #expect(bytes >= needed && bytes <= needed + needed / 10, "\(bytes) for \(needed), seed \(testSeed)")
                try await crowd.checkAll()
                #expect(crowd.failures == [], "seed \(testSeed)")
                try await site.expectSound()
            }
        }

        /// `pawl gc` tells beforehand what it will do, and does it with a daemon and without one.
        @Test func command_tellsWhatWouldGo_andTakesItAway() async throws {
            var environment = Self.environment
            environment["PAWL_COLLECTION_INTERVAL"] = "0"
            try await Site.with(environment: environment) { site in
                for index in 0..<3 {
                    try RandomFile.write(site.path("file\(index)"), size: 4 * mebibyte, seed: testSeed + UInt64(index))
                    try await site.push(site.path("file\(index)"), to: "game/file")
                }
                let versions = try await site.versions(of: "game/file")
                for version in versions.dropFirst() {
                    let deletion = try site.pawl(["delete", "versions", version.id.description])
                    try #require(await deletion.status() == 0, "\(deletion.errors)")
                }
                let before = try site.segmentBytes()
                let preview = try site.pawl(["gc", "--dry-run"])
                try #require(await preview.status() == 0, "\(preview.errors)")
                #expect(preview.output.contains("2 versions and") && preview.output.contains("game/file"))
                #expect(preview.output.contains(versions[1].id.description), "\(preview.output)")
                #expect(try site.segmentBytes() == before)

                let back = try site.pawl(["call", "versions", versions[1].id.description, "undelete"])
                // With a window of nothing it is too late at once.
                #expect(await back.status() == 1 && back.errors.contains("is over"), "\(back.errors)")

                // Without a daemon the command takes the lock and does it itself.
                await site.killDaemon()
                let collection = try ToolProcess.pawl(
                    ["gc", "--storage", site.storage, "--json"], environment: environment)
                try #require(await collection.status() == 0, "\(collection.errors)")
                let report = try JSONValue(parsing: collection.output.utf8).decoded(as: CollectionReport.self)
                #expect(report.versionsCollected == 2 && report.bytesFreed > 7 * mebibyte, "\(report)")
                #expect(try site.segmentBytes() < 4 * mebibyte + 500_000)
                try await site.start()
                try await site.pull("game/file", to: site.path("copy"))
                #expect(RandomFile.areEqual(site.path("copy"), site.path("file2")))
                try await site.expectSound()
            }
        }
    }
}

/// Clients that push, delete, read and collect, and what each version of theirs must be.
private final class CollectionCrowd: Sendable {
    private let site: Site
    private let asset: ResourceID
    /// Blocks that versions have in common.
    private let pool: [BlockDoor.Block]
    private let state = Mutex(State())

    private struct State {
        var versions: [ResourceID: (content: ByteBuffer, blocks: [BlockReference])] = [:]
        var deleted: Set<ResourceID> = []
        var failures: [String] = []
        var pushes = 0
        var reads = 0
        var broken = 0
        var repeats = 0
        var collections = 0
    }

    init(_ site: Site, _ asset: ResourceID, seed: UInt64) {
        self.site = site
        self.asset = asset
        var random = SeededGenerator(seed: seed)
        pool = (0..<300).map { _ in BlockDoor.Block(random.bytes(Int.random(in: 1_000...16_000, using: &random))) }
    }

    var failures: [String] { state.withLock { $0.failures } }
    var summary: String {
        state.withLock { state in
            "\(state.pushes) pushes (\(state.repeats) repeated), \(state.deleted.count) deletions, \(state.reads) reads (\(state.broken) broke off), "
                + "\(state.collections) collections"
        }
    }

    /// What the records of all blocks of the versions that are left take.
    var neededBytes: Int64 {
        let blocks = state.withLock { $0.versions.values.flatMap(\.blocks) }
        let lengths = Dictionary(blocks.map { ($0.id, Int64($0.length) + 64) }) { first, _ in first }
        return lengths.values.reduce(0, +)
    }

    func work(until end: ContinuousClock.Instant, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        // Beside all other tests on a small machine little comes about in that time: then it takes a while longer.
        while ContinuousClock.now < end || (isFew && ContinuousClock.now < end + .seconds(90)) {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<8: try await push(&random)
            case 8..<14: try await delete(&random)
            case 14..<19: if let version = choose(&random) { try await read(version) }
            default:
                let answer = try await site.ask("POST", Routes.collect)
                expect(answer.status == 200, "gc: \(answer.status) \(String(buffer: answer.body))")
                state.withLock { $0.collections += 1 }
            }
        }
    }

    private var isFew: Bool { state.withLock { $0.pushes < 80 || $0.deleted.count < 40 || $0.collections < 5 } }

    func checkAll() async throws {
        for version in state.withLock({ Array($0.versions.keys) }) { try await read(version) }
    }

    private func expect(_ isTrue: Bool, _ sentence: @autoclosure () -> String) {
        guard !isTrue else { return }
        let sentence = sentence()
        state.withLock { $0.failures.append(sentence) }
    }

    private func choose(_ random: inout SeededGenerator) -> ResourceID? {
        state.withLock { $0.versions.keys.sorted() }.randomElement(using: &random)
    }

    private func push(_ random: inout SeededGenerator) async throws {
        let start = Int.random(in: 0..<pool.count, using: &random)
        let count = Int.random(in: 1...60, using: &random)
        var blocks = (0..<count).map { pool[(start + $0 * 3) % pool.count] }
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            blocks.append(BlockDoor.Block(random.bytes(Int.random(in: 500...8_000, using: &random))))
        }
        state.withLock { $0.pushes += 1 }
        if Int.random(in: 0..<4, using: &random) == 0 {
            let body = Self.content(of: blocks)
            var answer = try await site.ask("PUT", Routes.content(ofAsset: asset), body: body, as: MediaType.octets)
            // A block that it took for there went before an epoch of nothing was over: the client is told to send again.
            while answer.status == 503 {
                state.withLock { $0.repeats += 1 }
                answer = try await site.ask("PUT", Routes.content(ofAsset: asset), body: body, as: MediaType.octets)
            }
            return try await keep(answer, body, "PUT")
        }
        let door = BlockDoor(address: site.address, key: site.key, http: .shared)
        let upload = try await door.begin(asset: asset)
        let missing = try await door.missing(Array(Set(blocks.map(\.reference.id))), in: upload)
        var seen: Set<Digest> = []
        let sent = blocks.filter { missing.contains($0.reference.id) && seen.insert($0.reference.id).inserted }
        if !sent.isEmpty {
            let status = try await door.put(sent, in: upload)
            expect(status == 200, "blocks: \(status)")
        }
        let manifest = ByteBuffer(bytes: Manifest(file: blocks.map(\.reference), profile: "").encode())
        let answer = try await site.ask("POST", Routes.commit(upload), body: manifest, as: MediaType.manifest)
        try await keep(answer, Self.content(of: blocks), "commit")
    }

    private static func content(of blocks: [BlockDoor.Block]) -> ByteBuffer {
        var content = ByteBuffer()
        for block in blocks { content.writeBytes(block.bytes) }
        return content
    }

    private func keep(
        _ answer: (status: Int, body: ByteBuffer), _ content: ByteBuffer, _ name: String
    ) async throws {
        expect([200, 201].contains(answer.status), "\(name): \(answer.status) \(String(buffer: answer.body))")
        guard [200, 201].contains(answer.status) else { return }
        let version = try JSONValue(parsing: answer.body.readableBytesView).decoded(as: Version.self).id
        // The daemon cuts a stream by itself.
        let manifest = try await site.ask("GET", Routes.manifest(version))
        guard manifest.status == 200 else {
            return expect(isDeleted(version), "\(version) has no manifest: \(manifest.status)")
        }
        let entries = try manifest.body.withUnsafeReadableBytes { try Manifest(parsing: $0) }.entries
        state.withLock { state in
            // An equal one may have been there, and be deleted by now.
            guard !state.deleted.contains(version) else { return }
            state.versions[version] = (content, entries.flatMap(\.blocks))
        }
        try await read(version)
    }

    private func delete(_ random: inout SeededGenerator) async throws {
        guard let version = choose(&random) else { return }
        // From here on it may be gone at any moment.
        state.withLock { state in
            state.versions[version] = nil
            state.deleted.insert(version)
        }
        var request = HTTPClientRequest(url: site.address + Routes.row("versions", version))
        request.method = .DELETE
        request.headers.add(name: "Authorization", value: "Bearer \(site.key)")
        request.headers.add(name: "If-Match", value: "*")
        let status = try await HTTPClient.shared.execute(request, timeout: .seconds(60)).status.code
        expect(status == 204 || status == 404, "DELETE: \(status)")
    }

    /// Reads a version and compares it: what is not deleted is whole, and nothing is ever wrong.
    private func read(_ version: ResourceID) async throws {
        guard let expected = state.withLock({ $0.versions[version]?.content }) else { return }
        state.withLock { $0.reads += 1 }
        var request = HTTPClientRequest(url: site.address + Routes.content(ofVersion: version))
        request.headers.add(name: "Authorization", value: "Bearer \(site.key)")
        var received = ByteBuffer()
        var status = 0
        do {
            let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
            status = Int(answer.status.code)
            for try await part in answer.body { received.writeImmutableBuffer(part) }
        } catch {
            let start = expected.getSlice(at: expected.readerIndex, length: received.readableBytes)
            expect(start == received, "\(version) broke off behind wrong bytes")
            expect(isDeleted(version), "\(version) broke off: \(error)")
            return state.withLock { $0.broken += 1 }
        }
        if status == 200 {
            expect(received == expected, "\(version) has other bytes")
        } else {
            expect(isDeleted(version), "\(version): \(status) \(String(buffer: received))")
            state.withLock { $0.broken += 1 }
        }
    }

    private func isDeleted(_ version: ResourceID) -> Bool { state.withLock { $0.deleted.contains(version) } }
}

extension Site {
    /// What the files of all segments of blocks take. The journal's are beside them: what it tells of so small contents takes
    /// as much as they do.
    func segmentBytes() throws -> Int64 {
        let root = URL(fileURLWithPath: storage + "/segments")
        return try FileManager.default.subpathsOfDirectory(atPath: root.path).reduce(into: Int64(0)) { bytes, name in
            if name.hasPrefix("journal") { return }
            let attributes = try? FileManager.default.attributesOfItem(atPath: root.path + "/" + name)
            // One may have gone meanwhile.
            guard attributes?[.type] as? FileAttributeType == .typeRegular else { return }
            bytes += (attributes?[.size] as? NSNumber)?.int64Value ?? 0
        }
    }
}
