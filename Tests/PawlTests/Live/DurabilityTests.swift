import AsyncHTTPClient
import BlockFormat
import Foundation
import PawlClient
import PawlModel
import TestKit
import Testing

extension LiveTests {
    /// What was acknowledged is there, whenever the daemon dies.
    @Suite(.timeLimit(.minutes(10))) struct DurabilityTests {
        /// Four clients push while the daemon is killed again and again at random moments. After each restart every
        /// block whose request had been answered with success is had; in the end each client's blocks make a version
        /// that comes back byte for byte.
        @Test func acknowledgedBlocks_surviveKills() async throws {
            let killCount = isSoak ? 200 : 20
            try await Site.with { site in
                let assets = try await makeAssets(4, site)
                try await withRelay(to: site.daemon.port) { relay in
                    let clients = try assets.enumerated().map { index, asset in
                        try AcknowledgedBlocks(asset: asset.id, path: site.path("sent\(index)"))
                    }
                    let http = HTTPClient(eventLoopGroupProvider: .singleton)
                    let door = BlockDoor(address: relay.address, key: site.key, http: http)
                    let pushing = clients.enumerated().map { index, client in
                        Task { try await client.push(through: door, seed: testSeed &+ UInt64(index)) }
                    }
                    do {
                        try await kill(killCount, site, relay, clients, http)
                    } catch {
                        for task in pushing { task.cancel() }
                        try await http.shutdown()
                        throw error
                    }
                    for task in pushing { task.cancel() }
                    for task in pushing { try await task.value }
                    for (asset, client) in zip(assets, clients) {
                        #expect(client.refusals == [])
                        let direct = BlockDoor(address: site.address, key: site.key, http: http)
                        let upload = try await direct.begin(asset: asset.id)
                        let blocks = client.blocks
                        #expect(try await direct.missingCount(blocks.map(\.id), in: upload) == 0)
                        #expect(try await direct.commit(blocks, to: upload) == 201)
                        try await site.pull("game/\(asset.path)", to: site.path("target"))
                        #expect(RandomFile.areEqual(client.path, site.path("target")), "seed \(testSeed)")
                    }
                    try await http.shutdown()
                    figure(
                        "\(killCount) kills under four clients: \(clients.map { $0.blocks.count }) blocks acknowledged, "
                            + "\(relay.count(.toServer).mebibytes) sent")
                }
                try await site.expectSound()
            }
        }

        /// Blocks that somebody cut by hand are looked for in their old places: what lies behind the last of them in a longer
        /// file is neither read for ever nor left there.
        @Test func versionCutByHand_replacesALongerFile() async throws {
            try await Site.with { site in
                let asset = try await makeAssets(1, site)[0]
                let http = HTTPClient(eventLoopGroupProvider: .singleton)
                let door = BlockDoor(address: site.address, key: site.key, http: http)
                var random = SeededGenerator(seed: testSeed)
                let blocks = (0..<5).map { _ in BlockDoor.Block(random.bytes(50_000)) }
                let upload = try await door.begin(asset: asset.id)
                #expect(try await door.put(blocks, in: upload) == 200)
                #expect(try await door.commit(blocks.map(\.reference), to: upload) == 201)
                try await http.shutdown()
                let content = Data(blocks.flatMap(\.bytes))
                let surplus = Data(count: Int(24 * mebibyte))
                for older in [surplus, content + surplus, content + Data([1]), content] {
                    try older.write(to: URL(fileURLWithPath: site.path("target")))
                    try await site.pull("game/\(asset.path)", to: site.path("target"))
                    #expect(try Data(contentsOf: URL(fileURLWithPath: site.path("target"))) == content)
                }
            }
        }

        private func kill(
            _ count: Int, _ site: Site, _ relay: ByteRelay, _ clients: [AcknowledgedBlocks], _ http: HTTPClient
        ) async throws {
            var random = SeededGenerator(seed: testSeed)
            for number in 1...count {
                // Some die as soon as they are up, most in the middle of work, between any two of its steps.
                let moment = relay.count(.toServer) + Int64.random(in: 1...6 * mebibyte, using: &random)
                try #require(await relay.reached(moment, .toServer))
                try await Task.sleep(for: .microseconds(Int.random(in: 0...10_000, using: &random)))
                await site.killDaemon()
                let acknowledged = clients.map(\.blocks)
                try await site.start(behind: relay)
                let door = BlockDoor(address: site.address, key: site.key, http: http)
                let upload = try await door.begin(asset: clients[0].asset)
                let ids = acknowledged.joined().map(\.id)
                if !ids.isEmpty {
                    let missing = try await door.missingCount(ids, in: upload)
                    try #require(
                        missing == 0,
                        "\(missing) of \(ids.count) acknowledged blocks are gone after kill \(number), seed \(testSeed)"
                    )
                }
            }
        }

        private func makeAssets(_ count: Int, _ site: Site) async throws -> [Stored<Asset>] {
            try await site.withClient { client in
                let game = try await client.create(Game(slug: "game", name: "game"))
                var assets: [Stored<Asset>] = []
                for index in 0..<count {
                    assets.append(
                        try await client.create(Asset(gameID: game.id, path: "file\(index)")))
                }
                return assets
            }
        }
    }
}
