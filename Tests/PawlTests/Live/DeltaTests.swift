import TestKit
import Testing

extension LiveTests {
    /// Only what the server does not have goes over the wire and to the disk.
    @Suite(.timeLimit(.minutes(5))) struct DeltaTests {
        @Test func pushAgain_sendsNoBlock() async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("source"), size: 64 * mebibyte, seed: testSeed)
                try await site.push(site.path("source"), to: "game/file")
                let stored = try await site.storedRecordBytes()
                try await withRelay(to: site.daemon.port) { relay in
                    let again = try await site.push(site.path("source"), to: "game/file", through: relay.address)
                    #expect(again.blocksSent == 0)
                    #expect(again.version == 1)
                    #expect(again.newVersion == false)
                    // As the first version of another asset of the game, all blocks are asked for, and none is missing.
                    let other = try await site.push(site.path("source"), to: "game/other", through: relay.address)
                    #expect(other.blocksSent == 0)
                    #expect(other.newVersion == true)
                    #expect(relay.count(.toServer) < mebibyte)
                }
                #expect(try await site.storedRecordBytes() == stored)
            }
        }

        @Test(.enabled(if: isSoak)) func pushAgain_takesAtMostTwiceAsLongAsOpenSSL() async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("source"), size: 1024 * mebibyte, seed: testSeed)
                try await site.push(site.path("source"), to: "game/file")
                var pushes: [Duration] = []
                var digests: [Duration] = []
                let clock = ContinuousClock()
                for _ in 0..<3 {
                    digests.append(
                        try await clock.measure {
                            let digest = try ToolProcess.start(
                                "/usr/bin/openssl", ["dgst", "-sha256", site.path("source")])
                            #expect(await digest.status() == 0)
                        })
                    pushes.append(
                        try await clock.measure {
                            let again = try await site.push(site.path("source"), to: "game/file")
                            #expect(again.blocksSent == 0)
                        })
                }
                let (push, digest) = (pushes.sorted()[1], digests.sorted()[1])
                figure("push of 1 GiB again: \(push), openssl dgst -sha256: \(digest), ratio \(push / digest)")
                #expect(push <= digest * 2)
            }
        }

        @Test func secondVersion_sendsWhatDiffers() async throws {
            try await pushEdited(size: 128 * mebibyte)
        }

        @Test(.enabled(if: isSoak)) func secondVersionOf1GiB_sendsWhatDiffers() async throws {
            try await pushEdited(size: 1024 * mebibyte)
        }

        /// With a hundredth of the bytes edited in ten places, at most three hundredths are sent and stored.
        private func pushEdited(size: Int64) async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("one"), size: size, seed: testSeed)
                try RandomFile.writeEdited(site.path("two"), from: site.path("one"), seed: testSeed + 1)
                try await site.push(site.path("one"), to: "game/file")
                let before = try await site.storedRecordBytes()
                try await withRelay(to: site.daemon.port) { relay in
                    let second = try await site.push(site.path("two"), to: "game/file", through: relay.address)
                    #expect(second.version == 2)
                    let sent = relay.count(.toServer)
                    let stored = try await site.storedRecordBytes() - before
                    figure(
                        "version 2 of \(size.mebibytes): \(sent.mebibytes) sent, \(stored.mebibytes) stored "
                            + "(\(Double(sent) / Double(size)))")
                    #expect(sent >= size / 100)
                    #expect(sent <= size * 3 / 100, "seed \(testSeed)")
                    #expect(stored <= size * 3 / 100, "seed \(testSeed)")
                }
                for (version, name) in [(1, "one"), (2, "two")] {
                    try await site.pull("game/file@\(version)", to: site.path("target"))
                    #expect(RandomFile.areEqual(site.path(name), site.path("target")), "seed \(testSeed)")
                }
            }
        }
    }
}
