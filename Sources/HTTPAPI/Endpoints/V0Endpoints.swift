import Catalog
import Foundation
import HTTPTypes
import Hummingbird
import Metadata
import PawlModel
import Transfers

extension API {
    /// The first version of the API: every resource of it by the same code, beside what it has alone.
    var v0Endpoints: [Endpoint] {
        V0.resources.flatMap { resource in
            reading(resource) + (resource.changes == .none ? [] : changing(resource))
        } + [
            v0(
                .get, V0.assetVersions, .keys(.assetsRead), successor: Version.schema.name,
                Operation(
                    "listV0AssetVersions", tag: "asset-versions", "Lists the versions of one asset, newest first.",
                    parameters: [
                        .init(
                            "filter", in: .query, .text(max: 2000), isRequired: true, help: "asset_id=\"ast_…\"")
                    ]
                        + Operation.Parameter.list(Version.schema).filter {
                            ["page_size", "page_token"].contains($0.name)
                        },
                    answers: [.init(.ok, .page(.object(V0.versionFields)), headers: [.link], "One page.")],
                    problems: [.malformedQuery])
            ) { try await v0Versions($0) },
            v0(
                .get, V0.assetVersions + "/{id}", .keys(.assetsRead), successor: Version.schema.name,
                Operation(
                    "getV0AssetVersion", tag: "asset-versions", "Reads a version.",
                    answers: [.init(.ok, .object(V0.versionFields), "The version.")])
            ) { request in
                let game = try await v0.game(for: request.caller)
                let found = try await downloads.version(try request.id(Version.idPrefix), for: request.caller)
                guard found.asset.gameID == game.id else {
                    throw Problem.notFound("asset-versions", found.version.id)
                }
                return Response(status: .ok, json: .object(V0.down(found.version)))
            },
            v0(
                .get, V0.leaderboard, .keys(.playersRead), successor: Player.schema.name,
                Operation(
                    "listV0Leaderboard", tag: "leaderboard", "Lists users by their points, the best first.",
                    parameters: Operation.Parameter.list(Player.schema).filter {
                        ["page_size", "page_token"].contains($0.name)
                    },
                    answers: [.init(.ok, .page(.object(V0.standingFields)), headers: [.link], "One page.")],
                    problems: [.malformedQuery])
            ) { request in
                let page = try await v0.leaderboard(
                    pageSize: request.query("page_size"), pageToken: request.query("page_token"), for: request.caller)
                return request.page(page.rows.map { .object($0) }, nextToken: page.nextToken)
            },
        ]
    }

    // MARK: Every resource

    private func reading(_ resource: V0Resource) -> [Endpoint] {
        let path = V0.collection(resource.name)
        return [
            v0(.get, path, .keys(resource.source.readScope), successor: resource.source.name, .v0List(resource)) {
                request in
                let page = try await v0.page(
                    resource,
                    { game in
                        try resource.query(
                            filter: request.query("filter"), orderBy: request.query("order_by"),
                            pageSize: request.query("page_size"), pageToken: request.query("page_token"), in: game)
                    }, for: request.caller)
                return request.page(page.rows.map { .object($0) }, nextToken: page.nextToken)
            },
            v0(
                .get, path + "/{id}", .keys(resource.source.readScope), successor: resource.source.name,
                .v0Get(resource)
            ) { request in
                let (row, revision) = try await v0.row(
                    resource, try request.id(resource.source.idPrefix), for: request.caller)
                return request.response(.object(row), revision: revision)
            },
        ]
    }

    private func changing(_ resource: V0Resource) -> [Endpoint] {
        let path = V0.collection(resource.name)
        let (access, successor) = (Endpoint.Access.keys(resource.source.writeScope), resource.source.name)
        let create = v0(.post, path, access, successor: successor, .v0Create(resource)) { request in
            let body = try await request.json(MediaType.json)
            let answer = try await v0.create(
                resource, body, by: request.caller,
                idempotency: try request.idempotency(payload: JSONValue.object(body).data),
                validateOnly: try request.isValidateOnly())
            return try v0Response(to: answer, of: resource, request)
        }
        guard resource.changes != .accomplishments else { return [create] }
        return [
            create,
            v0(.patch, path + "/{id}", access, successor: successor, .v0Update(resource)) { request in
                let answer = try await v0.update(
                    resource, try request.id(resource.source.idPrefix),
                    try await request.json(MediaType.mergePatch, MediaType.json, mayBeEmpty: false),
                    ifMatch: try request.v0Match, by: request.caller, validateOnly: try request.isValidateOnly())
                return try v0Response(to: answer, of: resource, request)
            },
            v0(.delete, path + "/{id}", access, successor: successor, .v0Delete(resource)) { request in
                let answer = try await v0.delete(
                    resource, try request.id(resource.source.idPrefix), ifMatch: try request.v0Match,
                    by: request.caller, validateOnly: try request.isValidateOnly())
                return try v0Response(to: answer, of: resource, request)
            },
        ]
    }

    private func v0Response(to answer: Answer, of resource: V0Resource, _ request: APIRequest) throws -> Response {
        var response = try response(to: answer, of: resource.name, request)
        response.headers[.eTag] = nil
        if response.headers[.location] != nil, let id = answer.body.object?.idText {
            response.headers[.location] = "\(V0.collection(resource.name))/\(id)"
        }
        return response
    }

    private func v0Versions(_ request: APIRequest) async throws -> Response {
        let game = try await v0.game(for: request.caller)
        let query = try ListQuery(
            filter: request.query("filter"), orderBy: nil, pageSize: request.query("page_size"),
            pageToken: request.query("page_token"), of: Version.schema)
        guard query.conditions.count == 1, query.conditions[0].field == "asset_id",
            query.conditions[0].comparison == .equal,
            let id = query.conditions[0].value.string.flatMap({ ResourceID($0, kind: Asset.schema.idPrefix) })
        else { throw Problem.malformedQuery("filter", "must be asset_id=\"ast_…\"") }
        let asset = try await reader.row(Asset.schema, id, for: request.caller)
        guard asset["game_id"] == .string(game.id.description) else { throw Problem.notFound("assets", id) }
        let found = try await downloads.versions(
            of: id, number: nil, below: query.after?.value.int, limit: query.pageSize + 1, for: request.caller)
        let page = found.prefix(query.pageSize)
        let next = found.count > page.count ? page.last : nil
        return request.page(
            page.map { .object(V0.down($0)) },
            nextToken: next.map { query.token(after: .init(value: .int($0.number), id: $0.id), of: Version.schema) })
    }

    // MARK: What every answer says

    /// An endpoint of V0: refused once its time is over, and told to be old until then (RFC 9745, RFC 8594), with where
    /// the same is found today (RFC 5829 §3.2).
    private func v0(
        _ method: HTTPRequest.Method, _ path: String, _ access: Endpoint.Access, successor: String,
        _ operation: Operation, _ handle: @escaping @Sendable (APIRequest) async throws -> Response
    ) -> Endpoint {
        Endpoint(method, path, access: access, operation) { request in
            try v0.checkIsSpoken()
            var response = try await handle(request)
            let seconds = v0.settings.deprecated.microseconds / 1_000_000
            response.headers[.deprecation] = "@\(seconds)"
            if let sunset = v0.settings.sunset { response.headers[.sunset] = HTTPDate(sunset).text }
            let link = "<\(Routes.collection(successor))>; rel=\"successor-version\""
            response.headers[.link] = response.headers[.link].map { "\($0), \(link)" } ?? link
            return response
        }
    }
}

extension HTTPField.Name {
    fileprivate static let deprecation = HTTPField.Name("Deprecation")!
    fileprivate static let sunset = HTTPField.Name("Sunset")!
}

extension APIRequest {
    /// V0 had no revisions: whoever says nothing means any.
    fileprivate var v0Match: RevisionMatch {
        get throws { request.headers[.ifMatch] == nil ? .any : try Conditions.revisionMatch(of: request) }
    }
}
