import HTTPTypes
import PawlModel

/// What operations share, each part under one name: the schemas of resources, and the answers that tell problems.
struct OpenAPIComponents {
    private var schemas: JSONObject = ["Problem": .object(Self.problem)]
    private var responses: JSONObject = [:]

    /// The components object (OpenAPI 3.1 §4.8.7).
    var json: JSONObject {
        [
            "schemas": .object(schemas), "responses": .object(responses), "headers": .object(Self.headers),
            "securitySchemes": [Self.bearer: .object(Self.bearerScheme)],
        ]
    }

    // MARK: Bodies

    /// A media type object with schema and example; empty for bytes that are no text.
    mutating func mediaType(of content: Operation.Content, _ direction: Direction) -> JSONObject {
        switch content {
        case .bytes: return [:]
        case .text: return ["schema": ["type": "string"]]
        case .object, .row, .rowWith, .creation, .patch, .page, .either:
            let example = content.example(direction)
            return ["schema": .object(schema(of: content, direction)), "example": .object(example)]
        }
    }

    private mutating func schema(of content: Operation.Content, _ direction: Direction) -> JSONObject {
        switch content {
        case .bytes, .text: return [:]
        case .object(let fields, let rules): return fields.jsonSchema(direction, rules: rules)
        case .rowWith(let resource, let more): return (resource.rowFields + more).jsonSchema(.answer)
        case .row(let resource):
            return shared(resource.typeName, resource.rowFields.jsonSchema(.answer), resource.help)
        case .creation(let resource):
            let notes = resource.rules.compactMap(\.note).map { " " + $0.capitalizedFirst + "." }.joined()
            return shared(
                resource.typeName + "Creation", resource.fields.jsonSchema(.request, rules: resource.rules),
                "What makes a row of \(resource.name)." + notes)
        case .patch(let resource):
            return shared(
                resource.typeName + "Patch", resource.fields.patchSchema,
                "A merge patch (RFC 7396): what is not there stays, and null is what the default is.")
        case .page(.row(let resource)):
            let page = page(of: schema(of: .row(resource), .answer))
            return shared(resource.typeName + "Page", page, "One page of \(resource.name).")
        case .page(let content):
            return page(of: schema(of: content, .answer))
        case .either(let one, let other):
            return ["oneOf": [.object(schema(of: one, direction)), .object(schema(of: other, direction))]]
        }
    }

    private func page(of items: JSONObject) -> JSONObject {
        JSONObject.schema(
            ofObject: [
                "items": ["type": "array", "items": .object(items), "maxItems": .int(Int64(Limits.pageSizeMax))],
                "next_page_token": ["type": "string", "description": "asks for the next page; absent on the last one"],
            ],
            required: ["items"])
    }

    /// Keeps a schema under a name, and returns the reference to it.
    private mutating func shared(_ name: String, _ schema: JSONObject, _ description: String) -> JSONObject {
        var schema = schema
        schema["description"] = .string(description)
        schemas[name] = .object(schema)
        return ["$ref": .string("#/components/schemas/\(name)")]
    }

    // MARK: Problems

    /// The reference to the answer that tells one of these problems, which have one status.
    mutating func problemResponse(_ codes: [ProblemCode]) -> JSONObject {
        let name = codes.map { $0.rawValue.pascalCase }.joined(separator: "Or")
        responses[name] = .object(ProblemResponse(codes: codes).json)
        return ["$ref": .string("#/components/responses/\(name)")]
    }

    private static let problem: JSONObject = [
        "type": "object",
        "description":
            "What went wrong (RFC 9457). Programs switch on `code`, which is stable; a problem may have further members.",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": [
            "type": ["type": "string", "description": "about:blank, or the URL of a registered kind of problem"],
            "title": ["type": "string", "description": "the same words for every problem of one code"],
            "status": ["type": "integer", "minimum": 400, "maximum": 599],
            "code": ["type": "string", "enum": .array(ProblemCode.allCases.map { .string($0.rawValue) })],
            "detail": ["type": "string", "description": "what was wrong, and what to do next, for people"],
            "errors": .object(violations),
            "current": ["type": "object", "description": "on a conflict: the row as it is now"],
            "attempted": ["type": "object", "description": "on a conflict: what the request wanted to make of it"],
        ],
    ]

    private static let violations: JSONObject = [
        "type": "array", "description": "every rule that was broken",
        "items": [
            "type": "object", "required": ["pointer", "detail"], "additionalProperties": false,
            "properties": [
                "pointer": [
                    "type": "string",
                    "description": "a JSON pointer (RFC 6901) into the body, or ?name of a query parameter",
                ],
                "detail": ["type": "string"],
            ],
        ],
    ]
}

extension String {
    /// `not_found` as `NotFound`.
    var pascalCase: String { split(separator: "_").map { String($0).capitalizedFirst }.joined() }

    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
