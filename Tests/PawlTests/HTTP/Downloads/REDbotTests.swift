import BlockFormat
import Foundation
import PawlModel
import TestKit
import Testing

/// REDbot asks for a resource in many ways, and says what is not as HTTP has it.
@Suite struct REDbotTests {
    @Test(.needs(.redbot)) func redbot_findsNothingWrong() async throws {
        try await HTTPWorld.with { world in
            var random = SeededGenerator(seed: 1)
            let version = try await world.push([WireBlock(random.bytes(20_000)), WireBlock(random.bytes(30_000))])
            let released = try await world.send(
                "POST", "/v1/channels",
                json: [
                    "asset_id": .string("\(world.asset)"), "name": "live", "version_id": .string("\(version.id)"),
                ])
            #expect(released.status == 201, "\(released.text)")
            // It has no key.
            let published = try await world.send(
                "PATCH", "/v1/assets/\(world.asset)", headers: ["If-Match": "*"], json: ["visibility": "public"])
            #expect(published.status == 200, "\(published.text)")
            for path in [
                Routes.content(ofVersion: version.id), Routes.content(ofAsset: world.asset) + "?channel=live",
                Routes.metalink(ofVersion: version.id), Routes.row("versions", version.id), Routes.openAPI,
            ] {
                let notes = try await Self.notes(of: world.daemon.address + path)
                #expect(notes.contains { $0.id == "INM_304" }, "\(path): \(notes)")
                #expect(notes.filter { ["WARN", "BAD"].contains($0.level) } == [], "\(path)")
            }
        }
    }

    private struct Note: Decodable, Equatable {
        var id: String
        var level: String
        var summary: String

        enum CodingKeys: String, CodingKey {
            case level, summary
            case id = "note_id"
        }
    }

    private struct Archive: Decodable {
        struct Log: Decodable { var entries: [Entry] }
        struct Entry: Decodable {
            var notes: [Note]
            enum CodingKeys: String, CodingKey { case notes = "_red_messages" }
        }
        var log: Log
    }

    private static func notes(of url: String) async throws -> [Note] {
        let tool = try ToolProcess.start(OutsideTool.redbot.path, ["-o", "har", url])
        try #require(await tool.status() == 0, "\(tool.errors)")
        return try JSONDecoder().decode(Archive.self, from: Data(tool.outputBytes)).log.entries.flatMap(\.notes)
    }
}
