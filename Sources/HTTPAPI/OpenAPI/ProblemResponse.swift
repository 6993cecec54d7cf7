import HTTPTypes
import PawlModel

/// An answer that tells one of some problems with one status.
struct ProblemResponse {
    let codes: [ProblemCode]

    /// The response object (OpenAPI 3.1 §4.8.17): the codes in its schema, and an example of each.
    var json: JSONObject {
        [
            "description": .string(codes.map { "`\($0.rawValue)`: \($0.title)." }.joined(separator: "\n\n")),
            "headers": OpenAPIComponents.headers(headers, isCounted: true),
            "content": [
                MediaType.problem: ["schema": .object(schema), "examples": .object(examples)]
            ],
        ]
    }

    private var status: Int64 { Int64(codes.first?.status.code ?? 500) }

    private var schema: JSONObject {
        [
            "allOf": [
                ["$ref": "#/components/schemas/Problem"],
                [
                    "properties": [
                        "status": ["const": .int(status)],
                        "code": ["enum": .array(codes.map { .string($0.rawValue) })],
                    ]
                ],
            ]
        ]
    }

    private var examples: JSONObject {
        Dictionary(
            uniqueKeysWithValues: codes.map { code in
                let violations =
                    code == .invalid
                    ? [Problem.Violation("/name", "is required")]
                    : code == .malformedQuery ? [Problem.Violation("?page_size", "must be from 1 to 500")] : []
                var json = Problem(code, code.title + ".", violations: violations).json
                json["status"] = .int(status)
                return (code.rawValue, ["value": .object(json)])
            })
    }

    /// What `ProblemMiddleware` adds to an answer of this status.
    private var headers: [String] {
        switch status {
        case 401: ["WWW-Authenticate"]
        case 416: ["Content-Range"]
        case 429, 503, 507: ["Retry-After"]
        default: []
        }
    }
}
