import Catalog
import Metadata
import PawlModel
import TestKit
import Testing

/// A rollback takes the last release off a channel, and leads only to what was released there.
struct RollbackTests {
    /// Releases versions on a channel by number; a nil rolls back. Returns the number after each rollback, or nil where
    /// there was nothing before.
    private func play(_ moves: [Int64?], in world: EngineWorld) async throws -> [Int64?] {
        let asset = try await world.asset(try await world.game())
        var versions: [ResourceID] = []
        for number in 1...5 { versions.append(try await world.version(of: asset, number: Int64(number))) }
        func target(_ number: Int64) -> JSONValue { .string(versions[Int(number) - 1].description) }
        var channel = try await world.create(
            Channel.schema,
            ["asset_id": asset["id"] ?? .null, "name": "live", "version_id": target(moves[0] ?? 1)])
        var seen: [Int64?] = []
        for move in moves.dropFirst() {
            if let move {
                channel = try await world.update(Channel.schema, channel, ["version_id": target(move)])
                continue
            }
            do {
                channel = try await rollBack(channel, in: world)
                seen.append(
                    versions.firstIndex { channel["version_id"] == .string($0.description) }.map { Int64($0 + 1) })
            } catch let problem as Problem where problem.code == .noVersion {
                seen.append(nil)
            }
        }
        return seen
    }

    private func rollBack(_ channel: JSONObject, in world: EngineWorld) async throws -> JSONObject {
        try await world.writePath.apply(by: .daemon) { writer in
            try writer.call(RollBackChannel(), channel.resourceID, [:])
        }.body.object ?? [:]
    }

    @Test(
        arguments: [
            (moves: [1, 5, nil], expected: [1]),
            (moves: [2, 1, nil], expected: [2]),
            (moves: [1, nil], expected: [nil]),
            (moves: [1, 2, 3, nil, nil, nil], expected: [2, 1, nil]),
            (moves: [1, 5, nil, 3, nil, nil], expected: [1, 1, nil]),
            (moves: [1, 2, 1, 4, nil, nil, nil], expected: [1, 2, 1]),
        ] as [(moves: [Int64?], expected: [Int64?])])
    func rollback_takesTheLastReleaseOff(_ moves: [Int64?], _ expected: [Int64?]) async throws {
        try await EngineWorld.with { world in
            let seen = try await play(moves, in: world)
            #expect(seen == expected)
        }
    }
}
