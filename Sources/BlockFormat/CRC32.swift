import CZlib

/// The CRC-32 of zlib and of RFC 1952 §8: the check on bytes as they are stored and sent.
///
/// It finds damage, not malice; what a block *is* is said by its SHA-256.
package enum CRC32 {
    /// The checksum of `bytes`, or with `continuing` that of some bytes before and of `bytes` together.
    package static func checksum(_ bytes: UnsafeRawBufferPointer, continuing: UInt32 = 0) -> UInt32 {
        // An empty buffer may have no address, and zlib takes nil as a request to start over.
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return continuing }
        let checksum = crc32_z(uLong(continuing), base.assumingMemoryBound(to: UInt8.self), bytes.count)
        return UInt32(truncatingIfNeeded: checksum)
    }
}
