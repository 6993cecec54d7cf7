import Foundation
import Metadata
import MetadataOnSQLite
import NIOPosix
import TestKit
import Testing

extension MoreLiveTests {
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

        /// A step of many rows, killed at random: it goes on where it was, and in the end every point is where it should
        /// be, both ways.
        @Test func longStepKilledAtAnyMoment_goesOn() async throws {
            let rounds = isSoak ? 60 : 6
            let count = isSoak ? 200_000 : 40_000
            try await Site.with { site in
                await site.killDaemon()
                _ = try await Self.migrate(["down", "--to", "16"], site)
                try await Self.withDatabase(of: site) { database in
                    _ = try await database.transaction { sql in
                        try sql.execute(
                            """
                            INSERT INTO games (id, revision, model_version, created_at, updated_at, slug, name, settings)
                            VALUES ('gam_00000000000000000000000001', 1, 1, 1, 1, 'g', 'G', '{}')
                            """)
                        try sql.execute(
                            """
                            INSERT INTO accomplishments (id, revision, model_version, created_at, updated_at, game_id,
                                code, name, points, goal, hidden, repeatable)
                            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
                            SELECT 'a' || n, 1, 1, 1, 1, 'gam_00000000000000000000000001', 'c' || n, 'N', 1 + n % 7, 1, 0, 0
                            FROM numbers
                            """, [.integer(count)])
                    }
                }
                let sum = Int64((1...count).reduce(0) { $0 + 1 + $1 % 7 })
                var random = SeededGenerator(seed: testSeed)
                for round in 1...rounds {
                    for arguments in [["up"], ["down", "--to", "16"]] {
                        let command = try ToolProcess.pawl(["migrate"] + arguments + ["--storage", site.storage])
                        try await Task.sleep(for: .microseconds(Int.random(in: 20_000...400_000, using: &random)))
                        await command.kill()
                        _ = try await Self.migrate(arguments, site)
                        let query =
                            arguments == ["up"]
                            ? "SELECT SUM(points) AS n FROM accomplishment_rewards"
                            : "SELECT SUM(points) AS n FROM accomplishments"
                        let found = try await Self.withDatabase(of: site) { database in
                            try await database.read { try $0.row(query)?.integer("n") }
                        }
                        #expect(found == sum, "\(arguments), round \(round), seed \(testSeed)")
                    }
                }
            }
        }

        private static func withDatabase<Value: Sendable>(
            of site: Site, _ body: (SQLiteDatabase) async throws -> Value
        ) async throws -> Value {
            let threads = NIOThreadPool(numberOfThreads: 1)
            threads.start()
            let database = try await SQLiteDatabase.open(path: site.storage + "/pawl.sqlite", readers: threads)
            do {
                let value = try await body(database)
                await database.close()
                try await threads.shutdownGracefully()
                return value
            } catch {
                await database.close()
                try? await threads.shutdownGracefully()
                throw error
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
