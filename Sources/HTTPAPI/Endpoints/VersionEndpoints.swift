import BlockFormat
import HTTPTypes
import Hummingbird
import Metadata
import NIOCore
import PawlModel
import Transfers

extension API {
    /// Versions: listed newest first, looked at, and their manifests.
    var versionEndpoints: [Endpoint] {
        let collection = Routes.collection("versions")
        return [
            Endpoint(.get, collection, { try await listVersions($0) }),
            Endpoint(.get, collection + "/{id}", access: .keyUnlessPublic) { request in
                let id = try request.id(Version.idPrefix)
                let version = try await downloads.version(id, for: request.caller).version
                let etag = Conditions.etag(revision: .int(version.revision))
                if Conditions.isUnchanged(request.request, etag: etag) {
                    return Response(status: .notModified, headers: [.eTag: etag])
                }
                var response = Response(status: .ok, json: try JSONValue(version))
                response.headers[.eTag] = etag
                return response
            },
            Endpoint(.get, collection + "/{id}/manifest", access: .keyUnlessPublic) { request in
                let selected = try await downloads.version(try request.id(Version.idPrefix), for: request.caller)
                let manifest = try await downloads.manifest(of: selected)
                let isIntact = try await downloads.isIntact(selected)
                var response = Response(
                    status: .ok,
                    headers: [
                        .contentType: MediaType.manifest,
                        .cacheControl: "\(selected.asset.visibility.rawValue), max-age=31536000, immutable",
                    ],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: manifest.encode())))
                response.headers[.intact] = isIntact ? "?1" : "?0"
                return response
            },
        ]
    }

    /// `filter` names the asset, and may name a number: `asset_id="ast_…" AND number=3`.
    private func listVersions(_ request: APIRequest) async throws -> Response {
        let query = try ListQuery(
            filter: request.query("filter"), orderBy: request.query("order_by"), pageSize: request.query("page_size"),
            pageToken: request.query("page_token"), of: Self.versionList)
        var asset: ResourceID?
        var number: Int64?
        for condition in query.conditions {
            switch (condition.field, condition.comparison) {
            case ("asset_id", .equal):
                asset = condition.value.string.flatMap { ResourceID($0, kind: Asset.schema.idPrefix) }
            case ("number", .equal): number = condition.value.int
            default: asset = nil
            }
        }
        guard let asset, query.order.field == "id" else {
            throw Problem(
                .malformedQuery, "Ask for the versions of one asset: filter=asset_id=\"ast_…\".",
                violations: [.init("?filter", "must be asset_id=\"…\", and may add AND number=…")])
        }
        let below = query.after?.value.int
        let versions = try await downloads.versions(
            of: asset, number: number, below: below, limit: query.pageSize + 1, for: request.caller)
        let page = versions.prefix(query.pageSize)
        var next: ListQuery.Position?
        if versions.count > page.count, let last = page.last {
            next = ListQuery.Position(value: .int(last.number), id: last.id)
        }
        return request.page(try page.map { try JSONValue($0) }, nextToken: next.map(query.token(after:)))
    }

    /// What a list of versions can be asked for. Versions themselves belong to their repository.
    private static let versionList = ResourceSchema(
        "versions", idPrefix: Version.idPrefix, history: .byVerb,
        ownership: .parent(field: "asset_id", Asset.schema), readScope: .assetsRead, writeScope: .assetsWrite,
        fields: [
            Field("asset_id", .reference("assets"), isFilterable: true, help: "the asset"),
            Field("number", .int(1...Int64.max), isFilterable: true, help: "its number"),
        ],
        help: "One immutable content of an asset.")
}
