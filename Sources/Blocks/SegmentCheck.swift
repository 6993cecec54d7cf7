import BlockFormat

/// Holds a segment against its own checksums, for who knows no rows.
package enum SegmentCheck {
    /// What is wrong with the first `length` bytes of a segment.
    package static func damages(
        in source: any SegmentSource, number: Int64, length: Int64
    ) async throws -> [SegmentDamage] {
        let isSealed = try await SegmentScan.footer(of: source, length: length) != nil
        return try await SegmentExamination(
            header: nil, number: number, length: length, isSealed: isSealed, nextKnown: { _ in nil }
        ).damages(in: source)
    }

    /// Whether two files are the same segment with the same records, of that length. What an open one has up to a length is
    /// never written again; a sealed one lists what it has, checksums among it.
    package static func areEqual(
        _ one: any SegmentSource, _ other: any SegmentSource, length: Int64
    ) async throws -> Bool {
        // Numbers may be given again, but not at the same time.
        let header = try await one.read(SegmentHeader.byteCount, at: 0)
        guard try await other.read(SegmentHeader.byteCount, at: 0) == header else { return false }
        let first = try await SegmentScan.footer(of: one, length: length)
        let second = try await SegmentScan.footer(of: other, length: length)
        return first?.list == second?.list && first?.offset == second?.offset
    }
}
