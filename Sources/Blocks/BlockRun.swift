package import BlockFormat
package import Metadata
package import NIOCore
package import PawlModel

/// Records back to back, verified, in the form in which they are sent and stored, and what they mean to their upload.
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
    /// The records: headers and payloads.
    package private(set) var bytes: ByteBuffer
    package private(set) var headers: [RecordHeader] = []

    package init(_ purpose: Purpose = .blocks, capacity: Int = 0) {
        self.purpose = purpose
        bytes = ByteBuffer()
        bytes.reserveCapacity(capacity)
    }

    package var isEmpty: Bool { headers.isEmpty }

    /// Appends one record. The caller has verified it.
    package mutating func append(_ header: RecordHeader, record: ByteBuffer) {
        bytes.writeImmutableBuffer(record)
        headers.append(header)
    }

    /// Appends a record of bytes as they are; a tail has the digest of its bytes, as a block has.
    package mutating func append(_ kind: RecordKind, id: Digest, payload: ByteBuffer) {
        let header = payload.withUnsafeReadableBytes { RecordHeader.raw(kind, id: id, payload: $0) }
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: RecordHeader.byteCount) { space in
            header.write(to: space)
            return RecordHeader.byteCount
        }
        bytes.writeImmutableBuffer(payload)
        headers.append(header)
    }
}
