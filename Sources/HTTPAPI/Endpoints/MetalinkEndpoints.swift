import Catalog
import HTTPTypes
import Hummingbird
import PawlModel
import Transfers

extension API {
    /// Metalinks: for clients that fetch a content in pieces, and check each.
    var metalinkEndpoints: [Endpoint] {
        [
            Endpoint(
                .get, Routes.collection("versions") + "/{id}/metalink", access: .publicOrSigned(.assetsRead),
                Operation(
                    "getVersionMetalink", tag: "content",
                    "The digests of a version's pieces, as a metalink (RFC 5854).",
                    parameters: Operation.Parameter.signed + [.ifNoneMatch], answers: Self.metalinks,
                    problems: [.damagedBlock, .badSignature, .urlExpired])
            ) { request in
                try await metalink(
                    of: downloads.version(try request.id(Version.idPrefix), for: request.caller), request)
            },
            Endpoint(
                .get, Routes.collection("assets") + "/{id}/metalink", access: .publicOrSigned(.assetsRead),
                Operation(
                    "getAssetMetalink", tag: "content",
                    "The metalink of an asset's newest version, or of the one asked for.",
                    parameters: Operation.Parameter.selectors + Operation.Parameter.signed + [.ifNoneMatch],
                    answers: Self.metalinks,
                    problems: [.damagedBlock, .badSignature, .urlExpired, .noVersion, .malformedQuery])
            ) { request in
                try await metalink(
                    of: downloads.version(
                        of: try request.id(Asset.schema.idPrefix), try request.versionSelector(), for: request.caller),
                    request)
            },
        ]
    }

    private static let metalinks: [Operation.Answer] = [
        .init(
            .ok, .bytes, as: MediaType.metalink, headers: [.eTag, .cacheControl, .contentDisposition], "The metalink.")
    ]

    /// It names the version's own URL, whatever was asked for: what a client fetches in pieces must not change between two
    /// of them. HEAD and 304 do not digest anything.
    private func metalink(of selected: Downloads.Selected, _ request: APIRequest) async throws -> Response {
        let query = try await query(of: selected, request)
        if try await downloads.isDirectory(selected) {
            let metalink = DirectoryMetalink(of: selected, origin: request.origin, query: query)
            let headers = headers(of: selected, etag: metalink.etag)
            if Conditions.isUnchanged(request.request, etag: metalink.etag) {
                return Response(status: .notModified, headers: headers.validators)
            }
            let length = try await metalink.length(downloads)
            let isWanted = request.request.method == .get
            return Response(
                status: .ok, headers: headers.all,
                body: isWanted ? metalink.body(downloads, length: length) : .nothing(instead: length))
        }
        let url = request.origin + Routes.content(ofVersion: selected.version.id) + (query.map { "?" + $0 } ?? "")
        let metalink = Metalink(of: selected, url: url)
        let (validators, headers) = headers(of: selected, etag: metalink.etag)
        if Conditions.isUnchanged(request.request, etag: metalink.etag) {
            return Response(status: .notModified, headers: validators)
        }
        guard request.request.method == .get else {
            return Response(status: .ok, headers: headers, body: .nothing(instead: metalink.length))
        }
        let pieces = try await downloads.pieces(of: selected)
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: metalink.text(pieces: pieces))))
    }

    private func headers(of selected: Downloads.Selected, etag: String) -> (validators: HTTPFields, all: HTTPFields) {
        let validators: HTTPFields = [
            .eTag: etag, .cacheControl: "\(selected.asset.visibility.rawValue), no-cache",
        ]
        var all = validators
        all[.contentType] = MediaType.metalink
        all[.contentDisposition] = ContentDisposition(path: selected.asset.path + ".meta4").text
        all[.xContentTypeOptions] = "nosniff"
        return (validators, all)
    }

    /// What opens the version without a key, where that is how it was asked for: it expires with the URL of the request.
    private func query(of selected: Downloads.Selected, _ request: APIRequest) async throws -> String? {
        guard let signed = try SignedRequest(request.request) else { return nil }
        let version = Routes.row("versions", selected.version.id)
        return try await authentication.signedURLs.query(
            for: SignedURLs.Target(row: version, expires: signed.target.expires))
    }
}
