import HTTPTypes

extension HTTPField.Name {
    static let uploadOffset = Self("Upload-Offset")!
    static let uploadLength = Self("Upload-Length")!

    // tus 1.0.0.
    static let tusResumable = Self("Tus-Resumable")!
    static let tusVersion = Self("Tus-Version")!
    static let tusExtension = Self("Tus-Extension")!
    static let tusMaxSize = Self("Tus-Max-Size")!
    static let tusChecksumAlgorithm = Self("Tus-Checksum-Algorithm")!
    static let uploadMetadata = Self("Upload-Metadata")!
    static let uploadDeferLength = Self("Upload-Defer-Length")!
    static let uploadConcat = Self("Upload-Concat")!
    static let uploadChecksum = Self("Upload-Checksum")!
    static let uploadExpires = Self("Upload-Expires")!
    static let methodOverride = Self("X-HTTP-Method-Override")!

    // Resumable uploads of the IETF.
    static let uploadComplete = Self("Upload-Complete")!
    static let uploadIncomplete = Self("Upload-Incomplete")!
    static let uploadLimit = Self("Upload-Limit")!
    static let interopVersion = Self("Upload-Draft-Interop-Version")!
    static let acceptPatch = Self("Accept-Patch")!

    // RFC 9530.
    static let contentDigest = Self("Content-Digest")!
    static let reprDigest = Self("Repr-Digest")!
    static let wantReprDigest = Self("Want-Repr-Digest")!
}
