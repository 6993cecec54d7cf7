internal import Crypto
package import PawlModel

/// The SHA-256 of bytes that come in pieces.
package struct DigestBuilder: Sendable {
    private var hash = SHA256()

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hash.update(bufferPointer: bytes)
    }

    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    /// The digest of all bytes so far; more may follow, and this may be asked again.
    package func finalize() -> PawlModel.Digest {
        // A SHA-256 is always 32 bytes long.
        hash.finalize().withUnsafeBytes { PawlModel.Digest($0)! }
    }
}

extension PawlModel.Digest {
    package init(sha256Of bytes: UnsafeRawBufferPointer) {
        var builder = DigestBuilder()
        builder.update(bytes)
        self = builder.finalize()
    }

    package init(sha256Of bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { PawlModel.Digest(sha256Of: $0) }
    }
}
