import HTTPTypes
import Hummingbird
import Metadata
import NIOCore
import PawlModel
import Transfers

extension API {
    /// Content as bytes, for curl, browsers, caches and every other HTTP client.
    var downloadEndpoints: [Endpoint] {
        [
            Endpoint(
                .get, Routes.collection("versions") + "/{id}/content", access: .publicOrSigned(.assetsRead),
                Operation(
                    "downloadVersion", tag: "content", "Downloads a version; its URL can be cached for ever.",
                    parameters: Operation.Parameter.signed + Self.downloadHeaders, answers: Self.downloads,
                    problems: Self.downloadProblems)
            ) { request in
                let selected = try await downloads.version(try request.id(Version.idPrefix), for: request.caller)
                return try await content(of: selected, request, isVersion: true)
            },
            Endpoint(
                .get, Routes.collection("assets") + "/{id}/content", access: .publicOrSigned(.assetsRead),
                Operation(
                    "downloadAsset", tag: "content", "Downloads the newest version of an asset, or the one asked for.",
                    parameters: Operation.Parameter.selectors + Operation.Parameter.signed + Self.downloadHeaders,
                    answers: Self.downloads, problems: Self.downloadProblems + [.noVersion, .malformedQuery])
            ) { request in
                let selected = try await downloads.version(
                    of: try request.id(Asset.schema.idPrefix), try request.versionSelector(), for: request.caller)
                return try await content(of: selected, request, isVersion: false)
            },
        ]
    }

    private func content(
        of selected: Downloads.Selected, _ request: APIRequest, isVersion: Bool
    ) async throws -> Response {
        let uri = request.request.uri
        let metalink = uri.path.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/metalink"
        return try await ContentResponse(
            content: .init(selected), downloads: downloads, request: request.request,
            loop: request.context.channel.eventLoop, now: writePath.ambient.now(),
            isVersion: isVersion, metalink: metalink + (uri.query.map { "?" + $0 } ?? "")
        ).response()
    }

    static let downloadHeaders: [Operation.Parameter] = [
        .init(
            "Range", in: .header, .text(max: Limits.conditionMax), example: "bytes=0-1023",
            help: "the bytes to send, such as bytes=0-1023, or several ranges of them"),
        .init(
            "If-Range", in: .header, .text(max: Limits.conditionMax),
            help: "the ETag that the range is of, or of a version's URL its date; else all is sent"),
        .init(
            "If-Match", in: .header, .text(max: Limits.conditionMax),
            help: "refuses with 412 when the ETag is another one"),
        .ifNoneMatch,
        .init(
            "If-Modified-Since", in: .header, .text(max: 100), example: "Sun, 06 Nov 1994 08:49:37 GMT",
            help: "answers 304 when the content is not newer; without If-None-Match only"),
        .init(
            "If-Unmodified-Since", in: .header, .text(max: 100), example: "Sun, 06 Nov 2094 08:49:37 GMT",
            help: "refuses with 412 when the content is newer; without If-Match only"),
        .init(
            "Want-Repr-Digest", in: .header, .text(max: 1000), example: "sha-256=10",
            help: "sha-256=0 for who does not want Repr-Digest"),
        .init(
            "Want-Content-Digest", in: .header, .text(max: 1000), example: "sha-256=10",
            help: "sha-256=0 for who does not want Content-Digest"),
    ]

    private static let downloads: [Operation.Answer] = [
        .init(.ok, .bytes, as: "*/*", headers: ofContent + [.acceptRanges], "The whole content."),
        .init(
            .partialContent, .bytes, as: "*/*", headers: ofContent + [.acceptRanges, .contentRange, .contentDigest],
            "The range asked for; several as multipart/byteranges."),
    ]

    static let ofContent: [Operation.Header] = [
        .eTag, .cacheControl, .lastModified, .contentDisposition, .link, .reprDigest,
    ]

    static let downloadProblems: [ProblemCode] = [
        .preconditionFailed, .rangeNotSatisfiable, .damagedBlock, .badSignature, .urlExpired,
    ]
}

extension Operation.Parameter {
    /// What chooses a version of an asset.
    static let selectors: [Self] = [
        .init("version", in: .query, .int(1...Int64.max), help: "the number of a version"),
        .init(
            "channel", in: .query, .text(max: 64, rule: .channelName), help: "the channel that names the version"),
    ]

    /// What a signed URL has in its query.
    static let signed: [Self] = [
        .init("expires", in: .query, .int(0...Int64.max), help: "of a signed URL: seconds since 1970"),
        .init("signature", in: .query, .text(max: 200), help: "of a signed URL"),
    ]
}

extension APIRequest {
    /// `?version=N`, `?channel=name`, or neither for the newest one.
    func versionSelector() throws(Problem) -> Downloads.Selector {
        switch (query("version"), query("channel")) {
        case (nil, nil): return .newest
        case (nil, let channel?): return .channel(channel)
        case (let text?, nil):
            guard let number = Int64(text), number >= 1 else {
                throw .malformedQuery("version", "must be a number from 1 on")
            }
            return .number(number)
        case (_?, _?): throw .malformedQuery("channel", "must not stand beside version")
        }
    }
}
