import HTTPTypes
import PawlModel

extension OpenAPIComponents {
    /// The name of the one security scheme.
    static let bearer = "bearer"

    static let bearerScheme: JSONObject = [
        "type": "http", "scheme": "bearer",
        "description": "The secret of a key, or a player's token: `Authorization: Bearer …`.",
    ]

    /// Every header field of an answer that is documented.
    static var headers: JSONObject {
        var headers: JSONObject = [:]
        for header in Operation.Header.allCases {
            headers[header.rawValue] = .object(
                Self.header(header.help, header.schema, isRequired: header.isAlwaysThere))
        }
        for (name, help, schema) in otherHeaders {
            headers[name] = .object(header(help, schema, isRequired: !rate.contains(name)))
        }
        return headers
    }

    /// The references to some of them, and to what every answer has.
    ///
    /// - Parameter isCounted: Whether the request is counted, so that the answer may tell what is left of a quota.
    static func headers(_ names: [String], isCounted: Bool) -> JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: (names + [requestID] + (isCounted ? rate : [])).map {
                    ($0, ["$ref": .string("#/components/headers/\($0)")])
                }))
    }

    private static let requestID = HTTPField.Name.requestID.rawName
    private static let rate = [HTTPField.Name.rateLimit.rawName, HTTPField.Name.rateLimitPolicy.rawName]

    private static let otherHeaders: [(name: String, help: String, schema: JSONObject)] = [
        (requestID, "the request's own id, or one made for it: the log has it too", ["type": "string"]),
        ("Retry-After", "seconds to wait before trying again", ["type": "integer", "minimum": 0]),
        ("WWW-Authenticate", "how to say who asks", ["type": "string"]),
        (rate[0], "requests that are left, and seconds until none is counted any more", ["type": "string"]),
        (rate[1], "requests that are allowed, and in how many seconds", ["type": "string"]),
    ]

    private static func header(_ help: String, _ schema: JSONObject, isRequired: Bool) -> JSONObject {
        ["description": .string(help), "schema": .object(schema), "required": .bool(isRequired)]
    }
}

extension Operation.Header {
    /// The last page links to none behind it, several ranges have theirs inside the body, and what is not proven has no
    /// digest.
    fileprivate var isAlwaysThere: Bool {
        ![.link, .contentRange, .lastModified, .reprDigest, .contentDigest].contains(self)
    }

    fileprivate var schema: JSONObject {
        switch self {
        case .eTag: ["type": "string", "pattern": #"^"[^"]*"$"#]
        case .contentRange: ["type": "string", "pattern": "^bytes "]
        case .acceptRanges: ["type": "string", "const": "bytes"]
        case .intact: ["type": "string", "enum": ["?0", "?1"]]
        case .uploadOffset: ["type": "integer", "minimum": 0]
        case .tusResumable: ["type": "string", "const": "1.0.0"]
        case .location, .link, .cacheControl, .lastModified, .contentDisposition: ["type": "string"]
        case .reprDigest, .contentDigest: ["type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"]
        }
    }
}
