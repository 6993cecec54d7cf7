import BlockFormat
import NIOCore
import PawlModel

/// Reads a segment record by record.
enum SegmentScan {
    /// The records before `length`, by their headers alone: what a footer lists.
    static func entries(of segment: any SegmentSource, upTo length: Int64) async throws -> [SegmentFooter.Entry] {
        var entries: [SegmentFooter.Entry] = []
        var offset = Int64(SegmentHeader.byteCount)
        while offset < length {
            let bytes = try await segment.read(RecordHeader.byteCount, at: offset)
            let header = try bytes.withUnsafeReadableBytes { try RecordHeader(parsing: $0) }
            if header.kind != .pad { entries.append(SegmentFooter.Entry(offset: offset, header: header)) }
            offset += Int64(header.recordLength)
        }
        return entries
    }

    /// The list at the end of a sealed segment, and where it begins; nil when there is none that can be believed.
    static func footer(
        of segment: any SegmentSource, length: Int64
    ) async throws -> (list: SegmentFooter, offset: Int64)? {
        let end = length - Int64(SegmentTrailer.byteCount)
        guard end >= Int64(SegmentHeader.byteCount) else { return nil }
        let last = try await segment.read(SegmentTrailer.byteCount, at: end)
        guard let trailer = try? last.withUnsafeReadableBytes({ try SegmentTrailer(parsing: $0) }),
            (Int64(SegmentHeader.byteCount)..<end).contains(trailer.footerOffset)
        else { return nil }
        let bytes = try await segment.read(Int(length - trailer.footerOffset), at: trailer.footerOffset)
        guard
            let footer = try? bytes.withUnsafeReadableBytes({
                try SegmentFooter(parsing: $0, at: trailer.footerOffset)
            })
        else { return nil }
        return (footer, trailer.footerOffset)
    }

    /// The valid block records from `start` on, every one verified, and where the first invalid byte is.
    static func valid(
        in segment: any SegmentSource, from start: Int64
    ) async throws -> (entries: [SegmentFooter.Entry], end: Int64) {
        var entries: [SegmentFooter.Entry] = []
        var offset = start
        if offset == 0 {
            let bytes = try await segment.read(SegmentHeader.byteCount, at: 0)
            guard (try? bytes.withUnsafeReadableBytes { try SegmentHeader(parsing: $0) }) != nil else { return ([], 0) }
            offset = Int64(SegmentHeader.byteCount)
        }
        while true {
            let head = try await segment.read(RecordHeader.byteCount, at: offset)
            guard let header = try? head.withUnsafeReadableBytes({ try RecordHeader(parsing: $0) }),
                header.kind == .block || header.kind == .tail || header.kind == .pad
            else { break }
            let payload = try await segment.read(header.storedLength, at: offset + Int64(RecordHeader.byteCount))
            guard (try? payload.withUnsafeReadableBytes({ try header.verify(payload: $0) })) != nil else { break }
            if header.kind == .block { entries.append(SegmentFooter.Entry(offset: offset, header: header)) }
            offset += Int64(header.recordLength)
        }
        return (entries, offset)
    }
}
