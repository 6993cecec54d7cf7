import BlockFormat
import HTTPTypes
import Hummingbird
import NIOCore
import PawlModel

/// One file of the page at `/docs`: its bytes, their media type, and the tag that saves sending them again.
struct DocsFile: Sendable {
    let bytes: ByteBuffer
    let mediaType: String
    let etag: String

    init(_ bytes: ByteBuffer, _ mediaType: String) {
        self.bytes = bytes
        self.mediaType = mediaType
        etag = "\"\(bytes.withUnsafeReadableBytes { PawlModel.Digest(sha256Of: $0) }.hex)\""
    }

    init(_ text: String, _ mediaType: String) {
        self.init(ByteBuffer(string: text), mediaType)
    }

    /// What a browser may do with the page: run, show and call what this daemon serves, and nothing else. No inline
    /// script, no other site, no frame around it that could catch a click.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
        base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        """

    private static let headers: HTTPFields = [
        .contentSecurityPolicy: policy, .xContentTypeOptions: "nosniff", .referrerPolicy: "no-referrer",
        // Asked for anew each time, by its tag: another version of the daemon has other files under the same names.
        .cacheControl: "no-cache",
    ]

    func response(to request: Request) -> Response {
        var headers = Self.headers
        headers[.eTag] = etag
        if Conditions.isUnchanged(request, etag: etag) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = mediaType
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }
}

extension HTTPField.Name {
    static let referrerPolicy = Self("Referrer-Policy")!
}
