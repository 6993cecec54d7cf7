import BlockFormat
import Blocks
import Files
import Metadata
import NIOCore
import PawlModel
import SegmentsOnDisk
import TestKit
import Testing
import Transfers
import Upkeep

/// The database is gone: what the segments tell makes another one.
struct RebuildTests {
    @Test func rebuiltDatabase_hasTheSameRowsAndContents() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            var contents: [ResourceID: [TestBlock]] = [:]
            for _ in 0..<3 {
                let blocks = TestBlock.some(5, upTo: 9000, &generator)
                contents[try await world.rooms.push(blocks, to: world.asset).id] = blocks
            }
            let game = try #require(try await world.gameID())
            let gone = try await world.rooms.create(
                Asset.schema, ["game_id": .string(game.description), "path": "gone"])
            try await world.rooms.push(TestBlock.some(2, upTo: 900, &generator), to: gone)
            let channel = try await world.rooms.create(
                Channel.schema,
                [
                    "asset_id": .string(world.asset.description), "name": "live",
                    "version_id": .string(contents.keys.sorted()[1].description),
                ])
            try await world.move(channel, to: contents.keys.sorted()[0])
            try await world.delete(gone)
            let before = try await world.told()

            let report = try await world.rebuild()
            #expect(report.findings == [])
            #expect(report.games == 1 && report.assets == 1 && report.channels == 1 && report.versions == 3)
            #expect(try await world.told() == before)
            for (version, blocks) in contents {
                #expect(try await world.rooms.content(of: version) == blocks.flatMap(\.bytes))
            }
            #expect(try await world.rooms.findings() == [])
            // Nothing was told twice, and all goes on.
            let next = try await world.rooms.push(TestBlock.some(2, upTo: 900, &generator), to: world.asset)
            #expect(next.number == 4)
            #expect(try await world.scrub().findings == [])
            let again = try await world.rebuild()
            #expect(again.findings == [] && again.versions == 4)
        }
    }

    /// Rows that change again and again do not make a journal without end, and what is told anew is all there is.
    @Test func journalOfMuchThatIsOutOfDate_isToldAnew() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(3, upTo: 9000, &generator)
            let version = try await world.rooms.push(blocks, to: world.asset)
            for _ in 0..<40 {
                try await world.rooms.change(
                    Asset.schema, world.asset,
                    ["metadata": ["noise": .string(Digest(sha256Of: generator.bytes(8)).hex)]])
            }
            #expect(try await world.rooms.journal.compact() == 0)
            #expect(try await world.rooms.journal.compact(spare: 0) > 0)
            #expect(try await world.rooms.journal.compact(spare: 0) == 0)
            let before = try await world.told()
            #expect(try await world.rebuild().findings == [])
            #expect(try await world.told() == before)
            #expect(try await world.rooms.content(of: version.id) == blocks.flatMap(\.bytes))
        }
    }

    @Test func directoryVersion_isRebuiltWithItsEntries() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(3, upTo: 9000, &generator)
            let entries: [Manifest.Entry] = [
                .directory(path: "a"), .file(path: "a/x", isExecutable: true, blocks: [blocks[0].reference]),
                .symlink(path: "l", target: "a/x"),
                .file(path: "z", blocks: [blocks[1].reference, blocks[2].reference]),
            ]
            let manifest = Manifest(directory: entries, profile: "")
            let upload = try await world.rooms.begin(world.asset)
            try await world.rooms.put(blocks, to: upload)
            let version: Version = try await world.rooms.uploads.commit(upload, manifest, by: .daemon).body.decoded()
            let before = try await world.told()
            #expect(try await world.rebuild().findings == [])
            #expect(try await world.told() == before)
            let rebuilt = try await world.rooms.database.read { try VersionRows($0).manifest(of: version.id) }
            #expect(rebuilt == manifest)
            #expect(try await world.rooms.content(of: version.id) == blocks.flatMap(\.bytes))
            #expect(try await world.rooms.findings() == [])
        }
    }

    /// What was deleted stays away, what was taken back is there with its content, and collected segments are not missed.
    @Test func whatWasDeletedAndTakenBack_isRebuiltAsItIs() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let kept = TestBlock.some(4, upTo: 9000, &generator)
            let gone = try await world.rooms.push(
                TestBlock.some(30, upTo: 9000, &generator) + kept, to: world.asset)
            let back = try await world.rooms.push(kept, to: world.asset)
            try await world.rooms.settle()
            try await world.rooms.delete(back)
            try await world.rooms.delete(gone)
            _ = try await world.rooms.undelete(back)
            #expect(try await world.rooms.collect().segmentsCompacted == 1)
            let before = try await world.told()
            let report = try await world.rebuild()
            #expect(report.findings == [] && report.versions == 1, "\(report)")
            #expect(try await world.told() == before)
            #expect(try await world.rooms.content(of: back.id) == kept.flatMap(\.bytes))
            #expect(try await world.rooms.findings() == [])
            #expect(try await world.rooms.push(kept + kept, to: world.asset).number == 3)
        }
    }

    /// What could be taken back before can be taken back after, and what was collected is not missed.
    @Test(arguments: [false, true]) func whatWasDeleted_canStillBeTakenBack(isRewritten: Bool) async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let (first, second, third) = (
                TestBlock.some(4, upTo: 9000, &generator), TestBlock.some(4, upTo: 9000, &generator),
                TestBlock.some(4, upTo: 9000, &generator)
            )
            let collected = try await rooms.push(first, to: world.asset)
            let deleted = try await rooms.push(second, to: world.asset)
            let game = try #require(try await world.gameID())
            let gone = try await rooms.create(Asset.schema, ["game_id": .string(game.description), "path": "gone"])
            let inGone = try await rooms.push(third, to: gone)
            _ = try await rooms.release(inGone, on: "live")
            try await rooms.settle()
            try await rooms.delete(collected)
            try await rooms.collect()
            world.clock.advance(bySeconds: 10)
            try await rooms.delete(deleted)
            try await rooms.delete(Asset.schema, gone)
            // Somebody else has its name by now.
            let other = try await rooms.create(Asset.schema, ["game_id": .string(game.description), "path": "gone"])
            if isRewritten { #expect(try await rooms.journal.rewrite()) }

            let report = try await world.rebuild()
            #expect(report.findings == [] && report.assets == 2, "\(report)")
            #expect(report.versions == 0 && report.deletedVersions == 2, "\(report)")
            #expect(try await world.rooms.findings() == [])
            #expect(try await world.rooms.undelete(deleted).number == 2)
            #expect(try await world.rooms.content(of: deleted.id) == second.flatMap(\.bytes))
            try await world.rooms.delete(Asset.schema, other)
            _ = try await world.rooms.writePath.apply(by: .daemon) { writer in
                let row = try #require(try ResourceTable(Asset.schema).deletedRow(gone, in: writer.sql))
                return Answer(.done, .object(try writer.restore(row, Asset.schema)))
            }
            #expect(try await world.rooms.content(of: inGone.id) == third.flatMap(\.bytes))
            #expect(try await world.told().contains { $0.contains("\"live\"") })
            await #expect(throws: Problem.self) { try await world.rooms.undelete(collected) }
            #expect(try await world.rooms.push(first, to: world.asset).number == 3)
        }
    }

    /// A stop between the commit of the rows and the journal: the next start tells what is missing.
    @Test func whatAStopKeptFromBeingTold_isToldAtTheNextStart() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let first = try await world.rooms.push(TestBlock.some(2, upTo: 900, &generator), to: world.asset)
            world.files.fail(.write, onPathsEnding: "/journal/000/0000000001.segment")
            let blocks = TestBlock.some(3, upTo: 900, &generator)
            // The rows are committed, and so it is answered.
            let version = try await world.rooms.push(blocks, to: world.asset)
            world.files.heal()
            #expect(try await world.rebuiltVersions() == [first.id])
            try await world.open()
            #expect(try await world.rebuiltVersions() == [first.id, version.id])
        }
    }

    /// Power goes out anywhere: what was answered is in the database, and after a start in the journal too.
    @Test func afterAPowerCutAnywhere_theJournalTellsWhatWasAnswered() async throws {
        for round in 0..<30 {
            let seed = testSeed &+ UInt64(round)
            try await BlockWorld.with(seed: seed, hasJournal: true) { world in
                var generator = SeededGenerator(seed: seed)
                var answered: [ResourceID: [TestBlock]] = [:]
                for _ in 0..<2 {
                    world.power.cut(after: Int.random(in: 5...120, using: &generator))
                    for _ in 0..<4 {
                        let blocks = TestBlock.some(2, upTo: 3000, &generator)
                        guard let version = try? await world.rooms.push(blocks, to: world.asset) else { break }
                        answered[version.id] = blocks
                    }
                    await world.rooms.store.close()
                    world.memory!.crash(using: &generator)
                    try await world.open()
                }
                let report = try await world.rebuild()
                #expect(report.findings == [], "seed \(seed)")
                for (version, blocks) in answered {
                    #expect(try await world.rooms.content(of: version) == blocks.flatMap(\.bytes), "seed \(seed)")
                }
                #expect(try await world.rooms.findings() == [], "seed \(seed)")
                #expect(try await world.scrub().findings == [], "seed \(seed)")
            }
        }
    }

    @Test func blocksThatAreGone_areTold_andHeldAgainWhenTheyArePushed() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(4, upTo: 9000, &generator)
            let version = try await world.rooms.push(blocks, to: world.asset)
            let location = try await world.rooms.database.read {
                try BlockIndex($0).locations(of: [blocks[1].id], game: 1)[blocks[1].id]!
            }
            let file = try await world.files.open(world.layout.segment(location.segment), .update)
            try await file.write(ByteBuffer(repeating: 0, count: 10), at: location.position + 70)
            try await file.close()
            let report = try await world.rebuild()
            #expect(report.findings.contains { $0.contains("\(version.id)") && $0.contains("lacks 1 of its blocks") })
            #expect(report.versions == 1)
            let upload = try await world.rooms.begin(world.asset)
            #expect(try await world.rooms.missing(blocks, of: upload) == [blocks[1]])
            try await world.rooms.put([blocks[1]], to: upload)
            try await world.rooms.commit(blocks, of: upload)
            try await world.rooms.sweep()
            #expect(try await world.rooms.content(of: version.id) == blocks.flatMap(\.bytes))
            #expect(try await world.rooms.references(blocks[1]) == 1)
            #expect(try await world.rooms.findings() == [])
        }
    }

    /// A place that the disk does not give back costs what lies there, and nothing behind it.
    @Test(arguments: 3..<9) func placeThatCannotBeRead_costsOneBlockAtMost(read: Int) async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(4, upTo: 9000, &generator)
            try await world.rooms.push(blocks, to: world.asset)
            world.files.fail(.read, after: read, times: 1, onPathsEnding: world.layout.segment(1))
            let report = try await world.rebuild()
            world.files.heal()
            #expect(report.versions == 1 && report.segments == 1)
            #expect(report.findings.contains { $0.contains("lacks 1 of its blocks") }, "\(report.findings)")
            #expect(report.blocks == 3)
        }
    }

    /// Any segment of the journal that is gone is missed, by the next start or the next scrub, and told anew.
    @Test(arguments: [true, false]) func lostJournalSegment_isToldAnew(atStart: Bool) async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            for _ in 0..<3 {
                try await world.rooms.push(TestBlock.some(2, upTo: 900, &generator), to: world.asset)
                await world.rooms.journal.close()
                // What a stop may leave behind the last entry has the next start go on in another segment.
                let file = try await world.files.open(
                    world.layout.segment(world.rooms.journal.end.segment, .journal), .update)
                try await file.truncate(to: try await world.rooms.journal.end.length + 1)
                try await file.close()
                try await world.open()
            }
            try await world.rename("last")
            let before = try await world.told()
            let numbers = try await world.rooms.journal.storage.numbers()
            #expect(numbers.count >= 3)
            try await world.rooms.journal.storage.remove(numbers[1])
            if atStart {
                try await world.open()
                #expect(world.rooms.observations.lostCount == 1)
            } else {
                let findings = try await world.scrub().findings
                #expect(findings.count == 1 && findings[0].contains("journal segment \(numbers[1])"), "\(findings)")
            }
            #expect(try await world.scrub().findings == [])
            #expect(try await world.rebuild().findings == [])
            #expect(try await world.told() == before)
        }
    }

    /// A journal that does not end where it should is left to be read, and all is told behind it.
    @Test func journalThatIsDamagedAtItsEnd_isNotCutThere() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            try await world.rooms.push(TestBlock.some(2, upTo: 900, &generator), to: world.asset)
            await world.rooms.journal.close()
            try await world.open()
            let (number, length) = try await (world.rooms.journal.end.segment, world.rooms.journal.end.length)
            // The last entry, before the pad: its header.
            let source = try await world.rooms.journal.storage.read(number)
            var last: Int64 = 0
            _ = try await SegmentSalvage.read(source, length: length) { position, _, _ in last = position }
            try await source.close()
            try await world.rooms.journal.storage.mend(
                number, with: ByteBuffer(repeating: 0, count: 20), at: last)
            await world.rooms.journal.close()
            try await world.open()
            try await world.rename("next")
            #expect(try await world.rooms.journal.storage.length(of: number) ?? 0 >= length)
            let before = try await world.told()
            #expect(try await world.scrub().findings.allSatisfy { $0.contains("written anew") })
            #expect(try await world.rebuild().findings == [])
            #expect(try await world.told() == before)
        }
    }

    /// The numbers of versions and the shape of the journal outlive its rewriting, which removes all older segments.
    @Test func rewrittenJournal_tellsEverything_inFewerBytes() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(3, upTo: 900, &generator)
            let version = try await world.rooms.push(blocks, to: world.asset)
            for index in 0..<50 { try await world.rename("name \(index)") }
            let before = try await world.told()
            let length = try await world.rooms.journal.end.length
            #expect(try await world.rooms.journal.rewrite())
            #expect(try await world.rooms.journal.storage.numbers() == [2])
            #expect(try await world.rooms.journal.end.length < length)
            #expect(try await world.rebuild().findings == [])
            #expect(try await world.told() == before)
            #expect(try await world.rooms.content(of: version.id) == blocks.flatMap(\.bytes))
        }
    }

    @Test func wrongCounts_areTold_andCountedAnew() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(3, upTo: 900, &generator)
            try await world.rooms.push(blocks, to: world.asset)
            try await world.rooms.sweep()
            _ = try await world.rooms.database.transaction { sql in
                try sql.execute("UPDATE blocks SET reference_count = 7 WHERE id = ?", [.digest(blocks[1].id)])
            }
            #expect(try await world.rooms.findings().count == 1)
            #expect(try await world.rooms.doctor.repairCounts() == 1)
            #expect(try await world.rooms.findings() == [])
            #expect(try await world.rooms.references(blocks[1]) == 1)
            #expect(try await world.rooms.doctor.repairCounts() == 0)
        }
    }

    /// Somebody began anew beside old segments, with the same names: both games are brought back, the older one with its
    /// slug.
    @Test func gamesOfOneSlug_areBothBroughtBack() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(4, upTo: 900, &generator)
            let old = try await world.rooms.push(blocks, to: world.asset)
            world.clock.advance(bySeconds: 1)
            try await world.beginAnew()
            let game = try await world.rooms.create(Game.schema, ["slug": "game", "name": "Game"])
            let asset = try await world.rooms.create(
                Asset.schema, ["game_id": .string(game.description), "path": "builds/win64"])
            let new = try await world.rooms.push([blocks[1], blocks[3]], to: asset)

            let report = try await world.rebuild()
            #expect(report.games == 2 && report.assets == 2 && report.versions == 2)
            #expect(report.findings.count == 1 && report.findings[0].contains("'game-2'"), "\(report.findings)")
            #expect(try await world.told().contains { $0.contains("\(game)") && $0.contains("\"game-2\"") })
            #expect(try await world.rooms.content(of: old.id) == blocks.flatMap(\.bytes))
            #expect(try await world.rooms.content(of: new.id) == blocks[1].bytes + blocks[3].bytes)
            #expect(try await world.rooms.findings() == [])
            #expect(try await world.scrub().findings == [])
        }
    }

    /// A disk that is full keeps nobody from deleting, and the journal catches up when there is room.
    @Test func fullDisk_keepsNobodyFromChangingRows() async throws {
        try await BlockWorld.with(hasJournal: true) { world in
            world.files.fail(.allocate, with: .noSpace, onPathsEnding: ".segment")
            world.files.fail(.write, with: .noSpace, onPathsEnding: ".segment")
            try await world.rename("full")
            world.files.heal()
            await world.rooms.journal.catchUp()
            try await world.rebuild()
            #expect(try await world.told().contains { $0.contains("\"full\"") })
        }
    }
}

extension BlockWorld {
    func gameID() async throws -> ResourceID? {
        try await rooms.database.read { try GameNumbers($0).game(1) }
    }

    /// Every game, asset, version and channel as it is told.
    func told() async throws -> [String] {
        try await rooms.database.read { sql in
            var rows: [String] = []
            for (table, schema) in [("games", Game.schema), ("assets", Asset.schema), ("channels", Channel.schema)] {
                for row in try sql.rows("SELECT id FROM \(table) ORDER BY id", []) {
                    guard let object = try ResourceTable(schema).row(try row.id("id"), in: sql) else { continue }
                    rows.append(JSONValue.object(object).text)
                }
            }
            for row in try sql.rows(
                """
                SELECT versions.id AS id FROM versions JOIN assets ON assets.id = asset_id
                WHERE state = 'ready' AND assets.deleted_at IS NULL ORDER BY versions.id
                """, [])
            {
                rows.append(try JSONValue(VersionRows(sql).ready(try row.id("id"))).text)
            }
            for row in try sql.rows("SELECT number, game_id FROM game_numbers ORDER BY number", []) {
                rows.append("\(try row.integer("number")) \(try row.text("game_id"))")
            }
            return rows
        }
    }

    func move(_ channel: ResourceID, to version: ResourceID) async throws {
        _ = try await rooms.writePath.apply(by: .daemon) { writer in
            let row = try writer.update(
                Channel.schema, channel, ifMatch: .any, patch: ["version_id": .string(version.description)])
            return Answer(.done, .object(row))
        }
    }

    func rename(_ title: String) async throws {
        let asset = asset
        _ = try await rooms.writePath.apply(by: .daemon) { writer in
            Answer(
                .done, .object(try writer.update(Asset.schema, asset, ifMatch: .any, patch: ["title": .string(title)])))
        }
    }

    func delete(_ asset: ResourceID) async throws {
        _ = try await rooms.writePath.apply(by: .daemon) { writer in
            try writer.delete(Asset.schema, asset, ifMatch: .any)
            return Answer(.deleted)
        }
    }
}
