package import HTTPTypes
package import PawlModel

/// Resumable uploads of the IETF (draft-ietf-httpbis-resumable-upload) in one of the interop versions that clients ship
/// with, or without a version, as it will be when it is an RFC.
package struct IETF: UploadDialect, Hashable {
    /// The version that the client named, when it is known here: only then it understands interim responses.
    let version: Int64?
    let spelling: Spelling

    package var door: Upload.Door { .ietf }

    /// The dialect of a request that begins an upload; nil when it asks for none, or in a version that is not known here:
    /// that is a plain upload.
    package init?(creating headers: HTTPFields) {
        guard let dialect = IETF.named(headers), dialect.spelling.completeness.read(headers) != nil else { return nil }
        self = dialect
    }

    /// The dialect of a request for an upload that there is.
    package init(continuing headers: HTTPFields) {
        self = IETF.named(headers) ?? IETF()
    }

    /// Without a version.
    package init() {
        version = nil
        spelling = .newest
    }

    private init(version: Int64, _ spelling: Spelling) {
        self.version = version
        self.spelling = spelling
    }

    /// The dialect that a request names; nil for a version that is not known here.
    private static func named(_ headers: HTTPFields) -> IETF? {
        guard let version = headers.wholeNumber(.interopVersion) else { return IETF() }
        return Spelling.byVersion[version].map { IETF(version: version, $0) }
    }

    /// What a page of another site sends (CORS), beside what every request may have.
    package static let requestFields: [HTTPField.Name] = [
        .uploadComplete, .uploadIncomplete, .uploadOffset, .uploadLength, .interopVersion, .contentDigest, .reprDigest,
        .wantReprDigest, .contentDisposition,
    ]
    /// What a page's script reads of an answer.
    package static let responseFields: [HTTPField.Name] = [
        .uploadComplete, .uploadIncomplete, .uploadOffset, .uploadLength, .uploadLimit, .acceptPatch, .reprDigest,
    ]
}
