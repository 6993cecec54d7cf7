import TestKit
import Testing

extension LiveTests {
    /// The main job: a file goes up, is killed, goes on, and comes down again.
    @Suite(.timeLimit(.minutes(5))) struct ResumeTests {
        @Test func push64MiB_survivesEightKills() async throws {
            let size = 64 * mebibyte
            // In so small a file the 4 MiB on their way weigh more than the twentieth that 1 GiB has to spare.
            try await pushWithKills(size: size, sentMax: size * 105 / 100 + 8 * 4 * mebibyte)
        }

        @Test(.enabled(if: isSoak)) func push1GiB_survivesEightKills() async throws {
            try await pushWithKills(size: 1024 * mebibyte, sentMax: 1024 * mebibyte * 105 / 100)
        }

        private enum Victim { case daemon, client }

        /// Pushes through a relay; at random moments the daemon is killed five times, and the client three.
        private func pushWithKills(size: Int64, sentMax: Int64) async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("source"), size: size, seed: testSeed)
                var random = SeededGenerator(seed: testSeed)
                let victims = ([.daemon, .daemon, .daemon, .daemon, .daemon, .client, .client, .client] as [Victim])
                    .shuffled(using: &random)
                let moments = victims.map { _ in Int64.random(in: 0...size * 97 / 100, using: &random) }.sorted()
                try await withRelay(to: site.daemon.port) { relay in
                    var push = try site.startPush(site.path("source"), to: "game/file", through: relay.address)
                    for (victim, moment) in zip(victims, moments) {
                        let isThere = await relay.reached(moment, .toServer, while: push)
                        try #require(isThere, "the push ended early: \(push.errors), seed \(testSeed)")
                        switch victim {
                        case .daemon: try await site.restart(behind: relay)
                        case .client:
                            await push.kill()
                            site.note(push)
                            push = try site.startPush(site.path("source"), to: "game/file", through: relay.address)
                        }
                    }
                    let summary = try await site.summary(of: push)
                    let sent = relay.count(.toServer)
                    figure(
                        "push of \(size.mebibytes) with 8 kills: \(sent.mebibytes) went over the wire, "
                            + "\(Double(sent) / Double(size)) of it; the last run took \(summary.seconds) s")
                    #expect(summary.version == 1)
                    #expect(sent <= sentMax, "\(sent.mebibytes) went over the wire, seed \(testSeed)")
                }
                try await site.pull("game/file", to: site.path("target"))
                #expect(RandomFile.areEqual(site.path("source"), site.path("target")), "seed \(testSeed)")
                #expect(try await site.versions(of: "game/file").count == 1)
                try await site.expectSound()
            }
        }
    }
}
