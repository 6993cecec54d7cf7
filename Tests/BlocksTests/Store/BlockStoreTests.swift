import BlockFormat
import Blocks
import Files
import Foundation
import Glibc
import Metadata
import NIOCore
import PawlModel
import SegmentsOnDisk
import TestKit
import Testing
import Transfers

/// Publishing, reading back, and what happens to segments meanwhile.
struct BlockStoreTests {
    @Test func whatWasPublished_isReadBack_alsoAfterAStart() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(40, upTo: 60_000, &generator)
            let upload = try await world.rooms.begin(world.asset)
            #expect(try await world.rooms.missing(blocks, of: upload) == blocks)
            for part in [blocks[..<1], blocks[1..<20], blocks[20...]] {
                try await world.rooms.put(Array(part), to: upload)
            }
            #expect(try await world.rooms.read(blocks) == blocks.flatMap(\.bytes))
            try await world.open()
            #expect(try await world.rooms.missing(blocks, of: upload) == [])
            let order = blocks.shuffled(using: &generator)
            #expect(try await world.rooms.read(order) == order.flatMap(\.bytes), "seed \(testSeed)")
            let version = try await world.rooms.commit(order + order, of: upload)
            #expect(try await world.rooms.content(of: version.id) == (order + order).flatMap(\.bytes))
            #expect(try await world.rooms.findings() == [])
        }
    }

    @Test func deflatedRecord_isReadBackPlain() async throws {
        try await BlockWorld.with { world in
            let block = TestBlock([UInt8](repeating: 7, count: 50_000))
            let stored = try #require(block.bytes.withUnsafeBytes { Deflate.deflate($0) })
            let header = stored.withUnsafeBytes {
                RecordHeader(
                    kind: .block, encoding: .deflate, id: block.id, rawLength: block.bytes.count,
                    storedLength: stored.count, payloadChecksum: CRC32.checksum($0))
            }
            let upload = try await world.rooms.begin(world.asset)
            var receiver = try await world.rooms.uploads.receiver(of: upload, by: .daemon)
            try await receiver.receive(.init(bytes: header.bytes + stored))
            try await receiver.finish()
            #expect(try await world.rooms.read([block]) == block.bytes)
            #expect(try await world.rooms.findings() == [])
        }
    }

    @Test func eachGroupEndsOnASector_andItsBytesAreNotWrittenAgain() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let upload = try await world.rooms.begin(world.asset)
            for block in TestBlock.some(10, upTo: 9000, &generator) {
                try await world.rooms.put([block], to: upload)
                let length = try #require(try await world.rooms.segments().first?.indexedLength)
                #expect(length % Int64(Limits.syncAlignment) == 0)
            }
        }
    }

    @Test func twoUploads_getTwoSegments_andReturnedOnesAreUsedAgain() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(4, upTo: 5000, &generator)
            let first = try await world.rooms.begin(world.asset)
            let second = try await world.rooms.begin(world.asset)
            try await world.rooms.put([blocks[0]], to: first)
            try await world.rooms.put([blocks[1]], to: second)
            #expect(try await world.rooms.segments().map(\.uploadID) == [first, second])
            try await world.rooms.commit([blocks[0]], of: first)
            try await world.rooms.uploads.cancel(second, by: .daemon)
            #expect(try await world.rooms.segments().map(\.uploadID) == [nil, nil])
            let third = try await world.rooms.begin(world.asset)
            try await world.rooms.put([blocks[2]], to: third)
            #expect(try await world.rooms.segments().map(\.uploadID) == [third, nil])
            #expect(try await world.rooms.read(Array(blocks[..<3])) == blocks[..<3].flatMap(\.bytes))
        }
    }

    @Test func pausingUpload_givesItsSegmentAndItsSpaceBack_andGoesOnInAnother() async throws {
        try await BlockWorld.with(isOnDisk: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(3, upTo: 5000, &generator)
            let first = try await world.rooms.begin(world.asset)
            try await world.rooms.put([blocks[0]], to: first)
            world.clock.advance(bySeconds: Limits.segmentRest - 1)
            try await world.rooms.sweep()
            #expect(try await world.rooms.segments().map(\.uploadID) == [first])
            world.clock.advance(bySeconds: 1)
            try await world.rooms.sweep()
            #expect(try await world.rooms.segments().map(\.uploadID) == [nil])
            var status = stat()
            #expect(stat(world.layout.segment(1), &status) == 0 && status.st_blocks * 512 < 1 << 20)
            let second = try await world.rooms.begin(world.asset)
            try await world.rooms.put([blocks[1]], to: second)
            try await world.rooms.put([blocks[2]], to: first)
            #expect(try await world.rooms.segments().map(\.uploadID) == [second, first])
            try await world.open()
            #expect(try await world.rooms.read(blocks) == blocks.flatMap(\.bytes))
            #expect(try await world.rooms.missing([blocks[0], blocks[2]], of: first) == [])
            #expect(try await world.rooms.findings() == [])
        }
    }

    /// Past 64 MiB a segment is sealed: a footer that lists all, and no write permission.
    @Test func fullSegment_isSealedWithAFooter_andReadOnly() async throws {
        try await BlockWorld.with(isOnDisk: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let upload = try await world.rooms.begin(world.asset)
            var blocks: [TestBlock] = []
            while try await world.rooms.segments().first?.isOpen ?? true {
                let group = (0..<15).map { _ in TestBlock(Limits.blockSizeMax, &generator) }
                try await world.rooms.put(group, to: upload)
                blocks += group
            }
            let row = try #require(try await world.rooms.segments().first)
            let path = world.layout.segment(row.number)
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            #expect(Int64(bytes.count) == row.indexedLength && row.uploadID == nil)
            #expect((bytes.count - Int(Limits.segmentSizeMax)) < 5 << 20)
            let permissions = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(permissions == 0o400)

            let trailer = try bytes.suffix(SegmentTrailer.byteCount).withUnsafeBytes { try SegmentTrailer(parsing: $0) }
            let footer = try bytes[Int(trailer.footerOffset)...].withUnsafeBytes {
                try SegmentFooter(parsing: $0, at: trailer.footerOffset)
            }
            // A group is as long as what waited for it, so the segment may end inside of a request.
            #expect(footer.entries.map(\.header.id) == blocks.prefix(footer.entries.count).map(\.id))
            #expect(footer.entries.count > 250)
            for entry in footer.entries {
                let record = bytes[Int(entry.offset)..<Int(entry.offset) + entry.header.recordLength]
                #expect(try record.withUnsafeBytes { try RecordHeader(parsing: $0) } == entry.header)
            }
            // The next bytes go into a new one, and start-up leaves the sealed one alone.
            try await world.rooms.put([TestBlock(100, &generator)], to: upload)
            #expect(try await world.rooms.segments().map(\.isOpen) == [false, true])
            try await world.open()
            #expect(try await world.rooms.findings() == [])
        }
    }

    /// A stop between the footer and its row: the segment goes on as an open one.
    @Test func sealThatWasCutOff_isDoneAgain() async throws {
        try await BlockWorld.with(isOnDisk: true) { world in
            var generator = SeededGenerator(seed: testSeed)
            let upload = try await world.rooms.begin(world.asset)
            let blocks = (0..<15).map { _ in TestBlock(Limits.blockSizeMax, &generator) }
            try await world.rooms.put(blocks, to: upload)
            // The segment cannot be cut to its length behind the footer, then the daemon is gone.
            world.files.fail(.truncate, with: .io)
            let error = try await thrown(BlockStoreError.self) {
                for _ in 0..<20 { try await world.rooms.put(blocks, to: upload) }
            }
            #expect(error.code == .readOnly)
            await world.rooms.store.close()
            world.files.heal()
            try await world.open()
            // The next one may have been begun meanwhile.
            #expect(try await world.rooms.segments().first?.isOpen == true)
            try await world.rooms.put([TestBlock(100, &generator)], to: upload)
            #expect(try await world.rooms.segments().first?.isOpen == false)
            #expect(try await world.rooms.findings() == [])
        }
    }
}
