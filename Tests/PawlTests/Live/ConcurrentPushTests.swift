import TestKit
import Testing

extension LiveTests {
    /// Several clients at once.
    @Suite(.timeLimit(.minutes(5))) struct ConcurrentPushTests {
        @Test func eightPushesAtOnce_areAllRight() async throws {
            try await Site.with { site in
                for index in 0..<8 {
                    try RandomFile.write(
                        site.path("source\(index)"), size: 16 * mebibyte + Int64(index), seed: testSeed + UInt64(index))
                }
                let pushes = try (0..<8).map { try site.startPush(site.path("source\($0)"), to: "game/file\($0)") }
                for push in pushes { #expect(try await site.summary(of: push).version == 1) }
                let pulls = try (0..<8).map { try site.startPull("game/file\($0)", to: site.path("target\($0)")) }
                for (index, pull) in pulls.enumerated() {
                    _ = try await site.summary(of: pull)
                    let areEqual = RandomFile.areEqual(site.path("source\(index)"), site.path("target\(index)"))
                    #expect(areEqual, "file \(index), seed \(testSeed)")
                }
                try await site.expectSound()
            }
        }

        @Test func twoPushesOfTheSameBytes_makeOneVersion() async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("source"), size: 32 * mebibyte, seed: testSeed)
                let pushes = try (0..<2).map { _ in try site.startPush(site.path("source"), to: "game/file") }
                for push in pushes {
                    let summary = try await site.summary(of: push)
                    #expect(summary.version == 1)
                    #expect(push.errors == "")
                }
                #expect(try await site.versions(of: "game/file").count == 1)
                try await site.pull("game/file", to: site.path("target"))
                #expect(RandomFile.areEqual(site.path("source"), site.path("target")), "seed \(testSeed)")
                try await site.expectSound()
            }
        }

        @Test func twoPushesOfDifferentBytes_makeTwoVersions() async throws {
            try await Site.with { site in
                for index in 0..<2 {
                    try RandomFile.write(
                        site.path("source\(index)"), size: 32 * mebibyte, seed: testSeed + UInt64(index))
                }
                let pushes = try (0..<2).map { try site.startPush(site.path("source\($0)"), to: "game/file") }
                var numbers: [Int64] = []
                for (index, push) in pushes.enumerated() {
                    let summary = try await site.summary(of: push)
                    #expect(push.errors == "")
                    numbers.append(summary.version)
                    try await site.pull("game/file@\(summary.version)", to: site.path("target"))
                    #expect(RandomFile.areEqual(site.path("source\(index)"), site.path("target")), "seed \(testSeed)")
                }
                #expect(numbers.sorted() == [1, 2])
                try await site.expectSound()
            }
        }
    }
}
