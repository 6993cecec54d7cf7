import Foundation
import TestKit
import Testing

extension LiveTests {
    /// What is pushed comes back byte for byte.
    @Suite(.timeLimit(.minutes(5))) struct RoundTripTests {
        @Test(
            arguments: [
                0, 1, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 5_000_000,
                64 * 1024 * 1024,
            ] as [Int64]) func pulledFile_isTheOneThatWasPushed(size: Int64) async throws
        {
            try await Site.with { site in
                try RandomFile.write(site.path("source"), size: size, seed: testSeed)
                let pushed = try await site.push(site.path("source"), to: "game/builds/file")
                #expect(pushed.version == 1)
                #expect(pushed.newVersion == true)
                #expect(pushed.bytesTotal == size)
                #expect(pushed.bytesSent == size)
                let pulled = try await site.pull("game/builds/file", to: site.path("target"))
                #expect(RandomFile.areEqual(site.path("source"), site.path("target")), "seed \(testSeed)")
                #expect(pulled.bytesSent == size)
                #expect(pulled.root == pushed.root)
                #expect(try FileManager.default.contentsOfDirectory(atPath: site.directory.path).count == 3)
            }
        }

        /// All blocks of a file of zeros are the same one: it goes over once, in each direction as often as needed.
        @Test func fileOfZeros_sendsOneBlock() async throws {
            try await Site.with { site in
                try Data(count: 8 * 1024 * 1024).write(to: URL(fileURLWithPath: site.path("zeros")))
                let pushed = try await site.push(site.path("zeros"), to: "game/zeros")
                #expect(pushed.blocksSent == 1)
                try await site.pull("game/zeros", to: site.path("target"))
                #expect(RandomFile.areEqual(site.path("zeros"), site.path("target")))
            }
        }

        @Test(arguments: [true, false]) func executableBit_comesBack(isExecutable: Bool) async throws {
            try await Site.with { site in
                let manager = FileManager.default
                try RandomFile.write(site.path("source"), size: 1000, seed: testSeed)
                try manager.setAttributes(
                    [.posixPermissions: isExecutable ? 0o755 : 0o644], ofItemAtPath: site.path("source"))
                try await site.push(site.path("source"), to: "game/tool")
                // Over a file that has it the other way round, too.
                try Data("old".utf8).write(to: URL(fileURLWithPath: site.path("over")))
                try manager.setAttributes(
                    [.posixPermissions: isExecutable ? 0o644 : 0o755], ofItemAtPath: site.path("over"))
                for target in ["target", "over"] {
                    try await site.pull("game/tool", to: site.path(target))
                    let mode = try manager.attributesOfItem(atPath: site.path(target))[.posixPermissions] as? Int
                    #expect(try #require(mode) & 0o111 == (isExecutable ? 0o111 : 0), "\(target)")
                }
            }
        }

        @Test func pullOverAnOlderCopy_fetchesOnlyWhatDiffers() async throws {
            try await Site.with { site in
                let size = 64 * mebibyte
                try RandomFile.write(site.path("one"), size: size, seed: testSeed)
                try RandomFile.writeEdited(site.path("two"), from: site.path("one"), seed: testSeed + 1)
                try await site.push(site.path("one"), to: "game/file")
                let second = try await site.push(site.path("two"), to: "game/file")
                #expect(second.version == 2)
                try await site.pull("game/file@1", to: site.path("target"))
                #expect(RandomFile.areEqual(site.path("one"), site.path("target")))
                let update = try await site.pull("game/file", to: site.path("target"))
                #expect(RandomFile.areEqual(site.path("two"), site.path("target")))
                // Ten edits of 64 KiB, and for each about two blocks around it; short gaps are fetched too.
                #expect(update.bytesSent >= size / 100)
                #expect(update.bytesSent <= size / 20, "fetched \(update.bytesSent.mebibytes), seed \(testSeed)")
                figure("pull over an older copy of 64 MiB fetched \(update.bytesSent.mebibytes)")
            }
        }

        @Test func pullIntoAnIdenticalFile_fetchesNothing() async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("source"), size: 5_000_000, seed: testSeed)
                try await site.push(site.path("source"), to: "game/file")
                try await withRelay(to: site.daemon.port) { relay in
                    let again = try await site.pull("game/file", to: site.path("source"), through: relay.address)
                    #expect(again.identical == true)
                    #expect(again.bytesSent == 0)
                    #expect(again.blocksSent == 0)
                    // The version and its manifest.
                    #expect(relay.count(.toClient) < 20_000)
                }
            }
        }
    }
}
