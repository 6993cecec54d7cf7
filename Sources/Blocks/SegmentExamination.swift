import BlockFormat
import NIOCore
import PawlModel

/// Holds every byte of a segment against the CRC-32 that covers it.
struct SegmentExamination {
    /// What the segment begins with; nil when only the number is known.
    var header: SegmentHeader?
    var number: Int64
    /// All before it was acknowledged, in bytes.
    var length: Int64
    /// Whether it ends with a footer.
    var isSealed: Bool
    /// Where the next record that is known otherwise begins behind an offset. Asked when a header cannot be believed.
    var nextKnown: @Sendable (Int64) async throws -> Int64?
    /// Called with the bytes of each read.
    var pace: @Sendable (Int) async throws -> Void = { _ in }

    /// All that is wrong with the segment, in order.
    func damages(in source: any SegmentSource) async throws -> [SegmentDamage] {
        var cursor = SegmentCursor(source, pace: pace)
        var damages = try await headerDamages(&cursor)
        let footer = isSealed ? try await footer(source) : nil
        if isSealed, footer == nil {
            damages.append(SegmentDamage(.footer, max(0, length - Int64(SegmentTrailer.byteCount))..<length))
        }
        let end = footer?.offset ?? length
        var offset = Int64(SegmentHeader.byteCount)
        while offset < end {
            if let record = try await record(at: offset, before: end, &cursor) {
                if record.kind == .footer {
                    // Where one should be, that it cannot be believed is told already.
                    if !isSealed { damages.append(SegmentDamage(.footer, offset..<length)) }
                    break
                }
                let range = offset..<offset + Int64(record.recordLength)
                if try await !isSound(record, in: range, &cursor) {
                    damages.append(SegmentDamage(.payload(record.kind), range))
                }
                offset = range.upperBound
            } else {
                let next = try await next(behind: offset, footer?.list, before: end)
                damages.append(SegmentDamage(.recordHeader, offset..<next))
                offset = next
            }
        }
        return damages
    }

    private func headerDamages(_ cursor: inout SegmentCursor) async throws -> [SegmentDamage] {
        let bytes = try await cursor.read(SegmentHeader.byteCount, at: 0)
        let found = try? bytes.withUnsafeReadableBytes { try SegmentHeader(parsing: $0) }
        if let found, found.number == number, header == nil || found == header { return [] }
        return [SegmentDamage(.segmentHeader, 0..<Int64(SegmentHeader.byteCount))]
    }

    /// The footer and where it begins; nil when it cannot be believed.
    private func footer(_ source: any SegmentSource) async throws -> (list: SegmentFooter, offset: Int64)? {
        guard let footer = try await SegmentScan.footer(of: source, length: length) else { return nil }
        try await pace(Int(length - footer.offset))
        return footer
    }

    /// The header of the record at an offset; nil when it cannot be believed.
    private func record(
        at offset: Int64, before end: Int64, _ cursor: inout SegmentCursor
    ) async throws -> RecordHeader? {
        let bytes = try await cursor.read(RecordHeader.byteCount, at: offset)
        guard let header = try? bytes.withUnsafeReadableBytes({ try RecordHeader(parsing: $0) }),
            offset + Int64(header.recordLength) <= end
        else { return nil }
        return header
    }

    private func isSound(
        _ record: RecordHeader, in range: Range<Int64>, _ cursor: inout SegmentCursor
    ) async throws -> Bool {
        var offset = range.lowerBound + Int64(RecordHeader.byteCount)
        var checksum: UInt32 = 0
        while offset < range.upperBound {
            let count = Int(min(range.upperBound - offset, Int64(SegmentCursor.pieceSize)))
            let bytes = try await cursor.read(count, at: offset)
            guard bytes.readableBytes == count else { return false }
            checksum = bytes.withUnsafeReadableBytes { CRC32.checksum($0, continuing: checksum) }
            offset += Int64(count)
        }
        return checksum == record.payloadChecksum
    }

    private func next(
        behind offset: Int64, _ footer: SegmentFooter?, before end: Int64
    ) async throws -> Int64 {
        if let footer { return footer.entries.first { $0.offset > offset }?.offset ?? end }
        return min(end, try await nextKnown(offset) ?? end)
    }
}
