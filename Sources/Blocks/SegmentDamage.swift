package import BlockFormat

/// Bytes of a segment that are not as they were written.
package struct SegmentDamage: Hashable, Sendable {
    /// What stands there.
    package enum Part: Hashable, Sendable {
        /// The segment's own header.
        case segmentHeader
        /// A record whose payload does not match its CRC-32.
        case payload(RecordKind)
        /// A header of a record that cannot be believed, and what follows it up to the next record that is known.
        case recordHeader
        /// The list at the end of a sealed segment, or the trailer behind it.
        case footer
        /// The file ends before it.
        case missing
        /// The disk does not give it.
        case unreadable
    }

    package var part: Part
    /// In the segment, in bytes.
    package var range: Range<Int64>

    /// Whether these are bytes of a block or a tail, which follow from nothing else.
    package var isOfContent: Bool { [.payload(.block), .payload(.tail)].contains(part) }

    package init(_ part: Part, _ range: Range<Int64>) {
        self.part = part
        self.range = range
    }
}

extension SegmentDamage: CustomStringConvertible {
    package var description: String {
        let place = "bytes \(range.lowerBound) to \(range.upperBound)"
        return switch part {
        case .segmentHeader: "its header is damaged"
        case .payload(let kind): "\(place), a \(kind) record, are damaged"
        case .recordHeader: "\(place), beginning with a record's header, are damaged"
        case .footer: "its footer (\(place)) is damaged"
        case .missing: "\(place) are missing"
        case .unreadable: "\(place) cannot be read"
        }
    }
}
