import Foundation
import TestKit
import Testing

extension MoreLiveTests {
    /// `pawl verify` and `pawl diff`.
    @Suite(.timeLimit(.minutes(5))) struct FolderCompareTests {
        @Test func verify_saysWhatDiffers() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(
                    site.path("source"), fileCount: 20, sizeMax: 100_000, seed: testSeed)
                try source.write("run", "run")
                try source.link("link", to: "run")
                try await site.command(["push", source.path, "game/build"])
                let fine = try await site.command(["verify", source.path, "game/build"])
                #expect(fine.output.contains("is game/build@1"), "\(fine.output)")
                try source.write("d0/f1", "other")
                try source.remove("d1/f15")
                try source.write("more/file", "more")
                try source.setMode("run", 0o755)
                try source.remove("link")
                try source.link("link", to: "d0")
                let before = source.contents
                let found = try await site.command(["verify", source.path, "game/build@1"], status: 1)
                #expect(
                    found.output.split(separator: "\n").dropLast() == [
                        "changed  d0/f1", "missing  d1/f15", "changed  link", "extra    more", "extra    more/file",
                        "mode     run",
                    ], "\(found.output)")
                #expect(source.contents == before)
                let json = try await site.command(["verify", source.path, "game/build", "--json"], status: 1)
                let last = try #require(json.output.split(separator: "\n").last)
                #expect(last.contains(#""missing":1"#) && last.contains(#""identical":false"#), "\(last)")
                try await site.command(["pull", "game/build", source.path, "--delete"])
                try await site.command(["verify", source.path, "game/build"])
            }
        }

        @Test func verify_readsSingleFilesToo() async throws {
            try await Site.with { site in
                try RandomFile.write(site.path("file"), size: 300_000, seed: testSeed)
                try await site.command(["push", site.path("file"), "game/file"])
                try await site.command(["verify", site.path("file"), "game/file"])
                let file = try #require(FileHandle(forUpdatingAtPath: site.path("file")))
                try file.seek(toOffset: 100_000)
                try file.write(contentsOf: Data("x".utf8))
                try file.close()
                try await site.command(["verify", site.path("file"), "game/file"], status: 1)
                try await site.command(["verify", site.path("missing"), "game/file"], status: 1)
            }
        }

        @Test func diff_saysWhatAnUpdateCosts() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(
                    site.path("source"), fileCount: 20, sizeMax: 100_000, seed: testSeed)
                try await site.command(["push", source.path, "game/build", "--channel", "live"])
                try source.write("d0/f1", [UInt8](repeating: 7, count: 1000))
                try source.remove("d1/f15")
                try source.write("more", "1234")
                try await site.command(["push", source.path, "game/build"])
                let diff = try await site.command(["diff", "game/build:live", "@2"])
                let lines = diff.output.split(separator: "\n").map(String.init)
                #expect(lines.count == 4, "\(diff.output)")
                #expect(lines[0].hasPrefix("changed  d0/f1  ") && lines[0].hasSuffix("→ 1000 B"), "\(diff.output)")
                #expect(lines[1].hasPrefix("removed  d1/f15"), "\(diff.output)")
                #expect(lines[2] == "added    more  4 B", "\(diff.output)")
                #expect(lines[3].contains("an update downloads 1004 B"), "\(diff.output)")
                let json = try await site.command(["diff", "game/build@1", "game/build@2", "--json"])
                #expect(json.output.contains(#""bytes_down":1004"#), "\(json.output)")
                let moved = try await site.command(["promote", "game/build@2", "live"])
                #expect(moved.output.contains("downloads 1004 B"), "\(moved.output)")
            }
        }
    }
}
