package import HTTPTypes
package import Hummingbird
package import Metadata
package import PawlModel

/// One method of one path. The router, the `Allow` header and the access check are made from the list of these.
package struct Endpoint: Sendable {
    package var method: HTTPRequest.Method
    /// The path, with `{name}` for a segment that varies.
    package var path: String
    package var access: Access
    package var handle: @Sendable (APIRequest) async throws -> Response

    /// Who may call. Beyond this, each use case asks for the scope that it needs.
    package enum Access: Sendable {
        case anyone
        case key
        /// Reading what may be marked public: without a key the use case decides.
        case keyUnlessPublic
    }

    package init(
        _ method: HTTPRequest.Method, _ path: String, access: Access = .key,
        _ handle: @escaping @Sendable (APIRequest) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.handle = handle
    }
}

/// A request with who makes it.
package struct APIRequest: Sendable {
    package var request: Request
    package var context: APIContext
    package var caller: Caller

    /// The segment of the path that stands for `{id}`, as an id of the right kind; else `not_found`.
    package func id(_ prefix: String) throws -> ResourceID {
        let text = context.parameters.get("id") ?? ""
        guard let id = ResourceID(text, kind: prefix) else {
            throw Problem(.notFound, "'\(text)' is not an id that begins with \(prefix)_.")
        }
        return id
    }

    package func query(_ name: String) -> String? {
        request.uri.queryParameters[Substring(name)].map(String.init)
    }

    /// Whether `?validate_only=true` was given.
    package func isValidateOnly() throws -> Bool {
        switch query("validate_only") {
        case nil, "false": return false
        case "true": return true
        default:
            throw Problem(
                .malformedQuery, "validate_only is true or false.",
                violations: [.init("?validate_only", "must be true or false")])
        }
    }
}
