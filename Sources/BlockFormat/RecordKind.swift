/// What the payload of a record is. The numbers stand in the packed form.
package enum RecordKind: UInt8, Hashable, Sendable, CaseIterable {
    /// A block of a file.
    case block = 1
    /// Bytes of a stream after its last cut, kept until the cut comes.
    case tail = 2
    /// An entry of the journal from which a database can be rebuilt.
    case journal = 3
    /// Zero bytes up to a multiple of `Limits.syncAlignment`.
    case pad = 4
    /// The list of all records of a sealed segment.
    case footer = 5

    /// Whether the id is the SHA-256 of the raw bytes; otherwise it is zero.
    package var hasIdentity: Bool { self == .block || self == .tail || self == .journal }
}

/// How the raw bytes of a record are stored. The numbers stand in the packed form.
package enum BlockEncoding: UInt8, Hashable, Sendable, CaseIterable {
    /// As they are.
    case raw = 0
    /// As a zlib stream, see `Deflate`.
    case deflate = 1
}
