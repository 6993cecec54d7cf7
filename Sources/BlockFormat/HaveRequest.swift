package import PawlModel

/// The question of a client before it sends: which of these blocks are missing?
///
/// Packed ids, 1 to `Limits.haveCountMax` of them. The answer is a `HaveAnswer` in the same order.
package struct HaveRequest: Hashable, Sendable {
    package var ids: [Digest]

    package init(ids: [Digest]) {
        self.ids = ids
    }

    package func encode() -> [UInt8] {
        precondition(1...Limits.haveCountMax ~= ids.count, "a request has 1 to 4096 ids")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + ids.count * Digest.byteCount)
        bytes.append(preamble: .haveRequest)
        bytes.append(bigEndian: UInt16(0))
        for id in ids { bytes.append(id) }
        return bytes
    }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(FormatError) in
            try HaveRequest(parsing: UnsafeRawBufferPointer(buffer))
        }
    }

    package init(parsing bytes: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = ByteReader(bytes)
        try reader.preamble(.haveRequest)
        try reader.zeros(2)
        let (count, rest) = reader.remaining.quotientAndRemainder(dividingBy: Digest.byteCount)
        guard count <= Limits.haveCountMax else {
            throw FormatError(.tooLarge, "a request has at most \(Limits.haveCountMax) ids", at: reader.offset)
        }
        guard rest == 0 else { throw FormatError(.truncated, "the last id is cut off", at: bytes.count) }
        guard count > 0 else { throw FormatError(.badLength, "a request has at least one id", at: reader.offset) }
        ids = []
        ids.reserveCapacity(count)
        for _ in 0..<count { ids.append(try reader.digest()) }
    }
}
