package import BlockFormat
package import NIOCore

/// Block records back to back, verified, in the form in which they are sent and stored.
package struct BlockRun: Sendable {
    /// The records: headers and payloads.
    package private(set) var bytes: ByteBuffer
    package private(set) var headers: [RecordHeader] = []

    package init(capacity: Int = 0) {
        bytes = ByteBuffer()
        bytes.reserveCapacity(capacity)
    }

    package var isEmpty: Bool { headers.isEmpty }

    /// The bytes of the blocks before encoding.
    package var rawByteCount: Int64 { headers.reduce(0) { $0 + Int64($1.rawLength) } }

    /// Appends one record. The caller has verified it.
    package mutating func append(_ header: RecordHeader, record: ByteBuffer) {
        bytes.writeImmutableBuffer(record)
        headers.append(header)
    }
}
