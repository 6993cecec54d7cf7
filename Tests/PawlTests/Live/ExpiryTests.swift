import AsyncHTTPClient
import Foundation
import PawlClient
import PawlModel
import TestKit
import Testing

extension LiveTests {
    /// Uploads that nobody goes on with.
    @Suite(.timeLimit(.minutes(5))) struct ExpiryTests {
        private let brief = ["PAWL_UPLOADS_LIFETIME": "1", "PAWL_UPLOADS_SWEEP_INTERVAL": "1"]

        @Test func abandonedUpload_isGoneAndLeavesTheStorageSound() async throws {
            try await Site.with(environment: brief) { site in
                let asset = try await site.withClient { client in
                    let game = try await client.create(Game(slug: "game", name: "game"))
                    return try await client.create(Asset(gameID: game.id, path: "file"))
                }
                let door = BlockDoor(address: site.address, key: site.key, http: .shared)
                let upload = try await door.begin(asset: asset.id)
                var random = SeededGenerator(seed: testSeed)
                let block = BlockDoor.Block(random.bytes(50_000))
                #expect(try await door.put([block], in: upload) == 200)
                try await expectExpired(upload, site)
                #expect(try await door.put([block], in: upload) == 410)
                #expect(try await door.commit([block.reference], to: upload) == 410)
                try await site.expectSound()
                // A new upload brings the same bytes to their version.
                let next = try await door.begin(asset: asset.id)
                #expect(try await door.put([block], in: next) == 200)
                #expect(try await door.commit([block.reference], to: next) == 201)
                try await site.pull("game/file", to: site.path("target"))
                #expect(try Array(Data(contentsOf: URL(fileURLWithPath: site.path("target")))) == block.bytes)
                try await site.expectSound()
            }
        }

        /// The command line notices by itself, begins another upload, and sends what is missing.
        @Test func pushThatWasHeldTooLong_endsWellAllTheSame() async throws {
            try await Site.with(environment: brief) { site in
                try RandomFile.write(site.path("source"), size: 16 * mebibyte, seed: testSeed)
                try await withRelay(to: site.daemon.port) { relay in
                    relay.hold(.toServer, after: 6 * mebibyte)
                    let push = try site.startPush(site.path("source"), to: "game/file", through: relay.address)
                    #expect(await relay.reached(6 * mebibyte, .toServer, while: push))
                    let uploads = try await site.withClient { try await $0.uploads() }
                    let upload = try #require(uploads.first).id
                    try await expectExpired(upload, site)
                    relay.release(.toServer)
                    #expect(try await site.summary(of: push).version == 1)
                }
                try await site.pull("game/file", to: site.path("target"))
                #expect(RandomFile.areEqual(site.path("source"), site.path("target")), "seed \(testSeed)")
                try await site.expectSound()
            }
        }

        /// Returns when the upload has expired. Nothing tells of that but the upload's own state, so it is asked for.
        private func expectExpired(_ upload: ResourceID, _ site: Site) async throws {
            let deadline = ContinuousClock.now + .seconds(20)
            try await site.withClient { client in
                while try await client.upload(upload).state == .open {
                    try #require(ContinuousClock.now < deadline, "the upload does not expire")
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(try await client.upload(upload).state == .expired)
            }
        }
    }
}
