import Foundation
import TestKit
import Testing

extension MoreLiveTests {
    /// `pawl create … -f`: many rows of one file.
    @Suite(.timeLimit(.minutes(5))) struct RowFileTests {
        private static let rows = ["a", "b", "c"].map { "{\"sku\": \"\($0)\", \"name\": \"\($0)\"}" }

        /// What is listed of one game is made in another: lines, and a list.
        @Test func listedRows_areMadeAgain() async throws {
            try await Site.with { site in
                for slug in ["first", "second", "third"] {
                    try await site.run(["create", "games", "--slug", slug, "--name", slug])
                }
                let list = try site.write("[\(Self.rows.joined(separator: ",\n"))]")
                #expect(try await site.run(["create", "items", "--game", "first", "-f", list, "--json"]).count == 3)
                let lines = try await site.run(["list", "items", "--game", "first", "--json"])
                let copy = try site.write(lines.joined(separator: "\n\n") + "\r\n")
                #expect(try await site.run(["create", "items", "--game", "second", "-f", copy, "--json"]).count == 3)
                let one = try site.write(lines[0])
                #expect(try await site.run(["create", "items", "--game", "third", "-f", one, "--json"]).count == 1)
            }
        }

        /// What the server sets is passed over in what it printed itself: here the channel's game.
        @Test func listedRows_withFieldsOfTheServer_areMadeAgain() async throws {
            try await Site.with { site in
                let file = try site.write("content")
                try await site.run(["push", file, "game/file", "--channel", "live"])
                let lines = try await site.run(["list", "channels", "--json"])
                #expect(lines.count == 1 && lines[0].contains("\"game_id\""), "\(lines)")
                let copy = try site.write(lines[0])
                let made = try await site.run(["create", "channels", "-f", copy, "--name", "beta", "--json"])
                #expect(made.count == 1 && made[0].contains("\"beta\""), "\(made)")
            }
        }

        @Test func badRow_isNamed_andThoseBeforeItAreMade() async throws {
            try await Site.with { site in
                try await site.run(["create", "games", "--slug", "game", "--name", "Game"])
                let broken = try site.write(Self.rows[0] + "\n\n[]\n" + Self.rows[1])
                let unread = try site.pawl(["create", "items", "--game", "game", "-f", broken, "--json"])
                #expect(await unread.status() == 1)
                #expect(unread.errors.contains("Row 2 of '\(broken)' is no JSON object."), "\(unread.errors)")
                #expect(try await site.run(["list", "items", "--json"]).isEmpty)

                let taken = try site.write((Self.rows.prefix(2) + Self.rows).joined(separator: "\n"))
                let refused = try site.pawl(["create", "items", "--game", "game", "-f", taken, "--json"])
                #expect(await refused.status() == 1)
                #expect(refused.errors.contains("Row 3 of 5: "), "\(refused.errors)")
                #expect(refused.errors.contains("The rows before it are made."), "\(refused.errors)")
                #expect(try FailureLine(lastLineOf: refused.output).error.code == "not_unique")
                #expect(try await site.run(["list", "items", "--json"]).count == 2)
            }
        }
    }
}

extension Site {
    /// The lines that a command prints, which is expected to end well.
    @discardableResult
    fileprivate func run(
        _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [String] {
        let tool = try pawl(arguments)
        #expect(await tool.status() == 0, "\(tool.errors)", sourceLocation: sourceLocation)
        return tool.output.split(separator: "\n").map(String.init)
    }

    /// The path of a file with a text.
    fileprivate func write(_ text: String) throws -> String {
        try text.write(toFile: path("rows.json"), atomically: true, encoding: .utf8)
        return path("rows.json")
    }
}
