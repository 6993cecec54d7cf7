import PawlModel
import TestKit
import Testing

extension LiveTests {
    /// What a streaming door acknowledged is there, whenever the daemon dies.
    @Suite(.timeLimit(.minutes(10))) struct StreamDurabilityTests {
        /// A client that now speaks tus and now the IETF's protocol sends on, in small parts and in large ones, while the
        /// daemon is killed at random moments. No offset that it was told is ever taken back, and each content comes
        /// back as it was sent.
        @Test func acknowledgedOffsets_surviveKills() async throws {
            let killCount = isSoak ? 200 : 20
            try await Site.with { site in
                let asset = try await site.makeAsset("file", inGame: "game")
                try await withRelay(to: site.daemon.port) { relay in
                    var random = SeededGenerator(seed: testSeed)
                    var (kills, contents, beyond) = (0, 0, 0)
                    while kills < killCount {
                        let content = random.bytes(Int.random(in: 16...24, using: &random) << 20)
                        var stream = try await KilledStream(
                            of: content, to: asset, as: Self.accent(&random), site, behind: relay)
                        // The last bytes of a content can be killed for ever: then it is time for the next one.
                        let last = kills + Int.random(in: 4...16, using: &random)
                        while stream.left > 0, kills < min(last, killCount) {
                            try await Self.kill(&stream, &random)
                            let told = stream.acknowledged
                            try await stream.ask(as: Self.accent(&random))
                            beyond += stream.offset - told
                            kills += 1
                        }
                        try await stream.send(as: Self.accent(&random), partLength: content.count)
                        try await stream.finish(as: Self.accent(&random))
                        contents += 1
                    }
                    figure(
                        "\(kills) kills under \(contents) contents: \(relay.count(.toServer).mebibytes) sent, "
                            + "\(Int64(beyond).mebibytes) kept that nobody was told of")
                }
                try await site.expectSound()
            }
        }

        /// Begun by one protocol, continued by the other, finished by the first; each time the daemon is killed in the
        /// middle of a part.
        @Test(arguments: [StreamDoor.Accent.tus, .ietf]) func anUpload_changesItsDoor(first: StreamDoor.Accent)
            async throws
        {
            let second: StreamDoor.Accent = first == .tus ? .ietf : .tus
            try await Site.with { site in
                let asset = try await site.makeAsset("file", inGame: "game")
                try await withRelay(to: site.daemon.port) { relay in
                    var random = SeededGenerator(seed: testSeed)
                    let content = random.bytes(24 << 20)
                    var stream = try await KilledStream(of: content, to: asset, as: first, site, behind: relay)
                    for (accent, next) in [(first, second), (second, first)] {
                        let before = stream.offset
                        try await stream.sendUntilKilled(as: accent, partLength: 1 << 20, after: 8 << 20)
                        try await stream.ask(as: accent)
                        try await stream.ask(as: next)
                        #expect(stream.offset > before && stream.left > 0)
                    }
                    try await stream.send(as: first, partLength: content.count)
                    try await stream.finish(as: first)
                }
                #expect(try await site.versions(of: "game/file").count == 1)
            }
        }

        /// Some die with the first bytes, most in the middle of work, between any two of its steps.
        private static func kill(_ stream: inout KilledStream, _ random: inout SeededGenerator) async throws {
            let partLength = [300_000, 1 << 20, 4 << 20, stream.content.count].randomElement(using: &random)!
            try await stream.sendUntilKilled(
                as: accent(&random), partLength: partLength,
                after: Int.random(in: 1...min(stream.left, 6 << 20), using: &random),
                pause: .microseconds(Int.random(in: 0...10_000, using: &random)))
        }

        private static func accent(_ random: inout SeededGenerator) -> StreamDoor.Accent {
            Bool.random(using: &random) ? .tus : .ietf
        }
    }
}
