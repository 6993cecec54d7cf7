import BlockFormat
import PawlModel
import Testing

@Suite struct SegmentTests {
    private let vector = Vectors.segment

    private var header: SegmentHeader {
        SegmentHeader(
            number: vector.number, game: UInt128(vector.game.filter { $0 != "-" }, radix: 16)!,
            createdAt: Timestamp(microseconds: vector.createdAtMicroseconds))
    }

    private var footer: SegmentFooter {
        SegmentFooter(
            entries: vector.entries.map { entry in
                let kind = RecordKind.allCases.first { "\($0)" == entry.kind }!
                let encoding = BlockEncoding.allCases.first { "\($0)" == entry.encoding }!
                let header = RecordHeader(
                    kind: kind, encoding: encoding, id: Digest(hex: entry.id)!, rawLength: entry.rawLength,
                    storedLength: entry.storedLength, payloadChecksum: UInt32(entry.payloadCrc32, radix: 16)!)
                return SegmentFooter.Entry(offset: entry.offset, header: header)
            })
    }

    /// Puts a whole sealed segment together from the records of the vectors, and compares it byte by byte.
    @Test func aSealedSegment_isTheVector() throws {
        let records = Vectors.records.records
        var file = header.bytes
        for entry in vector.entries {
            // The vector synced before the journal entry, and at the end.
            if entry.kind == "journal" { file += pad(after: file.count) }
            #expect(entry.offset == Int64(file.count))
            file += [UInt8](hex: try #require(records.first { $0.id == entry.id && $0.kind == entry.kind }).record)
        }
        file += pad(after: file.count)
        #expect(Int64(file.count) == vector.footerOffset)
        file += footer.encode(at: vector.footerOffset)
        #expect(file.count == vector.length)
        #expect(Digest(sha256Of: file).hex == vector.sha256)
    }

    @Test func theHeader_isReadAndWrittenAsIs() throws {
        #expect(header.bytes.hex == vector.header)
        #expect(try parsed([UInt8](hex: vector.header)) == header)
    }

    @Test func theFooter_isReadAndWrittenAsIs() throws {
        let bytes = [UInt8](hex: vector.footerAndTrailer)
        #expect(footer.encode(at: vector.footerOffset) == bytes)
        #expect(try parsed(footer: bytes) == footer)
        let trailer = try bytes.suffix(SegmentTrailer.byteCount).withUnsafeBytes { try SegmentTrailer(parsing: $0) }
        #expect(trailer == SegmentTrailer(footerOffset: vector.footerOffset, entryCount: footer.entries.count))
    }

    @Test func everyFlippedBit_isDetected() {
        withEachBitFlipped(of: header.bytes) { damaged, bit in
            #expect(throws: FormatError.self, "bit \(bit)") { try parsed(damaged) }
        }
        withEachBitFlipped(of: footer.encode(at: vector.footerOffset)) { damaged, bit in
            #expect(throws: FormatError.self, "bit \(bit)") { try parsed(footer: damaged) }
        }
    }

    @Test func everyTruncation_isAnError() {
        let head = header.bytes
        for length in 0..<head.count { #expect(throws: FormatError(.truncated)) { try parsed(Array(head[..<length])) } }
        let foot = footer.encode(at: vector.footerOffset)
        for length in 0..<foot.count {
            #expect(throws: FormatError(.truncated)) { try parsed(footer: Array(foot[..<length])) }
        }
        #expect(throws: FormatError(.trailingBytes)) { try parsed(footer: foot + [0]) }
    }

    @Test func aListThatIsOutOfOrder_isRefused() {
        var swapped = footer
        swapped.entries.swapAt(0, 1)
        #expect(throws: FormatError(.badOrder)) { try parsed(footer: swapped.encode(at: vector.footerOffset)) }
        var overlapping = footer
        overlapping.entries[1].offset -= 1
        #expect(throws: FormatError(.badOrder)) { try parsed(footer: overlapping.encode(at: vector.footerOffset)) }
        var beyond = footer
        beyond.entries[3].offset = vector.footerOffset - 1
        #expect(throws: FormatError(.badOrder)) { try parsed(footer: beyond.encode(at: vector.footerOffset)) }
    }

    @Test func aListedPad_isRefused() {
        var wrong = footer
        wrong.entries[3].header = .pad(length: 70)
        #expect(throws: FormatError(.unknownKind)) { try parsed(footer: wrong.encode(at: vector.footerOffset)) }
    }

    @Test func aFooterElsewhere_isRefused() {
        let bytes = footer.encode(at: vector.footerOffset + 4096)
        #expect(throws: FormatError(.badLength)) { try parsed(footer: bytes) }
    }

    @Test func numbersPast63Bits_areRefused() {
        for offset in [8, 32] {
            var bytes = header.bytes
            bytes[offset] = 0x80
            bytes.repairChecksum(at: 60)
            #expect(throws: FormatError(.tooLarge)) { try parsed(bytes) }
        }
    }

    private func pad(after end: Int) -> [UInt8] {
        let length = RecordHeader.padLength(after: Int64(end))
        guard length > 0 else { return [] }
        return RecordHeader.pad(length: length).bytes + [UInt8](repeating: 0, count: length - RecordHeader.byteCount)
    }

    @discardableResult
    private func parsed(_ bytes: [UInt8]) throws -> SegmentHeader {
        try bytes.withUnsafeBytes { try SegmentHeader(parsing: $0) }
    }

    @discardableResult
    private func parsed(footer bytes: [UInt8]) throws -> SegmentFooter {
        try bytes.withUnsafeBytes { try SegmentFooter(parsing: $0, at: vector.footerOffset) }
    }
}
