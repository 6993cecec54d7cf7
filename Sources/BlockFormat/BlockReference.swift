package import PawlModel

/// One piece of a file as a manifest lists it: which block, and how long.
package struct BlockReference: Hashable, Sendable {
    /// The SHA-256 of the raw bytes.
    package var id: Digest
    /// Raw bytes, 1 to `Limits.blockSizeMax`.
    package var length: Int

    /// The packed form: a u32 length and the id.
    package static let byteCount = 4 + Digest.byteCount

    package init(id: Digest, length: Int) {
        self.id = id
        self.length = length
    }
}
