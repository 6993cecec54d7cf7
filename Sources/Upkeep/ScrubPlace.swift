package import PawlModel

/// A segment that a scrub comes to: those with blocks first, by number, then those of the journal.
package struct ScrubPlace: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case blocks, journal
    }

    package var kind: Kind
    /// The scrub goes on with the first segment behind this one.
    package var last: Int64

    package static let start = ScrubPlace(kind: .blocks, last: 0)

    package init(kind: Kind, last: Int64) {
        self.kind = kind
        self.last = last
    }

    /// Reads `blocks/42`, as `description` writes it.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])), let last = Int64(parts[1]), last >= 0
        else {
            return nil
        }
        self.init(kind: kind, last: last)
    }
}

extension ScrubPlace: CustomStringConvertible {
    package var description: String { "\(kind.rawValue)/\(last)" }
}
