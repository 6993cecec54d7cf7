import Foundation
import PawlModel
import TestKit
import Testing

extension MoreLiveTests {
    /// Programs and libraries that speak tus or the IETF's protocol already: what they upload is interrupted in every
    /// way, goes on, and ends identical.
    @Suite(.timeLimit(.minutes(5))) struct UploadClientTests {
        private static let size = (isSoak ? 1024 : 100) * mebibyte

        private enum Trouble: CaseIterable {
            case connectionReset
            case daemonKilled
            case clientKilled
        }

        @Test(.needs(.tuspy)) func tuspy_goesOn() async throws { try await interrupt(.tuspy) }
        @Test(.needs(.aiotus)) func aiotus_goesOn() async throws { try await interrupt(.aiotus) }
        @Test(.needs(.resumableUpload)) func resumableUpload_goesOn() async throws {
            try await interrupt(.resumableUpload(parts: 1))
        }
        @Test(.needs(.resumableUpload)) func resumableUpload_goesOn_withPartsThatAreJoined() async throws {
            try await interrupt(.resumableUpload(parts: 4))
        }
        @Test(.needs(.curl)) func curl_goesOn_byTus() async throws { try await interrupt(.curlTus) }
        @Test(.needs(.curl), arguments: MoreLiveTests.isSoak ? [3, 5, 6, 8] : [3, 8]) func curl_goesOn_byIETF(
            version: Int
        )
            async throws
        {
            try await interrupt(.curlIETF(version: version))
        }

        /// It needs no second run: it asks for the offset itself.
        @Test(.needs(.aiotus)) func aiotus_goesOn_byItself() async throws {
            try await interrupt(.aiotusAtOnce, [.connectionReset, .daemonKilled], runsMax: 1)
        }

        private func interrupt(
            _ client: UploadClient, _ troubles: [Trouble] = Trouble.allCases, runsMax: Int = 50
        ) async throws {
            try await Site.with { site in
                let asset = try await site.makeAsset("file", inGame: "game")
                try RandomFile.write(site.path("source"), size: Self.size, seed: testSeed)
                try await withRelay(to: site.daemon.port) { relay in
                    let job = UploadClient.Job(
                        server: relay.address, key: site.key, game: "game", asset: "\(asset)",
                        source: site.path("source"), state: site.directory.path)
                    var run = Run(client: client, job: job, relay: relay, runsLeft: runsMax)
                    for trouble in troubles {
                        let tool = try await run.sendAFifth()
                        switch trouble {
                        case .connectionReset: try await relay.cut()
                        case .daemonKilled: try await site.restart(behind: relay)
                        case .clientKilled: await tool.kill()
                        }
                    }
                    let before = relay.count(.toServer)
                    try await run.finish()
                    let sent = relay.count(.toServer) - before
                    figure("\(client): sent \(sent.mebibytes) after the last interruption")
                    #expect(sent < Self.size * 9 / 10, "\(client) began anew")
                }
                #expect(try await site.versions(of: "game/file").count == 1)
                try await site.pull("game/file", to: site.path("target"))
                #expect(RandomFile.areEqual(site.path("source"), site.path("target")), "seed \(testSeed)")
            }
        }

        /// An upload through a relay, by as many runs of the same command as it takes.
        private struct Run {
            let client: UploadClient
            let job: UploadClient.Job
            let relay: ByteRelay
            var runsLeft: Int
            private var tool: ToolProcess?

            init(client: UploadClient, job: UploadClient.Job, relay: ByteRelay, runsLeft: Int) {
                self.client = client
                self.job = job
                self.relay = relay
                self.runsLeft = runsLeft
            }

            /// Lets a fifth more go, and then nothing; returns the run that is held. A run that failed is repeated.
            mutating func sendAFifth() async throws -> ToolProcess {
                relay.release(.toServer)
                let mark = relay.count(.toServer) + UploadClientTests.size / 5
                relay.hold(.toServer, after: mark)
                while true {
                    let tool = try current()
                    if await relay.reached(mark, .toServer, while: tool), tool.endedAs == nil { return tool }
                    try #require(await tool.status() != 0, "\(client) was done too early: \(tool.output)")
                }
            }

            mutating func finish() async throws {
                relay.release(.toServer)
                while try await current().status() != 0 {}
            }

            /// What runs, or a new run when that has ended.
            private mutating func current() throws -> ToolProcess {
                if let tool, tool.endedAs == nil { return tool }
                guard runsLeft > 0 else {
                    throw ProcessError("\(client) does not go on: \(tool?.errors ?? "") \(tool?.output ?? "")")
                }
                runsLeft -= 1
                let tool = try client.start(job)
                self.tool = tool
                return tool
            }
        }
    }
}
