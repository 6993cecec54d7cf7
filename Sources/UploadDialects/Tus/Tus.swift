package import HTTPTypes
package import PawlModel

/// tus 1.0.0 (https://tus.io/protocols/resumable-upload): the core, and the extensions in `extensions`.
package struct Tus: UploadDialect, Hashable {
    package init() {}

    package var door: Upload.Door { .tus }
    package var everyAnswer: HTTPFields { [.tusResumable: Self.version] }

    static let version = "1.0.0"
    static let extensions = [
        "creation", "creation-with-upload", "creation-defer-length", "expiration", "checksum", "termination",
        "concatenation",
    ]
    static let checksums: [Checksum.Algorithm] = [.sha1, .sha256, .crc32]

    /// What a page of another site sends (CORS), beside what every request may have.
    package static let requestFields: [HTTPField.Name] = [
        .tusResumable, .uploadLength, .uploadOffset, .uploadMetadata, .uploadDeferLength, .uploadConcat,
        .uploadChecksum,
        .methodOverride,
    ]
    /// What a page's script reads of an answer.
    package static let responseFields: [HTTPField.Name] = [
        .tusResumable, .tusVersion, .tusExtension, .tusMaxSize, .tusChecksumAlgorithm, .uploadLength, .uploadOffset,
        .uploadMetadata, .uploadDeferLength, .uploadConcat, .uploadExpires,
    ]
}
