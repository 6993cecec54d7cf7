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

/// What every declared resource has: games, assets, channels, and what comes after them.
extension PawlClient {
    public func create<Row: Resource>(_ type: Row.Type = Row.self, _ fields: JSONObject) async throws -> Row {
        let request = Request(.POST, Routes.collection(Row.schema.name)).with(fields).once()
        return try await send(request).decoded()
    }

    public func get<Row: Resource>(_ type: Row.Type = Row.self, _ id: ResourceID) async throws -> Row {
        try await send(Request(.GET, Routes.row(Row.schema.name, id))).decoded()
    }

    /// Changes fields by a merge patch (RFC 7396); refused when the row is no longer as `row` has it.
    public func update<Row: Resource>(_ row: Row, _ patch: JSONObject) async throws -> Row {
        let request = Request(.PATCH, Routes.row(Row.schema.name, row.id))
            .with(patch, as: MediaType.mergePatch)
            .with(header: "If-Match", "\"\(row.revision)\"")
        return try await send(request).decoded()
    }

    /// Deletes a row; refused when it is no longer as `row` has it.
    public func delete(_ row: some Resource) async throws {
        let request = Request(.DELETE, Routes.row(type(of: row).schema.name, row.id))
            .with(header: "If-Match", "\"\(row.revision)\"")
        _ = try await send(request)
    }

    /// One page. Ask again with its `nextPageToken` and the same filter and order.
    public func list<Row: Resource>(
        _ type: Row.Type = Row.self, filter: Filter = Filter(), orderBy: String? = nil, pageSize: Int? = nil,
        pageToken: String? = nil
    ) async throws -> Page<Row> {
        try await page(
            Row.schema.name, filter: filter, orderBy: orderBy, pageSize: pageSize, pageToken: pageToken)
    }

    /// All rows, in pages of the largest size; a list that grows while it is read may show its newest rows or not.
    public func all<Row: Resource>(
        _ type: Row.Type = Row.self, filter: Filter = Filter(), orderBy: String? = nil
    ) async throws -> [Row] {
        try await allPages { token in
            try await list(
                Row.self, filter: filter, orderBy: orderBy, pageSize: Limits.pageSizeMax, pageToken: token)
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
        _ collection: String, filter: Filter, orderBy: String? = nil, pageSize: Int?, pageToken: String?,
        query: [(name: String, value: String)] = []
    ) async throws -> Page<Item> {
        var query = query
        if !filter.text.isEmpty { query.append((name: "filter", value: filter.text)) }
        if let orderBy { query.append((name: "order_by", value: orderBy)) }
        if let pageSize { query.append((name: "page_size", value: String(pageSize))) }
        if let pageToken { query.append((name: "page_token", value: pageToken)) }
        // A full page of rows, each of which may have its 16 KiB of metadata.
        let sizeMax = Limits.pageSizeMax * 32 * 1024
        return try await send(Request(.GET, Routes.collection(collection), query: query), bodySizeMax: sizeMax)
            .decoded()
    }
}

extension PawlClient {
    /// Points a channel at what was released on it before; throws `no_version` when there is nothing before.
    public func rollBack(_ channel: ResourceID) async throws -> Channel {
        try await send(Request(.POST, Routes.verb("channels", channel, "rollback")).with([:]).once()).decoded()
    }
}
