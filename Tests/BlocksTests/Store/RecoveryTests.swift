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

/// What start-up makes of bytes behind the indexed length.
struct RecoveryTests {
    /// Records reached the disk, and their rows did not: they are indexed to the upload that sent them.
    @Test func validRecordsBehindTheIndexedLength_areKept() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(8, upTo: 30_000, &generator)
            let upload = try await world.rooms.begin(world.asset)
            try await world.rooms.put(Array(blocks[..<3]), to: upload)
            try await world.append(blocks[3...].map(\.record) + [ByteBuffer(repeating: 0xee, count: 777)])
            try await world.open()
            #expect(world.rooms.observations.recoveredCount == 5)
            #expect(try await world.rooms.missing(blocks, of: upload) == [])
            #expect(try await world.rooms.read(blocks) == blocks.flatMap(\.bytes), "seed \(testSeed)")
            #expect(try await world.rooms.segments().map(\.uploadID) == [nil])
            try await world.rooms.commit(blocks, of: upload)
            try await world.rooms.sweep()
            #expect(try await world.rooms.findings() == [])
        }
    }

    /// Only whole and right records are: whatever is wrong ends the recovery there.
    @Test(arguments: ["payload", "header", "id", "length", "kind"])
    func firstInvalidRecord_endsTheRecovery(_ what: String) async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(3, upTo: 30_000, &generator)
            let upload = try await world.rooms.begin(world.asset)
            try await world.rooms.put([blocks[0]], to: upload)
            var wrong = blocks[1].record
            switch what {
            case "payload": wrong.flip(RecordHeader.byteCount + 3)
            case "header": wrong.flip(20)
            case "id":
                wrong = blocks[1].bytes.withUnsafeBytes {
                    ByteBuffer(bytes: RecordHeader.block(id: blocks[2].id, payload: $0).bytes + $0)
                }
            case "length": wrong.moveWriterIndex(to: wrong.writerIndex - 1)
            default:
                wrong = blocks[1].bytes.withUnsafeBytes {
                    ByteBuffer(bytes: RecordHeader.raw(.journal, id: blocks[1].id, payload: $0).bytes + $0)
                }
            }
            try await world.append([wrong] + (what == "length" ? [] : [blocks[2].record]))
            try await world.open()
            #expect(world.rooms.observations.recoveredCount == 0)
            #expect(try await world.rooms.missing(blocks, of: upload) == [blocks[1], blocks[2]])
            try await world.rooms.put([blocks[1], blocks[2]], to: upload)
            #expect(try await world.rooms.read(blocks) == blocks.flatMap(\.bytes))
            #expect(try await world.rooms.findings() == [])
        }
    }

    @Test func recordsOfAnUploadThatHasEnded_belongToNobody() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(2, upTo: 3000, &generator)
            let upload = try await world.rooms.begin(world.asset)
            try await world.rooms.put([blocks[0]], to: upload)
            try await world.append([blocks[1].record])
            try await world.rooms.database.transaction { [now = world.clock.now] sql in
                _ = try UploadRows(sql).end(upload, as: .failed, now: now)
            }
            try await world.open()
            let next = try await world.rooms.begin(world.asset)
            #expect(try await world.rooms.missing(blocks, of: next) == [blocks[1]])
            try await world.rooms.sweep()
            #expect(try await world.rooms.findings() == [])
        }
    }

    /// A disk without room must not keep the daemon from starting: reading goes on.
    @Test func fullDisk_doesNotStopTheStart() async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = TestBlock.some(2, upTo: 3000, &generator)
            let upload = try await world.rooms.begin(world.asset)
            try await world.rooms.put([blocks[0]], to: upload)
            try await world.append([blocks[1].record])
            world.files.fail(.allocate, with: .noSpace)
            try await world.open()
            #expect(try await world.rooms.read([blocks[0]]) == blocks[0].bytes)
            world.files.heal()
            // What the full disk kept from being indexed is not lost by it.
            try await world.open()
            #expect(try await world.rooms.missing(blocks, of: upload) == [])
            #expect(try await world.rooms.findings() == [])
        }
    }

    /// The rest of the store goes on: what the segment held is asked for again, and pushing it heals.
    @Test(arguments: [4000, nil] as [Int64?])
    func acknowledgedBytesThatAreGone_areAskedForAgain(_ lengthLeft: Int64?) async throws {
        try await BlockWorld.with { world in
            var generator = SeededGenerator(seed: testSeed)
            let blocks = [TestBlock(9000, &generator), TestBlock(9000, &generator)]
            try await world.rooms.put(blocks, to: try await world.rooms.begin(world.asset))
            let path = world.layout.segment(1)
            if let lengthLeft {
                let file = try await world.files.open(path, .update)
                try await file.truncate(to: lengthLeft)
                try await file.close()
            } else {
                try await world.files.remove(path)
            }
            try await world.open()
            let later = try await world.rooms.begin(world.asset)
            #expect(try await world.rooms.missing(blocks, of: later) == blocks)
            try await world.rooms.put(blocks, to: later)
            #expect(try await world.rooms.missing(blocks, of: later) == [])
            #expect(try await world.rooms.read([blocks[1]]) == blocks[1].bytes)
        }
    }
}

extension BlockWorld {
    /// Writes behind the indexed length of the first segment, as a daemon does that dies before its rows are committed.
    func append(_ records: [ByteBuffer]) async throws {
        let row = try await rooms.segments()[0]
        let file = try await files.open(layout.segment(row.number), .update)
        var end = row.indexedLength
        for record in records {
            try await file.write(record, at: end)
            end += Int64(record.readableBytes)
        }
        try await file.close()
    }
}

extension ByteBuffer {
    /// Turns one bit over.
    mutating func flip(_ offset: Int) {
        setInteger(getInteger(at: offset, as: UInt8.self)! ^ 0x10, at: offset)
    }
}
