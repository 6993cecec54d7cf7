import BlockFormat
import PawlModel
import TestKit
import Testing

/// Plans: what a client that has one version must fetch for another one.
@Suite struct PlanTests {
    private func plan(
        _ world: HTTPWorld, from: ResourceID?, to: ResourceID, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Plan {
        let body: JSONObject = ["from": from.map { .string("\($0)") } ?? .null]
        let answer = try await world.send("POST", Routes.plan(ofVersion: to), json: body)
        #expect(answer.status == 200, "\(answer.text)", sourceLocation: sourceLocation)
        return try JSONValue.object(answer.json).decoded()
    }

    /// The content is rebuilt from what the client has and the ranges, and nothing more is fetched than it takes.
    private func check(_ plan: Plan, from old: [WireBlock], to new: [WireBlock], _ sourceLocation: SourceLocation) {
        var known = Set(old.map(\.id))
        var offset: Int64 = 0
        var expected: [ContentRange] = []
        for block in new {
            let length = Int64(block.bytes.count)
            if known.insert(block.id).inserted {
                if let last = expected.last, last.offset + last.length == offset {
                    expected[expected.count - 1].length += length
                } else {
                    expected.append(ContentRange(offset: offset, length: length))
                }
            }
            offset += length
        }
        #expect(plan.ranges == expected, "seed \(testSeed)", sourceLocation: sourceLocation)
        #expect(plan.bytesDown == expected.reduce(0) { $0 + $1.length }, sourceLocation: sourceLocation)
    }

    @Test func update_countsFilesAndBytes() async throws {
        try await HTTPWorld.with { world in
            let old = BuildTree()
            var new = old
            new["readme.txt"] = [WireBlock(Array("changed".utf8))]
            new["game.exe"]![1] = WireBlock(Array("a patch".utf8))
            new["data/level 1 copy.pak"] = nil
            new["moved.pak"] = old["data/level 1.pak"]
            let (first, second) = (try await world.push(old), try await world.push(new))
            let plan = try await plan(world, from: first.id, to: second.id)
            check(plan, from: old.blocks, to: new.blocks, #_sourceLocation)
            #expect(plan.from == first.id && plan.to == second.id)
            #expect(plan.filesAdded == 1 && plan.filesChanged == 2 && plan.filesRemoved == 1)
            #expect(plan.filesUnchanged == 3)
            let sizes = ["readme.txt", "game.exe", "moved.pak"].map { Int64(new.bytes(of: $0).count) }
            #expect(plan.bytesWritten == sizes.reduce(0, +))
            #expect(plan.bytesDown == Int64("changed".utf8.count + "a patch".utf8.count))
            // In the order of the paths: the executable beside its old self, then the moved one, then the text.
            let (exe, moved) = (Int64(old.bytes(of: "game.exe").count), Int64(new.bytes(of: "moved.pak").count))
            var (used, peak) = (first.size, first.size)
            for (size, gone) in [
                (Int64(new.bytes(of: "game.exe").count), exe), (moved, 0),
                (7, Int64(old.bytes(of: "readme.txt").count)),
            ] {
                used += size
                peak = max(peak, used)
                used -= gone
            }
            #expect(plan.temporaryBytes == peak - second.size)
        }
    }

    @Test func nothing_needsAll_andAllNeedsNothing() async throws {
        try await HTTPWorld.with { world in
            let tree = BuildTree()
            let version = try await world.push(tree)
            let all = try await plan(world, from: nil, to: version.id)
            check(all, from: [], to: tree.blocks, #_sourceLocation)
            #expect(all.filesAdded == 6 && all.bytesWritten == version.size && all.temporaryBytes == 0)
            let none = try await plan(world, from: version.id, to: version.id)
            #expect(none.ranges.isEmpty && none.bytesDown == 0 && none.bytesWritten == 0 && none.filesUnchanged == 6)
            // The body may be left out.
            let bare = try await world.send("POST", Routes.plan(ofAsset: world.asset) + "?version=1")
            #expect(bare.status == 200 && bare.json["bytes_down"] == .int(all.bytesDown))
        }
    }

    @Test func files_arePlannedToo_alsoAcrossAssets() async throws {
        try await HTTPWorld.with { world in
            var random = SeededGenerator(seed: testSeed)
            let old = (0..<30).map { _ in WireBlock(random.bytes(Int.random(in: 1...5000, using: &random))) }
            var new = old
            new.insert(WireBlock(random.bytes(100)), at: 10)
            new.remove(at: 20)
            new.append(WireBlock(random.bytes(50)))
            let first = try await world.push(old)
            let other = try await world.create(
                "assets", ["game_id": .string("\(world.game)"), "path": "builds/other"])
            let second = try await world.push(new, to: other)
            let plan = try await plan(world, from: first.id, to: second.id)
            check(plan, from: old, to: new, #_sourceLocation)
            #expect(plan.filesChanged == 1 && plan.bytesWritten == second.size)
            // Beside the old one.
            #expect(plan.temporaryBytes == first.size)
        }
    }

    @Test func modeAlone_isAChangeWithoutBytes_andKindsChangeToo() async throws {
        try await HTTPWorld.with { world in
            let block = WireBlock([1, 2, 3])
            let first = try await world.push(
                Manifest(directory: [
                    .file(path: "a", blocks: [block.reference]), .file(path: "b", blocks: []), .directory(path: "c"),
                ]), [block])
            let second = try await world.push(
                Manifest(directory: [
                    .file(path: "a", isExecutable: true, blocks: [block.reference]), .symlink(path: "b", target: "a"),
                    .file(path: "c", blocks: [block.reference]),
                ]), [block])
            let plan = try await plan(world, from: first.id, to: second.id)
            #expect(plan.filesChanged == 1 && plan.filesRemoved == 1 && plan.filesAdded == 1)
            #expect(plan.bytesWritten == 3 && plan.bytesDown == 0)
        }
    }

    @Test func strangeSources_areRefused() async throws {
        try await HTTPWorld.with { world in
            let version = try await world.push([WireBlock([1])])
            let foreign = try await world.push([WireBlock([2])], to: world.otherAsset)
            for from: JSONValue in [
                .string("\(foreign.id)"), "ver_00000000000000000000000001", .string("\(world.asset)"), "x", 7,
            ] {
                let answer = try await world.send("POST", Routes.plan(ofVersion: version.id), json: ["from": from])
                #expect(answer.status == 422 && answer.pointers == ["/from"], "\(from): \(answer.text)")
            }
            let unknown = try await world.send("POST", Routes.plan(ofVersion: version.id), json: ["form": .null])
            #expect(unknown.status == 422)
            // What a key does not see is not told of.
            let key = try await world.key([.assetsRead], game: world.game).secret
            let hidden = try await world.send(
                "POST", Routes.plan(ofVersion: version.id), key: key, json: ["from": .string("\(foreign.id)")])
            #expect(hidden.status == 422 && hidden.text.contains("names no version"))
            let gone = try await world.send("POST", Routes.plan(ofVersion: foreign.id), key: key, json: [:])
            #expect(gone.status == 404)
        }
    }
}
