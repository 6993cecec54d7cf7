import CChecksum
import CZlib

/// The CRC-32 of zlib and of RFC 1952 §8: the check on bytes as they are stored and sent.
///
/// It finds damage, not malice; what a block *is* is said by its SHA-256.
package enum CRC32 {
    /// The checksum of `bytes`, or with `continuing` that of some bytes before and of `bytes` together.
    ///
    /// Every byte that leaves is checked, so this is done by folding where the processor can: several times as fast as
    /// zlib, which does the rest.
    package static func checksum(_ bytes: UnsafeRawBufferPointer, continuing: UInt32 = 0) -> UInt32 {
        // An empty buffer may have no address, and zlib takes nil as a request to start over.
        guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), !bytes.isEmpty else {
            return continuing
        }
        var checksum = continuing
        var folded = 0
        if canFold, bytes.count >= PAWL_CRC32_FOLD_MIN {
            folded = bytes.count / 16 * 16
            checksum = pawl_crc32_fold(checksum, base, folded)
        }
        guard folded < bytes.count else { return checksum }
        return UInt32(truncatingIfNeeded: crc32_z(uLong(checksum), base + folded, bytes.count - folded))
    }

    private static let canFold = pawl_crc32_can_fold() != 0
}
