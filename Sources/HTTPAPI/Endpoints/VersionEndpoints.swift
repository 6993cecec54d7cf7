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
            Endpoint(
                .get, collection, access: .keysAndPlayers(.assetsRead),
                Operation(
                    "listVersions", tag: "versions", "Lists the versions of one asset, newest first.",
                    parameters: [
                        .init(
                            "filter", in: .query, .text(max: 2000), isRequired: true,
                            help: "asset_id=\"ast_…\", and perhaps AND number=… or AND state=\"deleted\"")
                    ]
                        + Operation.Parameter.list(Version.schema).filter {
                            ["page_size", "page_token"].contains($0.name)
                        },
                    answers: [.init(.ok, .page(.row(Version.schema)), headers: [.link], "One page.")],
                    problems: [.malformedQuery]),
                { try await listVersions($0) }),
            Endpoint(
                .get, collection + "/{id}", access: .publicOr(.assetsRead),
                Operation(
                    "getVersion", tag: "versions", "Reads a version.", parameters: [.ifNoneMatch],
                    answers: [.init(.ok, .row(Version.schema), headers: [.eTag], "The version.")])
            ) { request in
                let id = try request.id(Version.idPrefix)
                let version = try await downloads.version(id, for: request.caller).version
                return request.response(try JSONValue(version), revision: .int(version.revision))
            },
            Endpoint(
                .delete, collection + "/{id}", access: .keysAndPlayers(.assetsWrite),
                Operation(
                    "deleteVersion", tag: "versions",
                    "Deletes a version: out of sight at once, taken back with :undelete for a while, its number never used again.",
                    parameters: [.ifMatch, .validateOnly],
                    answers: [.init(.noContent, nil, "It is deleted.")],
                    problems: [.malformedQuery, .inUse, .preconditionRequired, .preconditionFailed])
            ) { request in
                try await versions.delete(
                    try request.id(Version.idPrefix), ifMatch: try Conditions.revisionMatch(of: request.request),
                    by: request.caller, validateOnly: try request.isValidateOnly())
                return Response(status: .noContent)
            },
            Endpoint(
                .post, collection + "/{id}:undelete", access: .keysAndPlayers(.assetsWrite),
                Operation(
                    "undeleteVersion", tag: "versions", Version.undelete.help,
                    parameters: [.idempotencyKey, .validateOnly],
                    body: .init(.object(Version.undelete.fields), as: MediaType.json, isRequired: false),
                    answers: [.init(.ok, .row(Version.schema), headers: [.eTag], "The version.")],
                    problems: [.malformedQuery, .invalid, .idempotencyKeyReused] + Version.undelete.problems)
            ) { request in
                let body = try await request.json(MediaType.json)
                let answer = try await versions.undelete(
                    try request.id(Version.idPrefix), body, by: request.caller,
                    idempotency: try request.idempotency(payload: JSONValue.object(body).data),
                    validateOnly: try request.isValidateOnly())
                return try response(to: answer, of: "versions", request)
            },
            Endpoint(
                .get, collection + "/{id}/manifest", access: .publicOr(.assetsRead),
                Operation(
                    "getManifest", tag: "versions", "The entries of a version, each with its blocks.",
                    answers: [
                        .init(.ok, .bytes, as: MediaType.manifest, headers: [.cacheControl, .intact], "The manifest.")
                    ])
            ) { request in
                let selected = try await downloads.version(try request.id(Version.idPrefix), for: request.caller)
                let manifest = try await downloads.manifest(of: selected)
                let isIntact = try await downloads.isIntact(selected)
                var response = Response(
                    status: .ok,
                    headers: [
                        .contentType: MediaType.manifest,
                        .cacheControl: "\(selected.asset.visibility.rawValue), max-age=31536000, immutable",
                    ],
                    body: request.request.method == .get
                        ? ResponseBody(contentLength: Int(manifest.length)) { writer in
                            try await manifest.forEach { try await writer.write($0) }
                            try await writer.finish(nil)
                        } : .nothing(instead: manifest.length))
                response.headers[.intact] = isIntact ? "?1" : "?0"
                return response
            },
        ]
    }

    /// `filter` names the asset, and may name a number: `asset_id="ast_…" AND number=3`. With `state="deleted"` those are
    /// listed that can be taken back.
    private func listVersions(_ request: APIRequest) async throws -> Response {
        let query = try ListQuery(
            filter: request.query("filter"), orderBy: request.query("order_by"), pageSize: request.query("page_size"),
            pageToken: request.query("page_token"), of: Version.schema)
        var asset: ResourceID?
        var number: Int64?
        var state = Version.State.ready
        for condition in query.conditions {
            switch (condition.field, condition.comparison) {
            case ("asset_id", .equal):
                asset = condition.value.string.flatMap { ResourceID($0, kind: Asset.schema.idPrefix) }
            case ("number", .equal): number = condition.value.int
            case ("state", .equal): state = condition.value.string.flatMap { Version.State(rawValue: $0) } ?? state
            default: asset = nil
            }
        }
        guard let asset, query.order.field == "id" else {
            throw Problem.malformedQuery(
                "filter", "must be asset_id=\"ast_…\", and may add AND number=…: versions are listed of one asset")
        }
        let below = query.after?.value.int
        let found =
            switch state {
            case .ready:
                try await downloads.versions(
                    of: asset, number: number, below: below, limit: query.pageSize + 1, for: request.caller)
            case .deleted:
                try await versions.deleted(
                    of: asset, number: number, below: below, limit: query.pageSize + 1, for: request.caller)
            // Nobody sees them yet.
            case .verifying: [] as [Version]
            }
        let page = found.prefix(query.pageSize)
        var next: ListQuery.Position?
        if found.count > page.count, let last = page.last {
            next = ListQuery.Position(value: .int(last.number), id: last.id)
        }
        return request.page(
            try page.map { try JSONValue($0) }, nextToken: next.map { query.token(after: $0, of: Version.schema) })
    }
}
