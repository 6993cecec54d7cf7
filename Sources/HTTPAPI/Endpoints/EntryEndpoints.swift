import HTTPTypes
import Hummingbird
import Metadata
import PawlModel
import Transfers

extension API {
    /// The entries of directory versions: listed, and each file of them downloaded by its path.
    var entryEndpoints: [Endpoint] {
        let version = Routes.collection("versions") + "/{id}/entries"
        let asset = Routes.collection("assets") + "/{id}/entries"
        return [
            Endpoint(
                .get, version, access: .publicOrSigned(.assetsRead),
                Operation(
                    "listVersionEntries", tag: "content", "Lists the files, directories and links of a version.",
                    parameters: Operation.Parameter.entries + Operation.Parameter.signed, answers: Self.pages,
                    problems: Self.listProblems)
            ) { try await list(await selected($0, isVersion: true), $0, isVersion: true) },
            Endpoint(
                .get, asset, access: .publicOrSigned(.assetsRead),
                Operation(
                    "listAssetEntries", tag: "content",
                    "Lists the entries of an asset's newest version, or of the one asked for.",
                    parameters: Operation.Parameter.entries + Operation.Parameter.selectors
                        + Operation.Parameter.signed,
                    answers: Self.pages, problems: Self.listProblems + [.noVersion])
            ) { try await list(await selected($0, isVersion: false), $0, isVersion: false) },
            Endpoint(
                .get, version + "/" + Endpoint.rest, access: .publicOrSigned(.assetsRead),
                Operation(
                    "downloadVersionEntry", tag: "content",
                    "Downloads one file of a version; its URL can be cached for ever.",
                    parameters: Operation.Parameter.signed + Self.downloadHeaders, answers: Self.files,
                    problems: Self.fileProblems)
            ) { try await file(await selected($0, isVersion: true), $0, isVersion: true) },
            Endpoint(
                .get, asset + "/" + Endpoint.rest, access: .publicOrSigned(.assetsRead),
                Operation(
                    "downloadAssetEntry", tag: "content",
                    "Downloads one file of an asset's newest version, or of the one asked for.",
                    parameters: Operation.Parameter.selectors + Operation.Parameter.signed + Self.downloadHeaders,
                    answers: Self.files, problems: Self.fileProblems + [.noVersion, .malformedQuery])
            ) { try await file(await selected($0, isVersion: false), $0, isVersion: false) },
        ]
    }

    /// The version that a request names by its id, or as one of an asset.
    func selected(_ request: APIRequest, isVersion: Bool) async throws -> Downloads.Selected {
        if isVersion {
            return try await downloads.version(try request.id(Version.idPrefix), for: request.caller)
        }
        return try await downloads.version(
            of: try request.id(Asset.schema.idPrefix), try request.versionSelector(), for: request.caller)
    }

    /// One page. A token is of one version: where the asset's newest one has changed meanwhile, the list begins anew.
    private func list(
        _ selected: Downloads.Selected, _ request: APIRequest, isVersion: Bool
    ) async throws -> Response {
        let query = try ListQuery(
            filter: nil, orderBy: nil, pageSize: request.query("page_size"), pageToken: request.query("page_token"),
            of: Entry.schema)
        let version = selected.version.id
        guard query.after == nil || query.after?.id == version else {
            throw Problem.malformedQuery("page_token", "is one of another version: begin at the first page")
        }
        let entries = try await downloads.entries(
            of: selected, prefix: request.query("prefix") ?? "", after: query.after?.value.string,
            limit: query.pageSize + 1)
        let page = entries.prefix(query.pageSize)
        var next: ListQuery.Position?
        if entries.count > page.count, let last = page.last {
            next = ListQuery.Position(value: .string(last.path), id: version)
        }
        var response = request.page(
            try page.map { try JSONValue($0) }, nextToken: next.map { query.token(after: $0, of: Entry.schema) })
        response.headers[.cacheControl] =
            "\(selected.asset.visibility.rawValue), \(isVersion ? "max-age=31536000, immutable" : "no-cache")"
        return response
    }

    private func file(
        _ selected: Downloads.Selected, _ request: APIRequest, isVersion: Bool
    ) async throws -> Response {
        // Behind /v1/versions/{id}/entries.
        guard let path = request.rest(behind: 4) else {
            throw Problem(.notFound, "No entry has a path that is not UTF-8.")
        }
        return try await ContentResponse(
            content: try await downloads.file(path, of: selected), downloads: downloads, request: request.request,
            loop: request.context.channel.eventLoop, now: writePath.ambient.now(), isVersion: isVersion, metalink: nil
        ).response()
    }

    private static let pages: [Operation.Answer] = [
        .init(
            .ok, .page(.object(Entry.schema.fields)), headers: [.link, .cacheControl],
            "One page, in the order of the paths' bytes.")
    ]

    private static let listProblems: [ProblemCode] = [.malformedQuery, .notADirectory, .badSignature, .urlExpired]

    private static let ofFile: [Operation.Header] = [.eTag, .cacheControl, .lastModified, .contentDisposition]

    private static let files: [Operation.Answer] = [
        .init(.ok, .bytes, as: "*/*", headers: ofFile + [.acceptRanges], "The whole file."),
        .init(
            .partialContent, .bytes, as: "*/*", headers: ofFile + [.acceptRanges, .contentRange, .contentDigest],
            "The range asked for; several as multipart/byteranges."),
    ]

    private static let fileProblems: [ProblemCode] = API.downloadProblems + [.notADirectory, .notAFile]
}

extension Operation.Parameter {
    /// The parameters of a list of entries.
    fileprivate static let entries =
        list(Entry.schema).filter { ["page_size", "page_token"].contains($0.name) } + [
            Self(
                "prefix", in: .query, .text(max: Limits.entryPathMax), example: "data/",
                help: "what the paths begin with, such as data/ for all that is in there")
        ]
}
