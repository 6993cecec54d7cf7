import HTTPTypes
import Hummingbird
import Metadata
import PawlModel

extension API {
    /// The routes of every declared resource and verb, made from their schemas: the same code for all of them.
    var resourceEndpoints: [Endpoint] {
        let registry = writePath.registry
        return registry.schemas.flatMap { schema in
            let verbs = registry.verbs.filter { $0.schema.resource == schema.name }
            return readingEndpoints(schema) + (schema.history == .reversible ? changingEndpoints(schema) : [])
                + verbs.map { endpoint(of: $0, schema) }
        }
    }

    // MARK: Reading

    private func readingEndpoints(_ schema: ResourceSchema) -> [Endpoint] {
        let access: Endpoint.Access =
            schema.playerFields.isEmpty ? .keys(schema.readScope) : .keysAndPlayers(schema.readScope)
        return [
            Endpoint(.get, Routes.collection(schema.name), access: access, .list(schema)) { request in
                let query = try ListQuery(
                    filter: request.query("filter"), orderBy: request.query("order_by"),
                    pageSize: request.query("page_size"), pageToken: request.query("page_token"), of: schema)
                let page = try await reader.page(schema, query, for: request.caller)
                return request.page(page.rows.map { .object($0) }, nextToken: page.nextToken)
            },
            Endpoint(.get, Routes.collection(schema.name) + "/{id}", access: access, .get(schema)) { request in
                let row = try await reader.row(schema, try request.id(schema.idPrefix), for: request.caller)
                return request.response(.object(row), revision: row["revision"])
            },
        ]
    }

    // MARK: Changing

    private func changingEndpoints(_ schema: ResourceSchema) -> [Endpoint] {
        var access = Endpoint.Access.keys(schema.writeScope)
        if case .write = schema.players { access = .keysAndPlayers(schema.writeScope) }
        let row = Routes.collection(schema.name) + "/{id}"
        return [
            Endpoint(.post, Routes.collection(schema.name), access: access, .create(schema)) {
                try await create(schema, $0)
            },
            Endpoint(.patch, row, access: access, .update(schema)) { try await update(schema, $0) },
            Endpoint(.delete, row, access: access, .delete(schema)) { try await delete(schema, $0) },
        ]
    }

    private func create(_ schema: ResourceSchema, _ request: APIRequest) async throws -> Response {
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
        let id = try request.id(schema.idPrefix)
        let match = try Conditions.revisionMatch(of: request.request)
        let patch = try await request.json(MediaType.mergePatch, MediaType.json, mayBeEmpty: false)
        let answer = try await writePath.apply(by: request.caller, validateOnly: try request.isValidateOnly()) {
            writer in
            Answer(.done, .object(try writer.update(schema, id, ifMatch: match, patch: patch)))
        }
        return try response(to: answer, of: schema.name, request)
    }

    private func delete(_ schema: ResourceSchema, _ request: APIRequest) async throws -> Response {
        let id = try request.id(schema.idPrefix)
        let match = try Conditions.revisionMatch(of: request.request)
        let answer = try await writePath.apply(by: request.caller, validateOnly: try request.isValidateOnly()) {
            writer in
            try writer.delete(schema, id, ifMatch: match)
            return Answer(.deleted)
        }
        return try response(to: answer, of: schema.name, request)
    }

    // MARK: Verbs

    private func endpoint(of verb: any Verb, _ schema: ResourceSchema) -> Endpoint {
        let path =
            Routes.collection(schema.name) + (verb.schema.isOfCollection ? "" : "/{id}:\(verb.schema.name)")
        let access: Endpoint.Access =
            verb.schema.isForPlayers ? .keysAndPlayers(verb.schema.scope) : .keys(verb.schema.scope)
        return Endpoint(.post, path, access: access, .call(verb.schema, of: schema, writePath.registry)) { request in
            let id = verb.schema.isOfCollection ? nil : try request.id(schema.idPrefix)
            let body = try await request.json(MediaType.json)
            let claim = try request.idempotency(
                payload: JSONValue.object(body).data, isRequired: verb.schema.needsIdempotencyKey)
            let answer = try await writePath.apply(
                by: request.caller, idempotency: claim, validateOnly: try request.isValidateOnly()
            ) { writer in
                try writer.call(verb, id, body)
            }
            return try response(to: answer, of: schema.name, request)
        }
    }

    /// The response to a change: status, `ETag` and `Location` follow from what was done.
    func response(to answer: Answer, of resource: String, _ request: APIRequest) throws -> Response {
        let row = answer.body.object
        let body = answer.shownOnce.isEmpty ? answer.body : .object((row ?? [:]).merging(answer.shownOnce) { $1 })
        switch answer.outcome {
        case .deleted:
            return Response(status: .noContent)
        case .accepted:
            var response = Response(status: .accepted, json: body)
            if let id = row?.rowID { response.headers[.location] = Routes.upload(id) }
            return response
        case .created, .done:
            let isNew = try answer.outcome == .created && !request.isValidateOnly()
            var response = Response(status: isNew ? .created : .ok, json: body)
            if let revision = row?["revision"] { response.headers[.eTag] = Conditions.etag(revision: revision) }
            if isNew, let id = row?.rowID {
                response.headers[.location] = Routes.row(resource, id)
            }
            return response
        }
    }
}
