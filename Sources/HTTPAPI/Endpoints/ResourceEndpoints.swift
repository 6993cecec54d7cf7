import Foundation
import HTTPTypes
import Hummingbird
import Metadata
import PawlModel

extension API {
    /// The routes of every declared resource, made from its schema: the same code for all of them.
    var resourceEndpoints: [Endpoint] {
        writePath.registry.schemas.values.flatMap { schema in
            var endpoints = [
                Endpoint(.get, Routes.collection(schema.name)) { try await list(schema, $0) },
                Endpoint(.get, Routes.collection(schema.name) + "/{id}") { try await get(schema, $0) },
            ]
            if schema.history == .reversible {
                endpoints += [
                    Endpoint(.post, Routes.collection(schema.name)) { try await create(schema, $0) },
                    Endpoint(.patch, Routes.collection(schema.name) + "/{id}") { try await update(schema, $0) },
                    Endpoint(.delete, Routes.collection(schema.name) + "/{id}") { try await delete(schema, $0) },
                ]
            }
            let verbs = writePath.registry.verbs.filter { $0.resource == schema.name }
            if let verb = verbs.first(where: { $0.name.isEmpty }) {
                endpoints.append(
                    Endpoint(.post, Routes.collection(schema.name)) { try await call(verb, nil, schema, $0) })
            }
            if verbs.contains(where: { !$0.name.isEmpty }) {
                endpoints.append(
                    Endpoint(.post, Routes.collection(schema.name) + "/{id}") { try await callByPath(schema, $0) })
            }
            return endpoints
        }
    }

    // MARK: Reading

    private func list(_ schema: ResourceSchema, _ request: APIRequest) async throws -> Response {
        try request.caller.require(schema.readScope)
        let query = try ListQuery(
            filter: request.query("filter"), orderBy: request.query("order_by"), pageSize: request.query("page_size"),
            pageToken: request.query("page_token"), of: schema)
        let page = try await reader.page(schema, query, for: request.caller)
        return request.page(page.rows.map { .object($0) }, nextToken: page.nextToken)
    }

    private func get(_ schema: ResourceSchema, _ request: APIRequest) async throws -> Response {
        try request.caller.require(schema.readScope)
        let row = try await reader.row(schema, try request.id(schema.idPrefix), for: request.caller)
        let etag = Conditions.etag(revision: row["revision"])
        if Conditions.isUnchanged(request.request, etag: etag) {
            return Response(status: .notModified, headers: [.eTag: etag])
        }
        var response = Response(status: .ok, json: .object(row))
        response.headers[.eTag] = etag
        return response
    }

    // MARK: Changing

    private func create(_ schema: ResourceSchema, _ request: APIRequest) async throws -> Response {
        try request.caller.require(schema.writeScope)
        let body = try await request.json(MediaType.json)
        let answer = try await writePath.apply(
            by: request.caller, idempotency: try request.idempotency(payload: JSONValue.object(body).data),
            validateOnly: try request.isValidateOnly()
        ) { writer in
            Answer(.created, .object(try writer.create(schema, body)))
        }
        return try response(to: answer, of: schema.name, request)
    }

    private func update(_ schema: ResourceSchema, _ request: APIRequest) async throws -> Response {
        try request.caller.require(schema.writeScope)
        let id = try request.id(schema.idPrefix)
        let match = try Conditions.revisionMatch(of: request.request, isRequired: true)
        let patch = try await request.json(MediaType.mergePatch, MediaType.json)
        let answer = try await writePath.apply(by: request.caller, validateOnly: try request.isValidateOnly()) {
            writer in
            Answer(.done, .object(try writer.update(schema, id, ifMatch: match, patch: patch)))
        }
        return try response(to: answer, of: schema.name, request)
    }

    private func delete(_ schema: ResourceSchema, _ request: APIRequest) async throws -> Response {
        try request.caller.require(schema.writeScope)
        let id = try request.id(schema.idPrefix)
        let match = try Conditions.revisionMatch(of: request.request, isRequired: true)
        let answer = try await writePath.apply(by: request.caller, validateOnly: try request.isValidateOnly()) {
            writer in
            try writer.delete(schema, id, ifMatch: match)
            return Answer(.deleted)
        }
        return try response(to: answer, of: schema.name, request)
    }

    // MARK: Verbs

    /// `POST /v1/{resource}/{id}:{verb}`: the path's last segment holds both.
    private func callByPath(_ schema: ResourceSchema, _ request: APIRequest) async throws -> Response {
        let segment = request.context.parameters.get("id") ?? ""
        let parts = segment.split(separator: ":", maxSplits: 1)
        guard parts.count == 2,
            let verb = writePath.registry.verbs.first(where: { $0.resource == schema.name && $0.name == parts[1] })
        else {
            throw Problem(.methodNotAllowed, "POST needs a verb here.", members: ["allow": "GET, HEAD, OPTIONS"])
        }
        guard let id = ResourceID(parts[0], kind: schema.idPrefix) else {
            throw Problem(.notFound, "'\(parts[0])' is not an id that begins with \(schema.idPrefix)_.")
        }
        return try await call(verb, id, schema, request)
    }

    private func call(
        _ verb: any Verb, _ id: ResourceID?, _ schema: ResourceSchema, _ request: APIRequest
    ) async throws -> Response {
        try request.caller.require(verb.scope)
        let body = try await request.json(MediaType.json)
        let answer = try await writePath.apply(
            by: request.caller, idempotency: try request.idempotency(payload: JSONValue.object(body).data),
            validateOnly: try request.isValidateOnly()
        ) { writer in
            try verb.run(row: try id.map { try writer.existing(schema, $0) }, body: body, in: writer)
        }
        return try response(to: answer, of: schema.name, request)
    }

    /// The response to a change: status, `ETag` and `Location` follow from what was done.
    func response(to answer: Answer, of resource: String, _ request: APIRequest) throws -> Response {
        let row = answer.body.object
        let body = answer.shownOnce.isEmpty ? answer.body : .object((row ?? [:]).merging(answer.shownOnce) { $1 })
        switch answer.outcome {
        case .deleted:
            return Response(status: .noContent)
        case .created, .done:
            let isNew = try answer.outcome == .created && !request.isValidateOnly()
            var response = Response(status: isNew ? .created : .ok, json: body)
            if let revision = row?["revision"] { response.headers[.eTag] = Conditions.etag(revision: revision) }
            if isNew, let id = row?["id"]?.string.flatMap({ ResourceID($0) }) {
                response.headers[.location] = Routes.row(resource, id)
            }
            return response
        }
    }
}

extension APIRequest {
    /// One page of a list, with the link to the next one (RFC 8288).
    func page(_ items: [JSONValue], nextToken: String?) -> Response {
        var body: JSONObject = ["items": .array(items)]
        body["next_page_token"] = nextToken.map { .string($0) }
        var response = Response(status: .ok, json: .object(body))
        if let nextToken {
            var query = request.uri.queryParameters.filter { $0.key != "page_token" }.map {
                "\($0.key)=\(Self.escape($0.value))"
            }
            query.append("page_token=\(nextToken)")
            response.headers[.link] = "<\(request.uri.path)?\(query.joined(separator: "&"))>; rel=\"next\""
        }
        return response
    }

    private static func escape(_ value: some StringProtocol) -> String {
        String(value).addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
