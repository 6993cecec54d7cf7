import Foundation
import TestKit
import Testing

extension LiveTests {
    /// `pawl migrate`, as it is run by somebody whose machine loses its power at any moment.
    @Suite(.timeLimit(.minutes(5))) struct MigrateTests {
        /// Killed at random moments, on the way down and on the way up: every step is taken or not, and the same command
        /// goes on. In the end everything is there that the way down does not take away.
        @Test func killedAtAnyMoment_itGoesOn() async throws {
            let rounds = isSoak ? 100 : 8
            try await Site.with { site in
                let source = site.path("source")
                try RandomFile.write(source, size: 2 * mebibyte, seed: testSeed)
                try await site.push(source, to: "game/file")
                await site.killDaemon()
                var random = SeededGenerator(seed: testSeed)
                let newest = try await Self.migrate(["status"], site).split(separator: "\n").count
                var (killed, cut) = (0, 0)
                for round in 1...rounds {
                    let place: Comment = "round \(round), seed \(testSeed)"
                    // Below the ninth, versions would come back as if they had never been on their way out.
                    for arguments in [["down", "--to", "9"], ["up"]] {
                        let command = try ToolProcess.pawl(["migrate"] + arguments + ["--storage", site.storage])
                        try await Task.sleep(for: .microseconds(Int.random(in: 0...60_000, using: &random)))
                        if command.endedAs == nil { killed += 1 }
                        await command.kill()
                        let states = try await Self.migrate(["status"], site).split(separator: "\n")
                        let applied = states.prefix { !$0.hasSuffix("not applied") }.count
                        #expect(states.dropFirst(applied).allSatisfy { $0.hasSuffix("not applied") }, place)
                        #expect((9...newest).contains(applied), place)
                        if (10..<newest).contains(applied) { cut += 1 }
                    }
                    _ = try await Self.migrate(["up"], site)
                    #expect(try await !Self.migrate(["status"], site).contains("not applied"), place)
                }
                figure("\(killed) of \(2 * rounds) commands were killed, \(cut) between two steps")
                try await site.start()
                try await site.pull("game/file", to: site.path("target"))
                #expect(RandomFile.areEqual(source, site.path("target")))
                try await site.expectSound()
            }
        }

        private static func migrate(_ arguments: [String], _ site: Site) async throws -> String {
            let command = try ToolProcess.pawl(["migrate"] + arguments + ["--storage", site.storage])
            let status = await command.status()
            try #require(status == 0, "\(command.errors)")
            return command.output
        }
    }
}
