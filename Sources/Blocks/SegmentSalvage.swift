package import BlockFormat
package import Files
package import NIOCore
import PawlModel

/// Reads what a segment still has, when no row says what that should be: every record that proves itself, also behind
/// damage. A place that the disk does not give back (EIO) is damage like any other.
package struct SegmentSalvage: Sendable {
    /// Nil when it cannot be believed.
    package private(set) var header: SegmentHeader?
    /// Whether it ends with a footer.
    package private(set) var isSealed = false
    /// Behind the last record that is sound, in bytes.
    package private(set) var end: Int64 = 0
    /// Bytes between sound records that are not.
    package private(set) var damages: [Range<Int64>] = []

    /// Hands every sound block, tail and journal record to `body`: its place, its header and its stored bytes.
    ///
    /// - Parameter length: Of the file, in bytes.
    package static func read(
        _ source: any SegmentSource, length: Int64,
        _ body: (Int64, RecordHeader, ByteBuffer) async throws -> Void
    ) async throws -> SegmentSalvage {
        var salvage = SegmentSalvage()
        let source = SalvageSource(source)
        let first = try await source.read(SegmentHeader.byteCount, at: 0)
        salvage.header = try? first.withUnsafeReadableBytes { try SegmentHeader(parsing: $0) }
        let footer = try await SegmentScan.footer(of: source, length: length)
        salvage.isSealed = footer != nil
        let limit = footer?.offset ?? length
        var offset = Int64(SegmentHeader.byteCount)
        salvage.end = min(offset, length)
        var damage: Int64?
        while offset < limit {
            let record = try await record(at: offset, before: limit, source)
            guard let record, record.header.kind != .footer else {
                damage = damage ?? offset
                if let list = footer?.list {
                    offset = list.entries.first { $0.offset > offset }?.offset ?? limit
                } else {
                    offset = try await next(behind: offset, before: limit, source) ?? limit
                }
                continue
            }
            let end = offset + Int64(record.header.recordLength)
            if let payload = record.payload {
                // What lies before a sound record was told once; what lies behind the last one perhaps never.
                if let start = damage { salvage.damages.append(start..<offset) }
                damage = nil
                salvage.end = end
                if record.header.kind != .pad { try await body(offset, record.header, payload) }
            } else {
                damage = damage ?? offset
            }
            offset = end
        }
        if let damage, salvage.isSealed { salvage.damages.append(damage..<limit) }
        if salvage.isSealed { salvage.end = length }
        return salvage
    }

    /// A record whose header can be believed, with its stored bytes when those are sound, too.
    private static func record(
        at offset: Int64, before end: Int64, _ source: SalvageSource
    ) async throws -> (header: RecordHeader, payload: ByteBuffer?)? {
        let head = try await source.read(RecordHeader.byteCount, at: offset)
        guard let header = try? head.withUnsafeReadableBytes({ try RecordHeader(parsing: $0) }),
            offset + Int64(header.recordLength) <= end
        else { return nil }
        let payload = try await source.read(header.storedLength, at: offset + Int64(RecordHeader.byteCount))
        let isSound = (try? payload.withUnsafeReadableBytes { try header.verify(payload: $0) }) != nil
        return (header, isSound ? payload : nil)
    }

    /// Where the next header of a record stands behind an offset.
    private static func next(
        behind offset: Int64, before end: Int64, _ source: SalvageSource
    ) async throws -> Int64? {
        var start = offset + 1
        while start + Int64(RecordHeader.byteCount) <= end {
            let sectorEnd = (start / Int64(Limits.syncAlignment) + 1) * Int64(Limits.syncAlignment)
            var piece = try await source.read(SegmentCursor.pieceSize, at: start)
            // Where some of it cannot be read, sector by sector.
            if piece.readableBytes == 0 { piece = try await source.read(Int(sectorEnd - start), at: start) }
            let count = Int(min(Int64(piece.readableBytes), end - start))
            guard count >= RecordHeader.byteCount else {
                start = sectorEnd
                continue
            }
            let found = piece.withUnsafeReadableBytes { bytes in
                (0...count - RecordHeader.byteCount).first { index in
                    bytes[index] == UInt8(ascii: "P") && bytes[index + 3] == UInt8(ascii: "R")
                        && (try? RecordHeader(parsing: UnsafeRawBufferPointer(rebasing: bytes[index..<count]))) != nil
                }
            }
            if let found { return start + Int64(found) }
            start += Int64(count - RecordHeader.byteCount + 1)
        }
        return nil
    }
}

/// A segment on a disk that may not give back all of it: such a place reads as nothing.
package struct SalvageSource: SegmentSource {
    private let base: any SegmentSource

    package init(_ base: any SegmentSource) { self.base = base }

    package func read(_ count: Int, at offset: Int64) async throws -> ByteBuffer {
        do {
            return try await base.read(count, at: offset)
        } catch let error as FileError where error.code == .io {
            return ByteBuffer()
        }
    }

    package func read(
        _ ranges: [Range<Int64>], into space: ReadSpace, where isSound: @escaping RangeCheck
    ) async throws -> ByteBuffer {
        try await base.read(ranges, into: space, where: isSound)
    }

    package func close() async throws { try await base.close() }
}
