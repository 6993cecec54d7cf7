import Foundation
import TestKit
import Testing

extension LiveTests {
    /// A pull that is killed, or whose daemon is.
    @Suite(.timeLimit(.minutes(5))) struct KilledPullTests {
        /// The destination is the old file until it is the new one, and the next pull goes on.
        @Test func killedPull_leavesTheOldFileAndGoesOn() async throws {
            try await Site.with { site in
                let size = 64 * mebibyte
                try await prepare(site, size: size)
                try await withRelay(to: site.daemon.port) { relay in
                    relay.hold(.toClient, after: size / 2)
                    let pull = try site.startPull("game/file", to: site.path("target"), through: relay.address)
                    let partial = site.path(".target.pawl-partial")
                    while RandomFile.writtenBytes(in: partial) < size / 4, pull.endedAs == nil {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                    #expect(RandomFile.areEqual(site.path("old"), site.path("target")))
                    await pull.kill()
                    site.note(pull)
                    let written = RandomFile.writtenBytes(in: partial)
                    #expect(written >= size / 4)
                    #expect(RandomFile.areEqual(site.path("old"), site.path("target")))
                    relay.release(.toClient)
                    let rest = try await site.pull("game/file", to: site.path("target"), through: relay.address)
                    #expect(RandomFile.areEqual(site.path("new"), site.path("target")))
                    // Some blocks were half written.
                    #expect(
                        rest.bytesSent <= size - written + 2 * mebibyte,
                        "fetched \(rest.bytesSent.mebibytes), written \(written.mebibytes)")
                    figure("pull killed at 32 of 64 MiB: the next one fetched \(rest.bytesSent.mebibytes)")
                    #expect(try leftovers(site) == [])
                }
            }
        }

        @Test func pullKilledAtAnyMoment_leavesAWholeFile() async throws {
            try await Site.with { site in
                let size = 32 * mebibyte
                try await prepare(site, size: size)
                var random = SeededGenerator(seed: testSeed)
                var news = 0
                for _ in 0..<(isSoak ? 100 : 12) {
                    try? FileManager.default.removeItem(atPath: site.path("target"))
                    try FileManager.default.copyItem(atPath: site.path("old"), toPath: site.path("target"))
                    try await withRelay(to: site.daemon.port) { relay in
                        let pull = try site.startPull("game/file", to: site.path("target"), through: relay.address)
                        let moment = Int64.random(in: 1...size, using: &random)
                        _ = await relay.reached(moment, .toClient, while: pull)
                        // The last moments, of sync and rename, are the interesting ones, and no byte tells of them.
                        let delay = moment > size / 2 ? Int.random(in: 0...80, using: &random) : 0
                        try await Task.sleep(for: .milliseconds(delay))
                        await pull.kill()
                        let isOld = RandomFile.areEqual(site.path("old"), site.path("target"))
                        let isNew = RandomFile.areEqual(site.path("new"), site.path("target"))
                        #expect(isOld || isNew, "killed at \(moment), seed \(testSeed)")
                        news += isNew ? 1 : 0
                    }
                    try await site.pull("game/file", to: site.path("target"))
                    #expect(RandomFile.areEqual(site.path("new"), site.path("target")), "seed \(testSeed)")
                    #expect(try leftovers(site) == [])
                }
                figure("pulls killed at random: \(news) after the rename")
            }
        }

        @Test func pullWhoseDaemonIsKilled_goesOnByItself() async throws {
            try await Site.with { site in
                let size = 64 * mebibyte
                try await prepare(site, size: size)
                try await withRelay(to: site.daemon.port) { relay in
                    let pull = try site.startPull("game/file", to: site.path("target"), through: relay.address)
                    for part in 1...3 as ClosedRange<Int64> {
                        #expect(await relay.reached(size * part / 4, .toClient, while: pull))
                        try await site.restart(behind: relay)
                    }
                    let summary = try await site.summary(of: pull)
                    #expect(RandomFile.areEqual(site.path("new"), site.path("target")))
                    #expect(summary.bytesSent == size)
                    figure("pull of 64 MiB with 3 kills of the daemon: \(relay.count(.toClient).mebibytes) came")
                    #expect(relay.count(.toClient) <= size * 105 / 100 + 3 * 8 * mebibyte)
                }
            }
        }

        /// `old` and `target` are one file, `new` is the asset's newest version.
        private func prepare(_ site: Site, size: Int64) async throws {
            try RandomFile.write(site.path("old"), size: 1_000_000, seed: testSeed)
            try RandomFile.write(site.path("new"), size: size, seed: testSeed + 1)
            try FileManager.default.copyItem(atPath: site.path("old"), toPath: site.path("target"))
            try await site.push(site.path("new"), to: "game/file")
        }

        private func leftovers(_ site: Site) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: site.directory.path)
                .filter { !["old", "new", "target", "storage"].contains($0) }
        }
    }
}
