package import BlockFormat
package import Metadata
package import NIOCore
package import PawlModel

/// Records back to back, verified, in the form in which they are sent and stored, and what they mean to their upload.
///
/// The payloads stay where they were received; nothing is copied before the disk wants it.
package struct BlockRun: Sendable {
    /// What becomes of the upload when the run is durable.
    package enum Purpose: Hashable, Sendable {
        /// Its blocks are counted.
        case blocks
        /// Its offset moves.
        case stream(StreamStep)
        /// Nothing yet: the bytes count when a checksum over more of them was found right.
        case held
    }

    package var purpose: Purpose
    /// The records: headers and payloads, in pieces that lie behind one another.
    package private(set) var pieces: [ByteBuffer] = []
    package private(set) var headers: [RecordHeader] = []
    /// Of all pieces.
    package private(set) var byteCount = 0

    /// What is held as long as the bytes are in memory.
    private let place: (any AnyObject & Sendable)?

    package init(_ purpose: Purpose = .blocks, place: (any AnyObject & Sendable)? = nil) {
        self.purpose = purpose
        self.place = place
    }

    package var isEmpty: Bool { headers.isEmpty }

    /// Appends whole records that lie behind one another. The caller has verified them.
    package mutating func append(_ headers: [RecordHeader], records: ByteBuffer) {
        self.headers += headers
        append(records)
    }

    /// Appends a record of bytes as they are; a tail has the digest of its bytes, as a block has.
    package mutating func append(_ kind: RecordKind, id: Digest, payload: ByteBuffer) {
        let header = payload.withUnsafeReadableBytes { RecordHeader.raw(kind, id: id, payload: $0) }
        headers.append(header)
        append(ByteBuffer(bytes: header.bytes))
        append(payload)
    }

    private mutating func append(_ piece: ByteBuffer) {
        pieces.append(piece)
        byteCount += piece.readableBytes
    }
}
