import CZlib
import PawlModel

/// The `deflate` encoding of stored bytes: one zlib stream (RFC 1950) with nothing before or after it.
package enum Deflate {
    /// Inflates to exactly `rawLength` bytes, or throws.
    ///
    /// No more than `rawLength` bytes are ever produced, whatever the stream would grow to.
    package static func inflate(
        _ stored: UnsafeRawBufferPointer, rawLength: Int
    ) throws(FormatError) -> [UInt8] {
        guard 0...RecordHeader.journalSizeMax ~= rawLength else {
            throw FormatError(.tooLarge, "\(rawLength) is not a length to inflate to")
        }
        guard let source = stored.baseAddress, !stored.isEmpty else {
            throw FormatError(.inflateFailed, "the stored bytes are empty")
        }
        var consumed = uLong(stored.count)
        var status = Z_OK
        let raw = [UInt8](unsafeUninitializedCapacity: max(rawLength, 1)) { buffer, count in
            var produced = uLong(rawLength)
            status = uncompress2(
                buffer.baseAddress, &produced, source.assumingMemoryBound(to: UInt8.self), &consumed)
            count = Int(produced)
        }
        guard status == Z_OK else {
            throw FormatError(.inflateFailed, "the stored bytes are no zlib stream of \(rawLength) bytes")
        }
        guard raw.count == rawLength, consumed == uLong(stored.count) else {
            throw FormatError(.inflateFailed, "the zlib stream ends early", at: Int(consumed))
        }
        return raw
    }

    /// Deflates `raw`, or returns nil when that makes it no smaller. `level` is zlib's, 1 (fast) to 9 (small).
    package static func deflate(_ raw: UnsafeRawBufferPointer, level: Int32 = 1) -> [UInt8]? {
        guard let source = raw.baseAddress, raw.count > 1 else { return nil }
        var status = Z_OK
        // With room for one byte less than the input, zlib itself stops as soon as there is nothing to gain.
        let stored = [UInt8](unsafeUninitializedCapacity: raw.count - 1) { buffer, count in
            var produced = uLong(raw.count - 1)
            status = compress2(
                buffer.baseAddress, &produced, source.assumingMemoryBound(to: UInt8.self), uLong(raw.count), level)
            count = status == Z_OK ? Int(produced) : 0
        }
        return status == Z_OK ? stored : nil
    }
}
