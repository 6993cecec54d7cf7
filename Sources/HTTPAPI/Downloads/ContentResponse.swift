import BlockFormat
import HTTPTypes
import Hummingbird
import NIOCore
import PawlModel
import Transfers

/// The answer to a GET or HEAD of a version's content, or of one file of it (RFC 9110 §9.3.1, §9.3.2, §14).
struct ContentResponse {
    let content: Downloads.Content
    let downloads: Downloads
    let request: Request
    let loop: any EventLoop
    let now: Timestamp
    /// Whether the URL names one version for good.
    let isVersion: Bool
    /// Where the metalink of the same content is; nil where there is none.
    let metalink: String?

    private var selected: Downloads.Selected { content.selected }
    private var etag: String { "\"\(content.root.hex)\"" }
    /// An asset's own is said of the whole, and not of the files of a directory.
    private var mediaType: String { (content.entry == nil ? selected.asset.mediaType : nil) ?? MediaType.octets }

    func response() async throws -> Response {
        let conditions = ContentConditions(
            headers: request.headers, etag: etag, lastModified: HTTPDate(selected.lastModified), isVersion: isVersion,
            now: now)
        switch conditions.outcome {
        case .failed: throw Problem(.preconditionFailed, "The content has the ETag \(etag) now.")
        case .notModified: return Response(status: .notModified, headers: validators)
        case .go: break
        }
        // Range is defined for GET only (§14.2).
        let isPart = request.method == .get && conditions.isRangeWanted
        switch ByteRange.selection(isPart ? request.headers[.range] : nil, size: content.size) {
        case .unsatisfiable:
            throw Problem(
                .rangeNotSatisfiable, "The content has \(content.size) bytes.",
                members: ["size": .int(content.size)])
        case .whole: return try await whole()
        case .part(let range): return try await part(range)
        case .parts(let ranges): return try await parts(ranges)
        }
    }

    // MARK: Answers

    private func whole() async throws -> Response {
        guard request.method == .get else {
            return Response(status: .ok, headers: headers, body: .nothing(instead: content.size))
        }
        let body = ContentBody(ranges: [0..<content.size], of: content, downloads)
        return Response(status: .ok, headers: headers, body: try await body.streamed(on: loop))
    }

    private func part(_ range: Range<Int64>) async throws -> Response {
        var headers = headers
        headers[.contentRange] = range.contentRange(of: content.size)
        return try await partial(headers, ContentBody(ranges: [range], of: content, downloads))
    }

    private func parts(_ ranges: [Range<Int64>]) async throws -> Response {
        let multipart = Multipart(ranges, size: content.size, contentType: mediaType, root: content.root)
        var headers = headers
        headers[.contentType] = multipart.mediaType
        return try await partial(headers, ContentBody(multipart, of: content, downloads))
    }

    /// A part that is small enough to be held in memory is told with its digest.
    private func partial(_ headers: HTTPFields, _ body: ContentBody) async throws -> Response {
        guard body.length <= Int64(Limits.contentDigestMax),
            WantedDigest.isWanted(.wantContentDigest, request.headers)
        else { return Response(status: .partialContent, headers: headers, body: try await body.streamed(on: loop)) }
        let bytes = try await body.collected()
        var headers = headers
        headers[.contentDigest] = bytes.withUnsafeReadableBytes { DigestField(Digest(sha256Of: $0)).text }
        return Response(status: .partialContent, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }

    // MARK: Header fields

    /// What a 304 has, too (§15.4.5).
    private var validators: HTTPFields {
        var fields: HTTPFields = [
            .eTag: etag, .cacheControl: keepers + (isVersion ? "max-age=31536000, immutable" : "no-cache"),
        ]
        // A date says what was meant only when its second is over, and must not be later than `Date`, which is some
        // seconds old (§8.8.2).
        if selected.lastModified.advanced(bySeconds: Limits.dateAge) <= now {
            fields[.lastModified] = HTTPDate(selected.lastModified).text
        }
        return fields
    }

    /// Who may keep it. What is public anybody may, and it is said where a key would forbid it (RFC 9111 §3.5).
    private var keepers: String {
        switch selected.asset.visibility {
        case .private: "private, "
        case .public: request.headers.contains(.authorization) ? "public, " : ""
        }
    }

    private var headers: HTTPFields {
        var headers = validators
        headers[.acceptRanges] = "bytes"
        headers[.contentType] = mediaType
        headers[.contentDisposition] = ContentDisposition(path: content.path).text
        headers[.link] = metalink.map { "<\($0)>; rel=describedby; type=\"\(MediaType.metalink)\"" }
        if let sha256 = content.sha256, WantedDigest.isWanted(.wantReprDigest, request.headers) {
            headers[.reprDigest] = DigestField(sha256).text
        }
        // What a studio stores is never a page of this site, whatever its media type says.
        headers[.xContentTypeOptions] = "nosniff"
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        return headers
    }
}

extension ResponseBody {
    /// No bytes, where a GET would have so many.
    static func nothing(instead length: Int64) -> ResponseBody {
        ResponseBody(contentLength: Int(length)) { try await $0.finish(nil) }
    }
}
