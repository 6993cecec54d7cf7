import HTTPTypes
import Hummingbird
import Metadata
import NIOCore
import PawlModel
import Transfers

extension API {
    /// The plain door: content in and out as bytes, for curl and every other HTTP client.
    var contentEndpoints: [Endpoint] {
        let version = Routes.collection("versions") + "/{id}/content"
        let asset = Routes.collection("assets") + "/{id}/content"
        return [
            Endpoint(
                .get, version, access: .publicOr(.assetsRead),
                Operation(
                    "downloadVersion", tag: "content", "Downloads a version; its URL can be cached for ever.",
                    parameters: Self.downloadHeaders, answers: Self.downloads, problems: Self.downloadProblems)
            ) { request in
                let selected = try await downloads.version(try request.id(Version.idPrefix), for: request.caller)
                return try await content(of: selected, request, caching: "max-age=31536000, immutable")
            },
            Endpoint(
                .get, asset, access: .publicOr(.assetsRead),
                Operation(
                    "downloadAsset", tag: "content", "Downloads the newest version of an asset, or the one asked for.",
                    parameters: [
                        .init("version", in: .query, .int(1...Int64.max), help: "the number of a version"),
                        .init(
                            "channel", in: .query, .text(max: 64, rule: .channelName),
                            help: "the channel that names the version"),
                    ] + Self.downloadHeaders,
                    answers: Self.downloads, problems: Self.downloadProblems + [.noVersion, .malformedQuery])
            ) { request in
                let selected = try await downloads.version(
                    of: try request.id(Asset.schema.idPrefix), try request.versionSelector(), for: request.caller)
                return try await content(of: selected, request, caching: "no-cache")
            },
            Endpoint(
                .put, asset, access: .keysAndPlayers(.assetsWrite),
                Operation(
                    "uploadContent", tag: "content", "Makes a version of the body, as curl -T sends it.",
                    parameters: [
                        .init(
                            "channel", in: .query, .text(max: 64, rule: .channelName),
                            help: "the channel to move to the new version"),
                        .init("label", in: .query, .text(max: 200), help: "a name for the version"),
                    ],
                    body: .init(.bytes, as: MediaType.octets),
                    answers: [
                        .init(.created, .row(Version.schema), headers: [.eTag, .location], "The new version."),
                        .init(.ok, .row(Version.schema), headers: [.eTag], "The newest version has the same content."),
                    ],
                    problems: [
                        .truncatedBody, .malformedQuery, .invalid, .quotaExceeded, .insufficientStorage, .readOnly,
                    ]),
                { try await putContent($0) }),
        ]
    }

    private static let downloadHeaders: [Operation.Parameter] = [
        .init("Range", in: .header, .text(max: 1000), help: "the bytes to send, such as bytes=0-1023"),
        .init(
            "If-Range", in: .header, .text(max: Limits.conditionMax),
            help: "the ETag that the range is of; else all is sent"),
        .init(
            "If-Match", in: .header, .text(max: Limits.conditionMax),
            help: "refuses with 412 when the ETag is another one"),
        .ifNoneMatch,
    ]

    private static let downloads: [Operation.Answer] = [
        .init(
            .ok, .bytes, as: "*/*", headers: [.eTag, .acceptRanges, .cacheControl, .lastModified], "The whole content."),
        .init(
            .partialContent, .bytes, as: "*/*",
            headers: [.eTag, .contentRange, .acceptRanges, .cacheControl, .lastModified], "The range asked for."),
    ]

    private static let downloadProblems: [ProblemCode] = [
        .preconditionFailed, .rangeNotSatisfiable, .damagedBlock,
    ]

    private func content(of selected: Downloads.Selected, _ request: APIRequest, caching: String) async throws
        -> Response
    {
        let size = selected.version.size
        let etag = "\"\(selected.version.root.hex)\""
        var headers: HTTPFields = [
            .eTag: etag, .cacheControl: "\(selected.asset.visibility.rawValue), \(caching)", .acceptRanges: "bytes",
            .contentType: selected.asset.mediaType ?? MediaType.octets,
            .lastModified: HTTPDate(selected.version.createdAt).text,
        ]
        // What a studio stores is never a page of this site, whatever its media type says.
        headers[.xContentTypeOptions] = "nosniff"
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        try Conditions.requireMatch(request.request, etag: etag)
        if Conditions.isUnchanged(request.request, etag: etag) {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        var range = request.request.headers[.range]
        // A range of another content than the client has a part of would be worthless (RFC 9110 §13.1.5).
        if let condition = request.request.headers[.ifRange], condition.trimmed != etag { range = nil }
        // Range is defined for GET only (§14.2).
        if request.request.method == .head { range = nil }
        switch ByteRange.selection(range, size: size) {
        case .unsatisfiable:
            throw Problem(
                .rangeNotSatisfiable, "The content has \(size) bytes.", members: ["size": .int(size)])
        case .whole:
            return Response(status: .ok, headers: headers, body: try await body(of: selected, 0..<size, request))
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
            return Response(
                status: .partialContent, headers: headers, body: try await body(of: selected, range, request))
        }
    }

    /// The bytes as they are read. What is damaged at their start is a problem; further on it breaks the response off,
    /// so that the client sees too few bytes, and gets the problem when it asks for the rest.
    private func body(
        of selected: Downloads.Selected, _ range: Range<Int64>, _ request: APIRequest
    ) async throws -> ResponseBody {
        guard !range.isEmpty, request.request.method != .head else {
            return ResponseBody(contentLength: range.count) { try await $0.finish(nil) }
        }
        let first = try await firstBytes(of: selected, range)
        let downloads = downloads
        return ResponseBody(contentLength: range.count) { writer in
            try await writer.write(first)
            var reader = downloads.reader(
                range.lowerBound + Int64(first.readableBytes)..<range.upperBound, of: selected)
            do {
                while let bytes = try await reader.next() { try await writer.write(bytes) }
            } catch {
                await reader.close()
                throw error
            }
            await reader.close()
            try await writer.finish(nil)
        }
    }

    private func firstBytes(of selected: Downloads.Selected, _ range: Range<Int64>) async throws -> ByteBuffer {
        var reader = downloads.reader(range, of: selected)
        do {
            let bytes = try await reader.next() ?? ByteBuffer()
            await reader.close()
            return bytes
        } catch {
            await reader.close()
            throw error
        }
    }

    /// `curl -T file …/v1/assets/{id}/content`: a version of the body. If it breaks, nothing becomes visible.
    private func putContent(_ request: APIRequest) async throws -> Response {
        try request.requireWholePlainBody()
        let asset = try request.id(Asset.schema.idPrefix)
        let length = request.request.headers[.contentLength].flatMap { Int64($0) }
        let upload = try await uploads.begin(
            UploadCreation(assetID: asset, channel: request.query("channel"), label: request.query("label")),
            door: .plain, length: length, by: request.caller)
        do {
            var receiver = try await uploads.streamReceiver(of: upload, by: request.caller)
            var parts = try await request.body().makeAsyncIterator()
            while let part = try await parts.nextPart() { try await receiver.receive(part) }
            if let length, receiver.byteCount != length {
                throw Problem(.truncatedBody, "The body had \(receiver.byteCount) of \(length) bytes.")
            }
            let manifest = try await receiver.finish()
            let answer = try await uploads.commit(upload.id, manifest, by: request.caller)
            return try response(to: answer, of: "versions", request)
        } catch {
            try await uploads.fail(upload.id)
            throw error
        }
    }
}

extension APIRequest {
    /// Throws for what a plain PUT does not do, lest it make a version of something else than was meant: a part of a
    /// content (RFC 9110 §14.5), an encoded one, a parameter or a condition that nobody looks at.
    func requireWholePlainBody() throws(Problem) {
        if request.headers.contains(.contentRange) {
            throw Problem(.malformedRequest, "A PUT makes a version of the whole content: send no Content-Range.")
        }
        if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            throw Problem(.unsupportedMediaType, "Send the plain bytes, without Content-Encoding.")
        }
        for name in [HTTPField.Name.ifMatch, .ifNoneMatch] where request.headers.contains(name) {
            throw Problem(.malformedRequest, "A PUT adds a version, whatever there is: send no \(name.rawName).")
        }
    }

    /// `?version=N`, `?channel=name`, or neither for the newest one.
    func versionSelector() throws(Problem) -> Downloads.Selector {
        switch (query("version"), query("channel")) {
        case (nil, nil): return .newest
        case (nil, let channel?): return .channel(channel)
        case (let text?, nil):
            guard let number = Int64(text), number >= 1 else {
                throw Problem(
                    .malformedQuery, "version must be a number from 1 on.",
                    violations: [.init("?version", "must be a number from 1 on")])
            }
            return .number(number)
        case (_?, _?):
            throw Problem(
                .malformedQuery, "Name a version or a channel, not both.",
                violations: [.init("?channel", "must not stand beside version")])
        }
    }
}
