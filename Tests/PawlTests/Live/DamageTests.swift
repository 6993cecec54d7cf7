import Foundation
import TestKit
import Testing

extension LiveTests {
    /// A disk that lost bytes under a daemon: nothing wrong is served, and pushing the file again heals.
    @Suite(.timeLimit(.minutes(5))) struct DamageTests {
        @Test func zeroedSegment_isHealedByPushingAgain() async throws {
            try await Site.with { site in
                let source = site.path("source")
                try RandomFile.write(source, size: 32 * mebibyte, seed: testSeed)
                let first = try await site.push(source, to: "game/file")
                let segment = site.storage + "/segments/000/0000000001.segment"
                let file = try #require(FileHandle(forUpdatingAtPath: segment))
                try file.seek(toOffset: UInt64(5 * mebibyte))
                try file.write(contentsOf: Data(count: 8 << 20))
                try file.close()

                let pull = try site.startPull("game/file", to: site.path("target"))
                let end = await pull.end()
                #expect(end.status == 1)
                #expect(pull.errors.contains("damaged"), "\(pull.errors)")
                #expect(!FileManager.default.fileExists(atPath: site.path("target")))

                let again = try await site.push(source, to: "game/file")
                #expect(again.newVersion == false)
                #expect((1..<first.blocksSent).contains(again.blocksSent))
                try await site.pull("game/file", to: site.path("target"))
                #expect(RandomFile.areEqual(source, site.path("target")))
                try await site.expectSound()
            }
        }

        @Test func removedSegment_isHealedByPushingAgain() async throws {
            try await Site.with { site in
                let source = site.path("source")
                try RandomFile.write(source, size: 8 * mebibyte, seed: testSeed)
                try await site.push(source, to: "game/file")
                await site.killDaemon()
                try FileManager.default.removeItem(atPath: site.storage + "/segments/000/0000000001.segment")
                try await site.start()
                let again = try await site.push(source, to: "game/file")
                #expect(again.blocksSent > 0)
                try await site.pull("game/file", to: site.path("target"))
                #expect(RandomFile.areEqual(source, site.path("target")))
            }
        }
    }
}
