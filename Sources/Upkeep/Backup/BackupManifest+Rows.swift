package import Blocks
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

    /// Who needs damaged blocks and tails of a segment: versions as `game/path@number`, and uploads by their ids.
    package static func holders(
        of damage: SegmentDamage, in segment: Segment, _ sql: any SQLConnection
    ) throws -> [String] {
        let audit = BlockAudit(sql)
        let (start, end) = (damage.range.lowerBound, damage.range.upperBound)
        let blocks = try audit.blocks(in: segment.number, from: start, to: end)
        var names = try audit.uploads(withTailIn: segment.number, from: start, to: end).map(\.description)
        for (game, blocks) in Dictionary(grouping: blocks, by: \.game) {
            names += try audit.versions(holding: Set(blocks.map(\.block.id)), game: game).map(\.name)
        }
        return names.isEmpty && !blocks.isEmpty ? ["an upload or a deleted version"] : names
    }
}
