import BlockFormat
import Crypto
import NIOCore
import PawlModel
import UploadDialects

/// Holds the bytes of a body against the checksum that came with them.
struct BodyCheck {
    private let checksum: Checksum
    private var state: State

    private enum State {
        case sha1(Insecure.SHA1)
        case sha256(SHA256)
        case sha512(SHA512)
        case crc32(UInt32)
    }

    init(_ checksum: Checksum) {
        self.checksum = checksum
        state =
            switch checksum.algorithm {
            case .sha1: .sha1(.init())
            case .sha256: .sha256(.init())
            case .sha512: .sha512(.init())
            case .crc32: .crc32(0)
            }
    }

    mutating func update(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { bytes in
            switch state {
            case .sha1(var hash):
                hash.update(bufferPointer: bytes)
                state = .sha1(hash)
            case .sha256(var hash):
                hash.update(bufferPointer: bytes)
                state = .sha256(hash)
            case .sha512(var hash):
                hash.update(bufferPointer: bytes)
                state = .sha512(hash)
            case .crc32(let value):
                state = .crc32(CRC32.checksum(bytes, continuing: value))
            }
        }
    }

    /// Throws `checksum_mismatch` unless the bytes have the checksum.
    func prove() throws(Problem) {
        let found: [UInt8] =
            switch state {
            case .sha1(let hash): Array(hash.finalize())
            case .sha256(let hash): Array(hash.finalize())
            case .sha512(let hash): Array(hash.finalize())
            case .crc32(let value): (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
            }
        guard found == checksum.bytes else {
            throw Problem(
                .checksumMismatch, "The bytes do not have the \(checksum.algorithm.rawValue) that came with them.")
        }
    }
}
