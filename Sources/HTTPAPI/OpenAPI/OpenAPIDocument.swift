import HTTPTypes
import PawlModel

/// The documentation of the HTTP surface as OpenAPI 3.1, made of the endpoints that the router is made of.
struct OpenAPIDocument {
    let json: JSONObject

    /// - Parameter schemas: Whose help describes the groups of operations.
    init(_ all: [Endpoint], schemas: [ResourceSchema]) {
        var components = OpenAPIComponents()
        var paths: JSONObject = [:]
        for (path, endpoints) in Dictionary(grouping: all, by: \.path) {
            var item: JSONObject = [:]
            for endpoint in endpoints {
                let operation = OpenAPIOperation(endpoint: endpoint, others: all)
                item[endpoint.method.rawValue.lowercased()] = .object(operation.json(&components))
            }
            let ids = Self.ids(in: path)
            if !ids.isEmpty { item["parameters"] = .array(ids) }
            paths[path] = .object(item)
        }
        json = [
            "openapi": "3.1.0", "info": .object(Self.info), "servers": [["url": "/"]],
            "tags": .array(Self.tags(all, schemas)), "paths": .object(paths),
            "components": .object(components.json),
        ]
    }

    private static let info: JSONObject = [
        "title": "Pawl", "version": "1.0.0", "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
        "summary": "A self-hosted content backend for game studios.",
        "description": """
        Names are in snake case, times in UTC (RFC 3339), and ids begin with three letters that name their kind. \
        What goes wrong is told as `application/problem+json` (RFC 9457) with a stable `code`.

        Every GET answers HEAD too, and every path OPTIONS; any other method gets 405 with `Allow`. An answer may \
        get further members and headers in time; a parameter that is not known is refused where a key is needed.
        """,
    ]

    /// The parameters that stand in the path: `{id}` is one of the collection that the path begins with, `{player_id}` one
    /// of players, and `{path}` that of an entry.
    private static func ids(in path: String) -> [JSONValue] {
        let segments = path.split(separator: "/").map(String.init)
        return segments.filter { $0.hasPrefix("{") }.map { segment in
            guard segment != Endpoint.rest else { return entryPath }
            let name = String(segment.dropFirst().prefix { $0 != "}" })
            let collection = name == "id" ? today(segments[1]) : name.dropLast("_id".count) + "s"
            let type = FieldType.reference(collection)
            return [
                "name": .string(name), "in": "path", "required": true,
                "description": .string("the id, of \(collection)"),
                "schema": .object(type.jsonSchema(.request)), "example": type.example(.request),
            ]
        }
    }

    /// What the rows of a collection of V0 are today: ids are the same.
    private static func today(_ collection: String) -> String {
        if collection == "asset-versions" { return Version.schema.name }
        return V0.resources.first { $0.name == collection }?.source.name ?? collection
    }

    /// OpenAPI has no way to say that it may have `/` in it, unescaped: with and without escapes it is the same here.
    private static let entryPath: JSONValue = [
        "name": "path", "in": "path", "required": true,
        "description": "the path of the file in the directory; its slashes may be escaped, and need not be",
        "schema": .object(FieldType.text(max: Limits.entryPathMax).jsonSchema(.request)), "example": "data/level1.pak",
    ]

    /// The groups of operations, in the order of the endpoints.
    private static func tags(_ endpoints: [Endpoint], _ schemas: [ResourceSchema]) -> [JSONValue] {
        var names: [String] = []
        for name in endpoints.map(\.operation.tag) where !names.contains(name) { names.append(name) }
        return names.map { name in
            var tag: JSONObject = ["name": .string(name)]
            tag["description"] = (schemas.first { $0.name == name }?.help ?? otherTags[name]).map { .string($0) }
            return .object(tag)
        }
    }

    private static let otherTags = [
        "content": "Content as bytes, out and in, for every HTTP client.",
        "daemon": "How the daemon does, and what it is asked to look after.",
        "docs": "This documentation.",
        "events": "What happened, as a list and as a stream.",
    ]
}
