import Foundation
package import HTTPTypes
package import Hummingbird
package import Metadata
package import PawlModel

/// One method of one path. The router, the `Allow` header, the access check and the documentation are made from the
/// list of these.
package struct Endpoint: Sendable {
    package var method: HTTPRequest.Method
    /// The path, with `{name}` for what varies: one segment, but `{path}` at the end for all that follow.
    package var path: String
    package var access: Access
    package var operation: Operation
    package var handle: @Sendable (APIRequest) async throws -> Response

    /// Who may call it. Which rows a caller then sees is decided by `Caller.sees`.
    package enum Access: Sendable, Hashable {
        case anyone
        /// Keys with a scope, or any key; no players.
        case keys(Scope?)
        /// Keys with a scope that are bound to no game: what is asked for is of all of them.
        case studioKeys(Scope)
        /// Keys with a scope, and players for what is theirs.
        case keysAndPlayers(Scope?)
        /// What may be marked public: anybody may ask, and the use case asks for the scope where it is not.
        case publicOr(Scope)
        /// The same, and whoever has a URL that was signed for it.
        case publicOrSigned(Scope)
    }

    package init(
        _ method: HTTPRequest.Method, _ path: String, access: Access, _ operation: Operation,
        _ handle: @escaping @Sendable (APIRequest) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.operation = operation
        self.handle = handle
    }
}

extension Endpoint {
    /// Whether it is of the first version of the API, which has a document of its own.
    var isV0: Bool { path.hasPrefix(V0.path + "/") }

    /// What stands for the rest of a path.
    static let rest = "{path}"

    /// A declared path as the router reads it.
    static func routerPath(_ path: String) -> RouterPath {
        RouterPath(path.hasSuffix(rest) ? path.dropLast(rest.count) + "**" : path)
    }
}

extension Endpoint.Access {
    /// Whether a parameter that is not known is refused. What anybody may read is also asked for by caches and pages that
    /// add some of their own.
    var isStrict: Bool {
        switch self {
        case .anyone, .publicOr, .publicOrSigned: false
        case .keys, .studioKeys, .keysAndPlayers: true
        }
    }

    /// Throws `forbidden` unless `caller` may call the endpoint. Scopes are looked at nowhere else, but for what may be
    /// public.
    func check(_ caller: Caller) throws(Problem) {
        switch self {
        case .anyone, .publicOr, .publicOrSigned: return
        case .keys(let scope):
            guard caller.player == nil else {
                throw Problem(.forbidden, "This is not for players: it needs a key.")
            }
            try caller.require(scope)
        case .studioKeys(let scope):
            try Self.keys(scope).check(caller)
            guard caller.gameID == nil else {
                throw Problem(.forbidden, "This is of all games: it needs a key that is bound to none.")
            }
        case .keysAndPlayers(let scope):
            if caller.player == nil { try caller.require(scope) }
        }
    }
}

/// A request with who makes it.
package struct APIRequest: Sendable {
    package var request: Request
    package var context: APIContext
    package var caller: Caller
    var queryParameters: QueryParameters

    /// The segment of the path that stands for `{id}`, as an id of the right kind; else `not_found`.
    package func id(_ prefix: String) throws -> ResourceID {
        let text = context.parameters.get("id") ?? ""
        guard let id = ResourceID(text, kind: prefix) else {
            throw Problem(.notFound, "'\(text)' is not an id that begins with \(prefix)_.")
        }
        return id
    }

    /// What stands for `{path}`, behind so many segments: its escapes are read, also those of a `/`. Nil when they are no
    /// UTF-8.
    package func rest(behind count: Int) -> String? {
        request.uri.path.split(separator: "/").dropFirst(count).joined(separator: "/").removingPercentEncoding
    }

    /// Whether `?validate_only=true` was given.
    package func isValidateOnly() throws -> Bool { try flag("validate_only") }

    /// A parameter that is true or false, and false unless given.
    func flag(_ name: String) throws(Problem) -> Bool {
        switch query(name) {
        case nil, "false": return false
        case "true": return true
        default: throw Problem.malformedQuery(name, "must be true or false")
        }
    }
}
