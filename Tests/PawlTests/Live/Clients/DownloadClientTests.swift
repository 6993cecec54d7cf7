import Foundation
import PawlModel
import TestKit
import Testing

extension MoreLiveTests {
    /// Programs that people have already: what they download is interrupted in every way, goes on, and ends identical.
    @Suite(.timeLimit(.minutes(5))) struct DownloadClientTests {
        private static let size = 100 * mebibyte

        @Test(.needs(.curl)) func curl_goesOn() async throws { try await interrupt(.curl) }
        @Test(.needs(.wget)) func wget_goesOn() async throws { try await interrupt(.wget) }
        @Test(.needs(.aria2)) func aria2_goesOn_byTheMetalink() async throws { try await interrupt(.aria2) }
        @Test(.needs(.axel)) func axel_goesOn() async throws { try await interrupt(.axel) }
        @Test(.needs(.rclone)) func rclone_goesOn() async throws { try await interrupt(.rclone) }

        /// The connection is reset, the daemon is killed and started again, and the client is killed, each in the middle.
        private func interrupt(_ client: DownloadClient) async throws {
            try await withVersion { site, version in
                try await withRelay(to: site.daemon.port) { relay in
                    let job = try Self.job(site, version, through: relay)
                    let run = Run(client: client, job: job, relay: relay)
                    var tool = try await run.holdAfterAQuarter(nil)
                    try await relay.cut()
                    tool = try await run.holdAfterAQuarter(tool)
                    try await site.restart(behind: relay)
                    tool = try await run.holdAfterAQuarter(tool)
                    await tool.kill()
                    relay.release(.toClient)
                    try await relay.cut()
                    let (part, before) = (Self.length(of: job.target), relay.count(.toClient))
                    try await run.finish()
                    #expect(RandomFile.areEqual(site.path("source"), job.target))
                    let fetched = relay.count(.toClient) - before
                    figure("\(client): killed at \(part.mebibytes), fetched \(fetched.mebibytes) after that")
                    guard client.keepsPart else { return }
                    #expect(part > 0 && fetched < Self.size * 9 / 10, "\(client) began anew")
                }
            }
        }

        /// aria2 finds the piece that is wrong by itself, and fetches no other.
        @Test(.needs(.aria2)) func aria2_healsADamagedPiece_byTheMetalink() async throws {
            try await withVersion { site, version in
                try await withRelay(to: site.daemon.port) { relay in
                    let job = try Self.job(site, version, through: relay)
                    let run = Run(client: .aria2, job: job, relay: relay)
                    try await run.finish()
                    let file = try #require(FileHandle(forUpdatingAtPath: job.target))
                    try file.seek(toOffset: UInt64(Self.size / 2))
                    try file.write(contentsOf: Data(count: 10))
                    try file.close()
                    #expect(!RandomFile.areEqual(site.path("source"), job.target))
                    let before = relay.count(.toClient)
                    try await run.finish()
                    #expect(RandomFile.areEqual(site.path("source"), job.target))
                    #expect(relay.count(.toClient) - before < 2 * mebibyte)
                }
            }
        }

        /// Each takes its own time; the site holds the daemon to its memory.
        @Test(.needs(.curl)) func eightAtOnce_areIdentical_andMemoryStaysFlat() async throws {
            try await withVersion { site, version in
                let tools = try (0..<8).map { number in
                    try ToolProcess.start(
                        OutsideTool.curl.path,
                        [
                            "-sS", "--fail", "-H", "Authorization: Bearer \(site.key)", "-o",
                            site.path("copy\(number)"),
                            site.address + Routes.content(ofVersion: version.id),
                        ])
                }
                for (number, tool) in tools.enumerated() {
                    #expect(await tool.status() == 0, "\(tool.errors)")
                    #expect(RandomFile.areEqual(site.path("source"), site.path("copy\(number)")))
                }
            }
        }

        private func withVersion(_ body: (Site, Version) async throws -> Void) async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("source"), size: Self.size, seed: testSeed)
                try await site.push(site.path("source"), to: "game/builds/file")
                try await body(site, try #require(try await site.versions(of: "game/builds/file").first))
            }
        }

        private static func job(
            _ site: Site, _ version: Version, through relay: ByteRelay
        ) throws -> DownloadClient.Job {
            let directory = site.path("download")
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            // So that axel has a state to go on with, and does not wait long to do so.
            try Data("save_state_interval = 1\nreconnect_delay = 1\n".utf8)
                .write(to: URL(filePath: directory + "/.axelrc"))
            return DownloadClient.Job(
                server: relay.address, path: Routes.content(ofVersion: version.id),
                metalink: Routes.metalink(ofVersion: version.id), key: site.key, directory: directory)
        }

        private static func length(of path: String) -> Int64 {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
        }

        /// A download through a relay, by as many runs of the same command as it takes.
        private struct Run {
            let client: DownloadClient
            let job: DownloadClient.Job
            let relay: ByteRelay
            /// Far more than it takes: after each interruption one, and what a daemon that is not back yet costs.
            private static let runsMax = 50

            /// Lets a quarter more come, and then nothing; returns the run that is held. A run that ended is repeated.
            func holdAfterAQuarter(_ tool: ToolProcess?) async throws -> ToolProcess {
                relay.release(.toClient)
                let mark = relay.count(.toClient) + DownloadClientTests.size / 4
                relay.hold(.toClient, after: mark)
                var tool = tool
                for _ in 0..<Self.runsMax {
                    let running = try tool ?? client.start(job)
                    if await relay.reached(mark, .toClient, while: running), running.endedAs == nil { return running }
                    let status = await running.status()
                    try #require(status != 0, "\(client) was done too early")
                    tool = nil
                }
                throw ProcessError("\(client) does not go on")
            }

            func finish() async throws {
                for _ in 0..<Self.runsMax {
                    let tool = try client.start(job)
                    if await tool.status() == 0 { return }
                }
                throw ProcessError("\(client) does not come to an end")
            }
        }
    }
}
