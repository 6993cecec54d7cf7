internal import NIOHTTP1
public import PawlModel

/// The same for resources and verbs that are known by their schema only, as to a command line: rows are JSON objects.
extension PawlClient {
    public func create(
        _ schema: ResourceSchema, _ body: JSONObject, idempotencyKey: String? = nil, validateOnly: Bool = false
    ) async throws -> JSONObject {
        try await change(.POST, Routes.collection(schema.name), body, idempotencyKey, validateOnly)
    }

    public func get(_ schema: ResourceSchema, _ id: ResourceID) async throws -> JSONObject {
        try await send(Request(.GET, Routes.row(schema.name, id))).decoded()
    }

    /// - Parameter revision: What the row must still be at; nil for any.
    public func update(
        _ schema: ResourceSchema, _ id: ResourceID, _ patch: JSONObject, revision: Int64? = nil,
        validateOnly: Bool = false
    ) async throws -> JSONObject {
        let request = Request(.PATCH, Routes.row(schema.name, id), query: Self.query(validateOnly))
            .with(patch, as: MediaType.mergePatch)
            .with(header: "If-Match", Self.match(revision))
        return try await send(request).decoded()
    }

    /// - Parameter revision: What the row must still be at; nil for any.
    public func delete(
        _ schema: ResourceSchema, _ id: ResourceID, revision: Int64? = nil, validateOnly: Bool = false
    ) async throws {
        let request = Request(.DELETE, Routes.row(schema.name, id), query: Self.query(validateOnly))
            .with(header: "If-Match", Self.match(revision))
        _ = try await send(request)
    }

    public func list(
        _ schema: ResourceSchema, filter: Filter = Filter(), orderBy: String? = nil, pageSize: Int? = nil,
        pageToken: String? = nil
    ) async throws -> Page<JSONObject> {
        try await page(
            Routes.collection(schema.name), filter: filter, orderBy: orderBy, pageSize: pageSize, pageToken: pageToken)
    }

    /// Calls a verb: on a row, or without one where it makes a row.
    public func call(
        _ verb: VerbSchema, on id: ResourceID? = nil, _ input: JSONObject = [:], idempotencyKey: String? = nil,
        validateOnly: Bool = false
    ) async throws -> JSONObject {
        let path = id.map { Routes.verb(verb.resource, $0, verb.name) } ?? Routes.collection(verb.resource)
        return try await change(.POST, path, input, idempotencyKey, validateOnly)
    }

    private func change(
        _ method: HTTPMethod, _ path: String, _ body: JSONObject, _ idempotencyKey: String?, _ validateOnly: Bool
    ) async throws -> JSONObject {
        let request = Request(method, path, query: Self.query(validateOnly)).with(body)
        return try await send(
            idempotencyKey.map { request.with(header: "Idempotency-Key", $0) } ?? request.once()
        ).decoded()
    }

    private static func query(_ validateOnly: Bool) -> [(name: String, value: String)] {
        validateOnly ? [(name: "validate_only", value: "true")] : []
    }

    private static func match(_ revision: Int64?) -> String { revision.map { "\"\($0)\"" } ?? "*" }
}
