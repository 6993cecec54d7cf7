internal import NIOHTTP1
public import PawlModel

/// A page of a list, and the token that asks for the next one.
public struct Page<Item: Sendable & Codable>: Sendable, Codable {
    public var items: [Item]
    /// Nil on the last page.
    public var nextPageToken: String?

    enum CodingKeys: String, CodingKey {
        case items
        case nextPageToken = "next_page_token"
    }
}

/// What every declared resource has: games, assets, items, players, and all the others of `Model.resources`.
extension PawlClient {
    /// Makes a row. A field that is nil gets its default.
    public func create<Fields: Resource>(_ fields: Fields) async throws -> Stored<Fields> {
        let request = Request(.POST, Routes.collection(Fields.schema.name)).with(try JSONValue(fields).object ?? [:])
        return try await send(request.once()).decoded()
    }

    public func get<Fields: Resource>(_ type: Fields.Type = Fields.self, _ id: ResourceID) async throws -> Stored<
        Fields
    > {
        try await send(Request(.GET, Routes.row(Fields.schema.name, id))).decoded()
    }

    /// Changes a row: what `change` does to its fields is sent as a merge patch (RFC 7396). It is refused when the row is
    /// no longer as `row` has it.
    public func update<Fields: Resource>(
        _ row: Stored<Fields>, _ change: (inout Fields) throws -> Void
    ) async throws -> Stored<Fields> {
        var fields = row.fields
        try change(&fields)
        let patch = try JSONValue(row.fields).mergePatch(to: JSONValue(fields))
        let request = Request(.PATCH, Routes.row(Fields.schema.name, row.id))
            .with(patch.object ?? [:], as: MediaType.mergePatch)
            .with(header: "If-Match", "\"\(row.revision)\"")
        return try await send(request).decoded()
    }

    /// Deletes a row; refused when it is no longer as `row` has it.
    public func delete<Fields: Resource>(_ row: Stored<Fields>) async throws {
        let request = Request(.DELETE, Routes.row(Fields.schema.name, row.id))
            .with(header: "If-Match", "\"\(row.revision)\"")
        _ = try await send(request)
    }

    /// One page. Ask again with its `nextPageToken` and the same filter and order.
    public func list<Fields: Resource>(
        _ type: Fields.Type = Fields.self, filter: Filter = Filter(), orderBy: String? = nil, pageSize: Int? = nil,
        pageToken: String? = nil
    ) async throws -> Page<Stored<Fields>> {
        try await page(
            Routes.collection(Fields.schema.name), filter: filter, orderBy: orderBy, pageSize: pageSize,
            pageToken: pageToken)
    }

    /// All rows, in pages of the largest size; a list that grows while it is read may show its newest rows or not.
    public func all<Fields: Resource>(
        _ type: Fields.Type = Fields.self, filter: Filter = Filter(), orderBy: String? = nil
    ) async throws -> [Stored<Fields>] {
        try await allPages { token in
            try await list(
                Fields.self, filter: filter, orderBy: orderBy, pageSize: Limits.pageSizeMax, pageToken: token)
        }
    }

    func allPages<Item>(_ page: (String?) async throws -> Page<Item>) async throws -> [Item] {
        var items: [Item] = []
        var token: String?
        repeat {
            let page = try await page(token)
            items += page.items
            token = page.nextPageToken
        } while token != nil
        return items
    }

    func page<Item>(
        _ path: String, filter: Filter = Filter(), orderBy: String? = nil, pageSize: Int?, pageToken: String? = nil,
        query: [(name: String, value: String)] = []
    ) async throws -> Page<Item> {
        var query = query
        if !filter.text.isEmpty { query.append((name: "filter", value: filter.text)) }
        if let orderBy { query.append((name: "order_by", value: orderBy)) }
        if let pageSize { query.append((name: "page_size", value: String(pageSize))) }
        if let pageToken { query.append((name: "page_token", value: pageToken)) }
        return try await send(Request(.GET, path, query: query)).decoded()
    }
}
