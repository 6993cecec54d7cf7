import PawlModel

extension RecordHeader {
    /// Proves that `payload` is what the header says: length, CRC-32, and for what has an id its SHA-256.
    package func verify(payload: UnsafeRawBufferPointer) throws(FormatError) {
        try verifyChecksum(payload: payload)
        switch (kind, encoding) {
        case (.pad, _):
            guard payload.allSatisfy({ $0 == 0 }) else {
                throw FormatError(.notZero, "a pad record holds zero bytes")
            }
        case (.footer, _):
            break
        case (_, .raw):
            try verifyIdentity(Digest(sha256Of: payload))
        case (_, .deflate):
            try verifyIdentity(Digest(sha256Of: try Deflate.inflate(payload, rawLength: rawLength)))
        }
    }

    /// The check on every read: that `payload` has its length and its CRC-32. The id is not looked at.
    package func verifyChecksum(payload: UnsafeRawBufferPointer) throws(FormatError) {
        guard payload.count >= storedLength else {
            throw FormatError(.truncated, "the payload has \(payload.count) of \(storedLength) bytes")
        }
        guard payload.count == storedLength else {
            throw FormatError(.trailingBytes, "the payload has \(payload.count) bytes instead of \(storedLength)")
        }
        guard CRC32.checksum(payload) == payloadChecksum else {
            throw FormatError(.badChecksum, "the payload does not match its CRC-32")
        }
    }

    private func verifyIdentity(_ digest: Digest) throws(FormatError) {
        guard digest == id else {
            throw FormatError(.digestMismatch, "the bytes have the SHA-256 \(digest)")
        }
    }
}
