import Foundation
import NIOCore
import PawlModel
import TestKit
import Testing

extension MoreLiveTests {
    /// Content that waits, and goes live together with rows.
    @Suite(.timeLimit(.minutes(5))) struct HeldUploadTests {
        @Test func heldContent_goesLiveWithItsRows_andComesBackWithThem() async throws {
            try await Site.with { site in
                for number in 1...3 {
                    try RandomFile.write(site.path("v\(number)"), size: 2 * mebibyte, seed: testSeed + UInt64(number))
                }
                try await site.command(["push", site.path("v1"), "game/file", "--channel", "live"])
                let held = try await summary(of: ["push", site.path("v2"), "game/file", "--hold", "--json"], site)
                let upload = try #require(held["held_upload"]?.string)
                let asset = try #require(held["asset_id"]?.string)
                // Nobody sees it, and it survives a stop; who pushes meanwhile is not held up.
                try await site.restart()
                #expect(try await site.versions(of: "game/file").count == 1)
                #expect(try await table(["uploads"], site).contains { $0.hasPrefix(upload) && $0.contains("held") })
                try await site.command(["push", site.path("v3"), "game/file"])

                let game = try await summary(of: ["list", "games", "--json"], site)["id"]?.string ?? ""
                let channel = try await summary(of: ["list", "channels", "--json"], site)["id"]?.string ?? ""
                let file = site.path("season.yaml")
                try """
                - {id: live, op: update, target: \(channel), body: {version_id: {$ref: content}}}
                - {id: map, op: create, resource: items, body: {game_id: \(game), sku: map, name: Map}}
                - {id: content, op: call, target: \(asset), verb: publish, body: {upload_id: \(upload)}}
                """.write(toFile: file, atomically: true, encoding: .utf8)
                _ = try await table(["apply", file, "--dry-run"], site)
                #expect(try await site.versions(of: "game/file").count == 2)
                let applied = try await summary(of: ["apply", file, "--json"], site)
                let id = try #require(applied["id"]?.string)
                try await site.command(["pull", "game/file:live", site.path("a")])
                #expect(RandomFile.areEqual(site.path("a"), site.path("v2")))
                // It is the newest one now.
                try await site.command(["pull", "game/file", site.path("b")])
                #expect(RandomFile.areEqual(site.path("b"), site.path("v2")))
                let again = try site.pawl(["uploads", "publish", upload])
                #expect(
                    await again.status() == 1 && again.errors.contains("is not held: it is done"), "\(again.errors)")

                try await site.command(["revert", id])
                try await site.command(["pull", "game/file:live", site.path("c")])
                #expect(RandomFile.areEqual(site.path("c"), site.path("v1")))
                #expect(try await table(["list", "items", "--json"], site) == [])
                try await site.command(["pull", "game/file", site.path("d")])
                #expect(RandomFile.areEqual(site.path("d"), site.path("v3")))
                try await site.expectSound()
            }
        }

        /// By the plain door and by tus, and published by itself.
        @Test func everyDoor_holds() async throws {
            try await Site.with { site in
                let asset = try await site.makeAsset("file", inGame: "game")
                let plain = try await site.ask(
                    "PUT", Routes.content(ofAsset: asset) + "?hold=true&channel=beta", body: .init(string: "one"),
                    as: MediaType.octets)
                #expect(plain.status == 202)
                let upload = try JSONValue(parsing: plain.body.readableBytesView).object ?? [:]
                #expect(upload["state"] == "held")
                let tool = try site.pawl(["uploads", "publish", upload["id"]?.string ?? ""])
                #expect(await tool.status() == 0 && tool.output.hasPrefix("Version 1 "), "\(tool.errors)")
                try await site.command(["pull", "game/file:beta", site.path("one")])
                #expect(try String(contentsOfFile: site.path("one"), encoding: .utf8) == "one")

                let metadata =
                    "asset \(Data("game/file".utf8).base64EncodedString()),hold \(Data("true".utf8).base64EncodedString())"
                let curl = try ToolProcess.start(
                    "/usr/bin/env",
                    [
                        "curl", "-s", "-X", "POST", "-H", "Authorization: Bearer \(site.key)", "-H",
                        "Tus-Resumable: 1.0.0", "-H", "Upload-Length: 3", "-H", "Upload-Metadata: \(metadata)", "-H",
                        "Content-Type: application/offset+octet-stream", "--data-binary", "two",
                        site.address + "/v1/tus",
                    ])
                #expect(await curl.status() == 0)
                #expect(try await table(["uploads"], site).contains { $0.contains("held") })
                #expect(try await site.versions(of: "game/file").count == 1)
                let cancelled = try await table(["uploads", "list", "--json"], site)
                let other = try JSONValue(parsing: (cancelled.first ?? "").utf8).object?["id"]?.string ?? ""
                try await site.command(["uploads", "cancel", other])
                try await site.expectSound()
            }
        }

        private func table(_ arguments: [String], _ site: Site) async throws -> [String] {
            let tool = try site.pawl(arguments)
            try #require(await tool.status() == 0, "\(arguments): \(tool.errors)")
            return tool.output.split(separator: "\n").map(String.init)
        }

        private func summary(of arguments: [String], _ site: Site) async throws -> JSONObject {
            try JSONValue(parsing: (try await table(arguments, site).last ?? "").utf8).object ?? [:]
        }
    }
}
