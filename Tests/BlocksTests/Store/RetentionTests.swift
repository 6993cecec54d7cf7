import Catalog
import Metadata
import PawlModel
import TestKit
import Testing
import Transfers
import Upkeep

/// Versions that go by themselves, and those that something holds.
struct RetentionTests {
    @Test func whatNothingHolds_goes() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            var versions: [Version] = []
            for number in 1...12 {
                let upload = try await rooms.uploads.begin(
                    UploadDraft(
                        UploadCreation(assetID: world.asset, label: number == 4 ? "release-1.0" : "nightly-\(number)")),
                    by: .daemon
                ).id
                let blocks = [TestBlock(900, &generator)]
                try await rooms.put(blocks, to: upload)
                versions.append(try await rooms.commit(blocks, of: upload))
                world.clock.advance(bySeconds: 10)
            }
            // Number 2 was on a channel that is gone, number 6 was released and replaced, number 7 is on it.
            try await rooms.delete(Channel.schema, try await rooms.release(versions[1], on: "old"))
            let live = try await rooms.release(versions[5], on: "live")
            try await rooms.change(Channel.schema, live, ["version_id": .string(versions[6].id.description)])

            func left() async throws -> [Int64] {
                try await rooms.downloads.versions(of: world.asset, limit: 100, for: .daemon).map(\.number).reversed()
            }
            #expect(try await rooms.collect(window: 1000).versionsDeleted == 0)
            try await rooms.change(
                Asset.schema, world.asset,
                ["retention": ["keep_last": 3, "keep_labels": ["release-*"], "min_age": 45]])
            let preview = try await rooms.collect(window: 1000, dryRun: true)
            #expect(preview.versions.map(\.number) == [8, 5, 3, 1] && preview.versionsDeleted == 4, "\(preview)")
            #expect(preview.versions.allSatisfy { $0.reason == .retention && $0.path == "builds/win64" })
            #expect(preview.bytesFreed >= 4 * 900)
            #expect(try await left().count == 12)
            let report = try await rooms.collect(window: 1000)
            #expect(report.versions.map(\.number) == [8, 5, 3, 1], "\(report)")
            #expect(try await left() == [2, 4, 6, 7, 9, 10, 11, 12])
            #expect(try await rooms.undelete(versions[2]).number == 3)

            try await rooms.change(
                Asset.schema, world.asset, ["retention": ["keep_last": 1, "keep_released": false]])
            try await rooms.collect()
            // What a channel points at stays in any case.
            #expect(try await left() == [7, 12])
            try await rooms.settle()
            #expect(try await rooms.findings() == [])
        }
    }

    @Test func deletedAsset_isTakenBackWhole_orCollectedWhole() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let blocks = TestBlock.some(6, upTo: 5000, &generator)
            let first = try await rooms.push(blocks, to: world.asset)
            let second = try await rooms.push(Array(blocks.reversed()), to: world.asset)
            _ = try await rooms.release(first, on: "live")
            try await rooms.settle()
            try await rooms.delete(Asset.schema, world.asset)
            try await rooms.collect(window: BlockWorld.undeleteWindow)
            let gone = try await thrown(Problem.self) { try await rooms.content(of: second.id) }
            #expect(gone.code == .notFound)
            let verb = UndeleteAsset(window: BlockWorld.undeleteWindow)
            let asset = world.asset
            let back = try await rooms.writePath.apply(by: .daemon) { try $0.call(verb, asset, [:]) }
            #expect(back.body.object?["revision"] == 4, "\(back.body)")
            #expect(try await rooms.content(of: first.id) == blocks.flatMap(\.bytes))
            let twice = try await thrown(Problem.self) {
                try await rooms.writePath.apply(by: .daemon) { try $0.call(verb, asset, [:]) }
            }
            #expect(twice.code == .wrongState)

            try await rooms.delete(Asset.schema, world.asset)
            // Its path is free, and taken.
            let other = try await rooms.create(
                Asset.schema, ["game_id": back.body.object?["game_id"] ?? .null, "path": "builds/win64"])
            let taken = try await thrown(Problem.self) {
                try await rooms.writePath.apply(by: .daemon) { try $0.call(verb, asset, [:]) }
            }
            #expect(taken.code == .notUnique)
            world.clock.advance(bySeconds: BlockWorld.undeleteWindow)
            #expect(try await rooms.collect(window: BlockWorld.undeleteWindow).versionsCollected == 2)
            #expect(try await rooms.references(blocks[0]) == nil)
            #expect(try await rooms.findings() == [])
            let late = try await thrown(Problem.self) {
                try await rooms.writePath.apply(by: .daemon) { try $0.call(verb, asset, [:]) }
            }
            #expect(late.code == .wrongState)
            #expect(try await rooms.push(blocks, to: other).number == 1)
        }
    }
}
