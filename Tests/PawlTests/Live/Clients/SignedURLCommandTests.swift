import Foundation
import TestKit
import Testing

extension MoreLiveTests {
    /// `pawl url`, and what a program does with it that knows nothing of Pawl.
    @Suite(.timeLimit(.minutes(5))) struct SignedURLCommandTests {
        @Test(.needs(.curl)) func url_downloadsWithoutAKey_andAChannelsFollowsIt() async throws {
            try await Site.with { site in
                for (name, text) in [("one", "first"), ("two", "second")] {
                    try Data(text.utf8).write(to: URL(filePath: site.path(name)))
                }
                let push = try site.pawl(["push", site.path("one"), "game/builds/file", "--channel", "live"])
                #expect(await push.status() == 0, "\(push.errors)")
                let version = try await Self.url(site, "game/builds/file", "--expires", "2m")
                let channel = try await Self.url(site, "game/builds/file:live")
                for url in [version, channel] { #expect(try await Self.curl(url) == "first") }
                let again = try site.pawl(["push", site.path("two"), "game/builds/file", "--channel", "live"])
                #expect(await again.status() == 0, "\(again.errors)")
                #expect(try await Self.curl(version) == "first")
                #expect(try await Self.curl(channel) == "second")
                #expect(try await Self.curl(await Self.url(site, "game/builds/file@1")) == "first")
                let tooLong = try site.pawl(["url", "game/builds/file", "--expires", "8d"])
                #expect(await tooLong.status() == 1 && tooLong.errors.contains("expires_in"), "\(tooLong.errors)")
            }
        }

        private static func url(_ site: Site, _ arguments: String...) async throws -> String {
            let tool = try site.pawl(["url"] + arguments)
            try #require(await tool.status() == 0, "\(tool.errors)")
            return tool.output.trimmingCharacters(in: .newlines)
        }

        private static func curl(_ url: String) async throws -> String {
            let tool = try ToolProcess.start(OutsideTool.curl.path, ["-sS", "--fail", url])
            try #require(await tool.status() == 0, "\(tool.errors)")
            return tool.output
        }
    }
}
