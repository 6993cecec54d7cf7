import PawlClient
import PawlModel
import TestKit
import Testing

extension LiveTests {
    /// Rows as large as they may be, in lists that are longer than a page can be.
    @Suite(.timeLimit(.minutes(5))) struct LargeRowTests {
        @Test func largeRows_areListedAndTold() async throws {
            try await Site.with { site in
                let count = 300
                try await site.withClient { client in
                    let game = try await client.create(Game(slug: "game", name: "game"))
                    let data: JSONValue = ["save": .string(String(repeating: "x", count: 60_000))]
                    for number in 0..<count {
                        _ = try await client.create(Player(gameID: game.id, name: "p\(number)", data: data))
                    }
                }
                for arguments in [["list", "players"], ["events", "--type", "players.*", "--after", "oldest"]] {
                    let tool = try site.pawl(arguments + ["--json"])
                    #expect(await tool.status() == 0, "\(tool.errors)")
                    site.note(tool)
                    #expect(tool.output.utf8.count { $0 == UInt8(ascii: "\n") } >= count)
                    #expect(tool.output.utf8.count > count * 60_000)
                }
            }
        }
    }
}
