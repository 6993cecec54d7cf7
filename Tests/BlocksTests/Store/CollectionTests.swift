import BlockFormat
import Blocks
import Catalog
import Files
import Metadata
import NIOCore
import PawlModel
import TestKit
import Testing
import Transfers
import Upkeep

/// What nobody needs goes, and nothing else.
struct CollectionTests {
    @Test func deletedVersion_isOutOfSight_takenBack_andCollectedWhenItsTimeIsOver() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let shared = TestBlock.some(3, upTo: 20_000, &generator)
            let own = TestBlock.some(5, upTo: 20_000, &generator)
            let first = try await rooms.push(shared + own + own, to: world.asset)
            let second = try await rooms.push(shared, to: world.asset)
            try await rooms.settle()

            try await rooms.delete(first)
            let gone = try await thrown(Problem.self) { try await rooms.content(of: first.id) }
            #expect(gone.code == .notFound)
            try await rooms.collect(window: BlockWorld.undeleteWindow)
            let back = try await rooms.undelete(first)
            #expect(back.state == .ready && back.number == 1 && back.revision == first.revision + 2)
            #expect(try await rooms.content(of: first.id) == (shared + own + own).flatMap(\.bytes))
            let again = try await thrown(Problem.self) { try await rooms.undelete(first) }
            #expect(again.code == .wrongState)

            try await rooms.delete(first)
            world.clock.advance(bySeconds: BlockWorld.undeleteWindow)
            let late = try await thrown(Problem.self) { try await rooms.undelete(first) }
            #expect(late.code == .wrongState)
            let report = try await rooms.collect(window: BlockWorld.undeleteWindow)
            #expect(report.versionsCollected == 1 && report.blocksDeleted == 5, "\(report)")
            #expect(try await rooms.references(own[0]) == nil)
            #expect(try await rooms.references(shared[0]) == 1)
            #expect(try await rooms.content(of: second.id) == shared.flatMap(\.bytes))
            #expect(try await rooms.findings() == [])
            #expect(try await rooms.collect().versionsCollected == 0)

            // Its number is not used again, and what comes back is sent anew.
            let third = try await rooms.push(shared + own + own, to: world.asset)
            #expect(third.number == 3)
            #expect(try await rooms.content(of: third.id) == (shared + own + own).flatMap(\.bytes))
            try await rooms.settle()
            #expect(try await rooms.findings() == [])
        }
    }

    /// Deleting a version is a changeset like any other, that can be taken back, and taken back again.
    @Test func deletionOfAVersion_isReverted_untilItsTimeIsOver() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let changesets = Changesets(writePath: rooms.writePath, undeleteWindow: BlockWorld.undeleteWindow)
            func last() async throws -> ResourceID {
                let query = try ListQuery(
                    filter: nil, orderBy: "id desc", pageSize: "1", pageToken: nil, of: Changeset.schema)
                let id = try #require(try await changesets.page(query, limit: 1, for: .daemon).first).id
                // Ids are in the order of time.
                world.clock.advance(bySeconds: 1)
                return id
            }
            let blocks = TestBlock.some(3, upTo: 20_000, &generator)
            let version = try await rooms.push(blocks, to: world.asset)
            try await rooms.push(TestBlock.some(3, upTo: 20_000, &generator), to: world.asset)
            world.clock.advance(bySeconds: 1)
            try await rooms.delete(version)
            _ = try await changesets.revert(try await last(), by: .daemon)
            #expect(try await rooms.content(of: version.id) == blocks.flatMap(\.bytes))
            _ = try await changesets.revert(try await last(), by: .daemon)
            #expect(try await thrown(Problem.self) { try await rooms.content(of: version.id) }.code == .notFound)
            world.clock.advance(bySeconds: BlockWorld.undeleteWindow)
            let deletion = try await last()
            let late = try await thrown(Problem.self) { try await changesets.revert(deletion, by: .daemon) }
            #expect(late.code == .irreversible)
        }
    }

    /// A held upload that nobody publishes goes, and its blocks with it.
    @Test func heldUpload_waitsAMonth_thenGoes() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let blocks = TestBlock.some(3, upTo: 20_000, &generator)
            let draft = UploadDraft(.asset(world.asset), door: .blocks, metadata: .init(hold: true))
            let upload = try await rooms.uploads.begin(draft, by: .daemon).id
            try await rooms.put(blocks, to: upload)
            let answer = try await rooms.uploads.commit(upload, Manifest(blocks), by: .daemon)
            #expect(answer.outcome == .accepted && answer.body.object?["state"] == "held")
            world.clock.advance(bySeconds: Limits.heldLifetime - 1)
            try await rooms.settle()
            try await rooms.collect()
            #expect(try await rooms.uploads.upload(upload, for: .daemon).upload.state == .held)
            #expect(try await rooms.findings() == [])
            world.clock.advance(bySeconds: 2)
            try await rooms.settle()
            #expect(try await rooms.uploads.upload(upload, for: .daemon).upload.state == .expired)
            try await rooms.collect()
            #expect(try await rooms.references(blocks[0]) == nil)
            #expect(try await rooms.findings() == [])
            // Its number is not given again.
            #expect(try await rooms.push(blocks, to: world.asset).number == 2)
        }
    }

    @Test func whatAChannelOrAContentGives_isNotDeleted() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let first = try await rooms.push([TestBlock(900, &generator)], to: world.asset)
            let second = try await rooms.push([TestBlock(900, &generator)], to: world.asset)
            let channel = try await rooms.release(first, on: "live")
            let refused = try await thrown(Problem.self) { try await rooms.delete(first) }
            #expect(refused.code == .inUse && refused.members["channels"] == ["live"])
            try await rooms.change(Channel.schema, channel, ["version_id": .string(second.id.description)])
            try await rooms.delete(first)

            let id = world.asset
            let game = try await rooms.database.read { sql in
                try ResourceTable(Asset.schema).row(id, in: sql)?["game_id"] ?? .null
            }
            try await rooms.delete(Channel.schema, channel)
            let content = try await rooms.create(
                Content.schema,
                [
                    "game_id": game, "sku": "pass", "name": "Pass", "kind": "battle_pass",
                    "asset_id": .string(world.asset.description),
                ])
            let newest = try await thrown(Problem.self) { try await rooms.delete(second) }
            #expect(newest.code == .inUse && newest.members["contents"] == ["pass"])
            let asset = try await thrown(Problem.self) { try await rooms.delete(Asset.schema, world.asset) }
            #expect(asset.code == .inUse && asset.members["contents"] == ["pass"])
            try await rooms.change(Content.schema, content, ["channel": "live"])
            try await rooms.delete(second)
        }
    }

    /// A version that is half given back is gone on with where it was, each block once, however often it stands there.
    @Test func collectionThatBreaksOff_goesOn() async throws {
        for steps in 1...40 {
            try await BlockWorld.with(seed: testSeed &+ UInt64(steps)) { world in
                var generator = SeededGenerator(seed: testSeed)
                let kept = TestBlock.some(6, upTo: 6000, &generator)
                let own = TestBlock.some(8, upTo: 6000, &generator)
                let gone = try await world.rooms.push(own + kept + own.shuffled(using: &generator), to: world.asset)
                let stays = try await world.rooms.push(kept, to: world.asset)
                try await world.rooms.settle()
                try await world.rooms.delete(gone)
                world.power.cut(after: steps)
                _ = try? await world.rooms.collect()
                await world.rooms.store.close()
                world.memory!.crash(using: &generator)
                try await world.open()
                let place = "seed \(testSeed), \(steps) steps"
                #expect(try await world.rooms.findings() == [], "\(place)")
                #expect(try await world.rooms.content(of: stays.id) == kept.flatMap(\.bytes), "\(place)")
                try await world.rooms.collect()
                #expect(try await world.rooms.findings() == [], "\(place)")
                #expect(try await world.rooms.content(of: stays.id) == kept.flatMap(\.bytes), "\(place)")
                #expect(try await world.rooms.references(own[0]) == nil, "\(place)")
            }
        }
    }

    @Test func directory_goesWithItsEntries() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let blocks = TestBlock.some(6, upTo: 5000, &generator)
            let manifest = Manifest(
                directory: [
                    .file(path: "a", blocks: blocks[..<3].map(\.reference)),
                    .file(path: "b", blocks: blocks[2...].map(\.reference)),
                ])
            let upload = try await rooms.begin(world.asset)
            try await rooms.put(blocks, to: upload)
            let version: Version = try await rooms.uploads.commit(upload, manifest, by: .daemon).body.decoded()
            try await rooms.settle()
            #expect(try await rooms.collect().blocksDeleted == 0)
            #expect(try await rooms.findings() == [])
            try await rooms.delete(version)
            #expect(try await rooms.collect().blocksDeleted == 6)
            let pages = try await rooms.database.read { sql in
                try sql.rows("SELECT version_id FROM entry_pages UNION ALL SELECT version_id FROM manifest_pages").count
            }
            #expect(pages == 0)
            #expect(try await rooms.findings() == [])
        }
    }

    /// A collection without any time does a little at each call, and ends.
    @Test func collectionOfManyParts_doesAll() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let kept = TestBlock.some(10, upTo: 20_000, &generator)
            for _ in 0..<3 {
                let gone = try await rooms.push(
                    TestBlock.some(30, upTo: 20_000, &generator) + kept, to: world.asset)
                try await rooms.settle()
                try await rooms.delete(gone)
            }
            let stays = try await rooms.push(kept, to: world.asset)
            try await rooms.settle()
            var sum = CollectionReport()
            var parts = 0
            repeat {
                parts += 1
                sum.add(try await rooms.collect(for: .milliseconds(parts)))
            } while !sum.isComplete && parts < 10_000
            #expect(parts > 1 && sum.versionsCollected == 3 && sum.blocksDeleted == 90, "\(parts): \(sum)")
            #expect(try await rooms.content(of: stays.id) == kept.flatMap(\.bytes))
            #expect(try await rooms.findings() == [])
        }
    }

    // MARK: Blocks

    @Test func condemnedBlock_isDeletedAfterAnEpoch_unlessSomebodyAsksForIt() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let blocks = TestBlock.some(4, upTo: 5000, &generator)
            let upload = try await rooms.begin(world.asset)
            try await rooms.put(blocks, to: upload)
            try await rooms.uploads.cancel(upload, by: .daemon)
            try await rooms.settle()
            #expect(try await rooms.collect(epoch: 100).blocksCondemned == 4)
            world.clock.advance(bySeconds: 99)
            #expect(try await rooms.collect(epoch: 100).blocksDeleted == 0)

            // Asked for, sent again, committed: each takes its block back.
            let asking = try await rooms.begin(world.asset)
            #expect(try await rooms.missing([blocks[0]], of: asking) == [])
            try await rooms.put([blocks[1]], to: asking)
            world.clock.advance(bySeconds: 1)
            let report = try await rooms.collect(epoch: 100)
            #expect(report.blocksDeleted == 2 && report.blocksCondemned == 0, "\(report)")
            #expect(try await rooms.references(blocks[0]) == 1)
            #expect(try await rooms.references(blocks[2]) == nil)
            #expect(try await rooms.missing(blocks, of: asking) == Array(blocks[2...]))
            try await rooms.put(Array(blocks[2...]), to: asking)
            let version = try await rooms.commit(blocks, of: asking)
            try await rooms.settle()
            #expect(try await rooms.collect().blocksDeleted == 0)
            #expect(try await rooms.content(of: version.id) == blocks.flatMap(\.bytes))

            // What was taken back is condemned anew, with the time of then.
            try await rooms.delete(version)
            #expect(try await rooms.collect(epoch: 100).blocksCondemned == 4)
            world.clock.advance(bySeconds: 99)
            #expect(try await rooms.collect(epoch: 100).blocksDeleted == 0)
            #expect(try await rooms.findings() == [])
        }
    }

    // MARK: Segments

    /// What lies in a segment that is too full to be copied is not told as if it were free soon.
    @Test func preview_countsOnlyWhatACollectionFrees() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let kept = TestBlock.some(30, upTo: 80_000, &generator)
            let own = TestBlock.some(40, upTo: 80_000, &generator)
            let gone = try await rooms.push((own + kept).shuffled(using: &generator), to: world.asset)
            try await rooms.push(kept, to: world.asset)
            try await rooms.settle()
            try await rooms.delete(gone)
            let bytes = own.reduce(0) { $0 + Int64($1.bytes.count) }
            let sparse = try await rooms.collect(liveShare: 95, dryRun: true)
            #expect(sparse.bytesFreed >= bytes && sparse.notes == [], "\(sparse)")
            let full = try await rooms.collect(liveShare: 20, dryRun: true)
            #expect(full.bytesFreed == 0 && full.notes.count == 1, "\(full)")
            #expect(full.notes[0].contains("collection.live_share"))
            #expect(try await rooms.collect(liveShare: 20).bytesFreed == 0)
        }
    }

    @Test func sparseSegment_isCopied_andItsFileGoes() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let rooms = world.rooms
            let kept = TestBlock.some(20, upTo: 20_000, &generator)
            let own = TestBlock.some(60, upTo: 20_000, &generator)
            let gone = try await rooms.push((own + kept).shuffled(using: &generator), to: world.asset)
            let stays = try await rooms.push(kept, to: world.asset)
            try await rooms.settle()
            try await rooms.delete(gone)
            let before = try await rooms.diskBytes()
            let preview = try await rooms.collect(dryRun: true)
            #expect(preview.versions.map(\.versionID) == [gone.id] && preview.blocksCondemned == 60, "\(preview)")
            let report = try await rooms.collect()
            let after = try await rooms.diskBytes()
            // But for the fresh segment's header and its pads.
            #expect(report.segmentsCompacted == 1 && abs(before - after - report.bytesFreed) < 8192, "\(report)")
            #expect(abs(preview.bytesFreed - report.bytesFreed) < before / 20, "\(preview) \(report)")
            let needed = kept.reduce(0) { $0 + Int64($1.bytes.count) + 64 }
            #expect(after < needed + 8192, "\(after) for \(needed)")
            #expect(try await rooms.content(of: stays.id) == kept.flatMap(\.bytes))
            #expect(try await rooms.findings() == [])

            // The fresh one is in the pool, and its number is never given again.
            let numbers = try await rooms.segments().map(\.number)
            #expect(numbers == [2])
            let third = try await rooms.push(own, to: world.asset)
            try await rooms.settle()
            #expect(try await rooms.segments().map(\.number) == numbers)
            #expect(try await rooms.content(of: third.id) == own.flatMap(\.bytes))
            #expect(try await rooms.findings() == [])
        }
    }

    @Test func highestNumber_isNotGivenAgain_whenAllSegmentsHaveGone() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            for round in 1...3 {
                let blocks = TestBlock.some(20, upTo: 20_000, &generator)
                let version = try await world.rooms.push(blocks, to: world.asset)
                try await world.rooms.settle()
                try await world.rooms.delete(version)
                try await world.rooms.collect()
                #expect(try await world.rooms.diskBytes() == 0)
                #expect(try await world.rooms.store.storage.numbers() == [])
                #expect(try await world.rooms.findings() == [])
                try await world.open()
                #expect(try await world.rooms.segments().map(\.number) == [Int64(round)])
            }
        }
    }

    /// Whoever looked a block up before it moved reads it at its new place.
    @Test func readThatHoldsAnOldPlace_findsTheNewOne() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            let (kept, gone, stays) = try await world.pushSparse(kept: 30, gone: 60)
            var early = BlockReader(store: rooms.store, game: 1)
            let references = kept.map(\.reference)
            let old = try await early.located(references)
            // This one has the file open, and reads on in it.
            let opened = try await early.read(references[...], at: old[...], upTo: 1)
            var late = BlockReader(store: rooms.store, game: 1)

            try await rooms.delete(gone)
            try await rooms.collect()
            #expect(try await late.located(references) != old)
            var bytes = Array(opened.bytes.readableBytesView)
            var done = opened.count
            while done < kept.count {
                let run = try await early.read(references[done...], at: old[done...])
                bytes += run.bytes.readableBytesView
                done += run.count
            }
            #expect(bytes == kept.flatMap(\.bytes))
            bytes = []
            done = 0
            while done < kept.count {
                let run = try await late.read(references[done...], at: old[done...])
                bytes += run.bytes.readableBytesView
                done += run.count
            }
            #expect(bytes == kept.flatMap(\.bytes))
            await early.close()
            await late.close()
            #expect(try await rooms.content(of: stays.id) == kept.flatMap(\.bytes))
            #expect(try await rooms.findings() == [])
        }
    }

    @Test func brokenRecord_isNotCopied_andItsSegmentStays() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            let (kept, gone, stays) = try await world.pushSparse(kept: 10, gone: 40)
            try await world.damage(kept[4])
            try await rooms.delete(gone)
            for _ in 0..<2 {
                #expect(try await rooms.collect().segmentsRemoved == 0)
                let findings = try await rooms.findings()
                #expect(findings.contains { $0.contains(kept[4].id.hex) && $0.contains("out of service") })
                #expect(try await rooms.read([kept[3], kept[5]]) == kept[3].bytes + kept[5].bytes)
            }
            // Whoever pushes again heals it, and then the old segment goes.
            try await rooms.push(kept, to: world.asset)
            try await rooms.settle()
            #expect(try await rooms.collect().segmentsRemoved == 1)
            #expect(try await rooms.content(of: stays.id) == kept.flatMap(\.bytes))
            #expect(try await rooms.findings() == [])
        }
    }

    @Test func fullDisk_keepsNothingFromGoing_andCopiesWaitForRoom() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            let (kept, gone, stays) = try await world.pushSparse(kept: 5, gone: 60)
            world.files.setFreeSpace(1000)
            try await rooms.delete(gone)
            let full = try await rooms.collect()
            #expect(full.versionsCollected == 1 && full.blocksDeleted == 60 && full.segmentsCompacted == 0)
            #expect(full.notes.count == 1)
            world.files.setFreeSpace(nil)
            world.files.fail(.write, after: 0, times: 1, with: .noSpace)
            let failed = try await rooms.collect()
            #expect(failed.segmentsCompacted == 0 && failed.notes.count == 1, "\(failed)")
            #expect(try await rooms.findings() == [])
            #expect(try await world.scrub().findings == [])
            world.files.heal()
            #expect(try await rooms.collect().segmentsCompacted == 1)
            #expect(try await rooms.content(of: stays.id) == kept.flatMap(\.bytes))
            #expect(try await rooms.findings() == [])
        }
    }

    /// A place that cannot be read is out of service, and nothing else is: least of all the daemon.
    @Test func unreadablePlace_keepsItsSegment_andNothingElse() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            let (kept, gone, stays) = try await world.pushSparse(kept: 5, gone: 60)
            try await rooms.delete(gone)
            // The run, and its first record.
            world.files.fail(.read, times: 2, with: .io)
            _ = try await rooms.collect()
            #expect(rooms.store.readOnlyReason == nil)
            #expect(try await rooms.findings().contains { $0.contains("out of service") })
            world.files.heal()
            try await rooms.push(kept, to: world.asset)
            try await rooms.settle()
            _ = try await rooms.collect()
            #expect(try await rooms.content(of: stays.id) == kept.flatMap(\.bytes))
            #expect(try await rooms.findings() == [])
        }
    }

    @Test func diskThatFails_isNotCollectedFurther() async throws {
        try await BlockWorld.with { world in
            let rooms = world.rooms
            let (kept, gone, stays) = try await world.pushSparse(kept: 5, gone: 60)
            try await rooms.delete(gone)
            world.files.fail(.synchronize, with: .io)
            _ = try await thrown(BlockStoreError.self) { try await rooms.collect() }
            #expect(rooms.store.readOnlyReason != nil)
            world.files.heal()
            let refused = try await thrown(BlockStoreError.self) { try await rooms.collect() }
            #expect(refused.code == .readOnly)
            #expect(try await rooms.content(of: stays.id) == kept.flatMap(\.bytes))
            try await world.open()
            try await world.rooms.collect()
            #expect(try await world.rooms.content(of: stays.id) == kept.flatMap(\.bytes))
            #expect(try await world.rooms.findings() == [])
        }
    }
}

extension BlockWorld {
    /// Two versions: one whose blocks stay, and one that also has blocks which go with it.
    fileprivate func pushSparse(
        kept keptCount: Int, gone goneCount: Int
    ) async throws -> (kept: [TestBlock], gone: Version, stays: Version) {
        var generator = SeededGenerator(seed: testSeed)
        let kept = TestBlock.some(keptCount, upTo: 20_000, &generator)
        let gone = try await rooms.push(TestBlock.some(goneCount, upTo: 20_000, &generator) + kept, to: asset)
        let stays = try await rooms.push(kept, to: asset)
        try await rooms.settle()
        return (kept, gone, stays)
    }
}
