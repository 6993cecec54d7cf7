import BlockFormat
import Blocks
import Files
import NIOCore
import PawlModel
import SegmentsOnDisk
import TestKit
import Testing

/// Every byte of a segment is under a checksum that somebody looks at.
struct SegmentCheckTests {
    /// A small segment with a record of each kind, sealed or not.
    private func segment(isSealed: Bool, _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = SegmentHeader(number: 3, game: 7, createdAt: Timestamp(microseconds: 1_790_000_000_000_000)).bytes
        var entries: [SegmentFooter.Entry] = []
        for (kind, length) in [(RecordKind.block, 900), (.tail, 40), (.journal, 300), (.block, 1)] {
            let payload = generator.bytes(length)
            let header = payload.withUnsafeBytes {
                RecordHeader.raw(kind, id: Digest(sha256Of: payload), payload: $0)
            }
            entries.append(.init(offset: Int64(bytes.count), header: header))
            bytes += header.bytes + payload
            // A group ends behind two of them.
            guard kind == .tail || length == 1 else { continue }
            let pad = RecordHeader.padLength(after: Int64(bytes.count))
            bytes += RecordHeader.pad(length: pad).bytes + [UInt8](repeating: 0, count: pad - RecordHeader.byteCount)
        }
        return isSealed ? bytes + SegmentFooter(entries: entries).encode(at: Int64(bytes.count)) : bytes
    }

    @Test(arguments: [true, false]) func everyFlippedByte_isFoundWhereItIs(_ isSealed: Bool) async throws {
        var generator = SeededGenerator(seed: testSeed)
        let sound = segment(isSealed: isSealed, &generator)
        let files = MemoryFileSystem()
        let layout = DiskLayout(root: "storage")
        let storage = SegmentDirectory(files: files, layout: layout)
        try await files.makeDirectory(layout.directory(ofSegment: 3))
        let file = try await files.open(layout.segment(3), .create)
        try await file.write(ByteBuffer(bytes: sound), at: 0)
        func damages() async throws -> [SegmentDamage] {
            let source = try await storage.read(3)
            return try await SegmentCheck.damages(in: source, number: 3, length: Int64(sound.count))
        }
        #expect(try await damages() == [])
        for offset in sound.indices {
            let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
            try await file.write(ByteBuffer(bytes: [sound[offset] ^ bit]), at: Int64(offset))
            let found = try await damages()
            #expect(
                found.contains { $0.range.contains(Int64(offset)) }, "byte \(offset), seed \(testSeed): \(found)")
            try await file.write(ByteBuffer(bytes: [sound[offset]]), at: Int64(offset))
        }
        #expect(try await damages() == [])
    }
}
