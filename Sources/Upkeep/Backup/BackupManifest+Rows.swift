package import Metadata

extension BackupManifest {
    /// The segments that rows refer to, as far as they were durable at that moment. Of the journal only the last one is
    /// known to them.
    package static func segments(of sql: any SQLConnection) throws -> [Segment] {
        var segments = try SegmentRows(sql).all().filter { $0.indexedLength > 0 }.map {
            Segment(kind: ScrubPlace.Kind.blocks.rawValue, number: $0.number, length: $0.indexedLength)
        }
        let mark = try SegmentJournalRows(sql).mark()
        if mark.segment > 0 {
            segments.append(
                Segment(kind: ScrubPlace.Kind.journal.rawValue, number: mark.segment, length: mark.length))
        }
        return segments
    }
}
