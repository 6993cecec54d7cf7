/// What the body of a request is of the content.
package struct NewPart: Hashable, Sendable {
    /// Where it begins in the content, in bytes.
    package var offset: Int64
    /// The length of the whole content in bytes, when this request says it.
    package var length: Int64?
    package var end: End
    /// What the body must have to be taken.
    package var checksums: [Checksum]
    /// Whether the client wants to be told the SHA-256 of the whole content, when this completes it.
    package var wantsDigest: Bool

    package init(
        offset: Int64 = 0, length: Int64? = nil, end: End, checksums: [Checksum] = [], wantsDigest: Bool = false
    ) {
        self.offset = offset
        self.length = length
        self.end = end
        self.checksums = checksums
        self.wantsDigest = wantsDigest
    }

    /// When the content is complete.
    package enum End: Hashable, Sendable {
        /// As soon as it has the length that was announced.
        case atLength
        /// With the end of this body.
        case here
        /// Not yet, whatever length it has.
        case later
    }
}
