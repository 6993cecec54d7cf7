package import PawlModel

/// Why the store of blocks cannot do what it was asked.
package struct BlockStoreError: Error, Sendable, Equatable {
    package enum Code: String, Sendable {
        /// ENOSPC or EDQUOT: room may come back.
        case full
        /// The high-water mark: what is left on the volume is kept for the database.
        case reserved
        /// A sync failed earlier: the daemon takes no bytes until it is restarted on a disk that can be believed.
        case readOnly
        /// A file could not be used just now, for want of descriptors for one.
        case unavailable
        /// The upload's writer was closed: the upload ended, or the daemon stops.
        case closed
        /// A stored block does not match its checksum, or is not where the index says.
        case damaged
        case segmentMissing
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (left: BlockStoreError, right: BlockStoreError) -> Bool {
        left.code == right.code
    }
}

extension BlockStoreError: CustomStringConvertible {
    package var description: String { "block store: \(code.rawValue): \(message)" }
}

/// What happens in the store, for the daemon to log and count.
package enum BlockObservation: Sendable {
    /// A group of records is durable and indexed.
    case published(upload: ResourceID, blocks: Int, bytes: Int64)
    case sealed(segment: Int64, length: Int64)
    /// After a crash: `blocks` were kept and `cut` bytes behind the last valid record were not.
    case recovered(segment: Int64, blocks: Int, cut: Int64)
    /// A segment is gone, or shorter than what was acknowledged of it.
    case segmentLost(segment: Int64, length: Int64?, expected: Int64)
    /// Files are there that the database does not know: it is not the one that belongs to them.
    case unknownSegments(count: Int)
    case quarantined(block: Digest, segment: Int64)
    /// What was needed of a segment was copied into another one.
    case compacted(segment: Int64, bytes: Int64)
    /// A segment of which nothing was needed is gone.
    case removed(segment: Int64, bytes: Int64)
    case outOfSpace(segment: Int64?)
    /// A file could not be used; another try may fare better.
    case fileFailed(segment: Int64?, reason: String)
    /// The disk cannot be believed; the store takes no bytes from here on.
    case diskFailed(segment: Int64?, reason: String)
}
