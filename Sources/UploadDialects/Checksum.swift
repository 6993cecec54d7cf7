/// A digest over some bytes that a client sends with them.
package struct Checksum: Hashable, Sendable {
    package enum Algorithm: String, Hashable, Sendable, CaseIterable {
        case sha1, sha256, sha512, crc32

        /// The length of its values, in bytes.
        package var byteCount: Int {
            switch self {
            case .sha1: 20
            case .sha256: 32
            case .sha512: 64
            case .crc32: 4
            }
        }
    }

    package var algorithm: Algorithm
    /// As many as the algorithm's values have; big-endian where it is a number.
    package var bytes: [UInt8]

    package init(_ algorithm: Algorithm, _ bytes: [UInt8]) {
        self.algorithm = algorithm
        self.bytes = bytes
    }
}
