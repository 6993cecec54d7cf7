package import Blocks
package import Catalog
import HTTPTypes
package import Hummingbird
package import Logging
package import Metadata
package import PawlModel
package import Transfers
package import Upkeep

/// The HTTP surface: what it needs of the rooms below, and the router made of all its endpoints.
package struct API: Sendable {
    package let writePath: WritePath
    package let reader: ResourceReader
    package let keys: Keys
    package let uploads: Uploads
    package let downloads: Downloads
    package let doctor: Doctor
    package let blocks: BlockStore
    /// The text of `/metrics`.
    package let metricsText: @Sendable () -> String
    package let logger: Logger
    let receptions = Receptions()

    package init(
        writePath: WritePath, keys: Keys, uploads: Uploads, downloads: Downloads, doctor: Doctor, blocks: BlockStore,
        metricsText: @escaping @Sendable () -> String, logger: Logger
    ) {
        self.writePath = writePath
        reader = ResourceReader(database: writePath.database, registry: writePath.registry)
        self.keys = keys
        self.uploads = uploads
        self.downloads = downloads
        self.doctor = doctor
        self.blocks = blocks
        self.metricsText = metricsText
        self.logger = logger
    }

    /// Every endpoint, each declared once.
    package var endpoints: [Endpoint] {
        healthEndpoints + resourceEndpoints + uploadEndpoints + blockDoorEndpoints + versionEndpoints
            + contentEndpoints + maintenanceEndpoints
    }

    package func router() -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: RequestObserver(logger: logger))
        router.add(middleware: ProblemMiddleware())
        for (path, endpoints) in Dictionary(grouping: endpoints, by: \.path) {
            register(endpoints, at: path, on: router)
        }
        return router
    }

    /// Registers the methods of one path. GET answers HEAD too, OPTIONS tells the methods, and any other gets 405.
    private func register(_ endpoints: [Endpoint], at path: String, on router: Router<APIContext>) {
        var methods = Set(endpoints.map(\.method)).union([.options])
        if methods.contains(.get) { methods.insert(.head) }
        let allow = methods.map(\.rawValue).sorted().joined(separator: ", ")
        for endpoint in endpoints {
            let route: @Sendable (Request, APIContext) async throws -> Response = { request, context in
                try await endpoint.handle(
                    APIRequest(
                        request: request, context: context, caller: try await caller(of: request, for: endpoint)))
            }
            router.on(RouterPath(path), method: endpoint.method, use: route)
            if endpoint.method == .get, !endpoints.contains(where: { $0.method == .head }) {
                router.on(RouterPath(path), method: .head) { request, context in
                    try await route(request, context).withoutBody()
                }
            }
        }
        router.on(RouterPath(path), method: .options) { _, _ in
            Response(status: .noContent, headers: [.allow: allow])
        }
        for method in [.get, .head, .put, .post, .patch, .delete] as [HTTPRequest.Method]
        where !methods.contains(method) {
            router.on(RouterPath(path), method: method) { request, _ -> Response in
                throw Problem(
                    .methodNotAllowed, "\(request.method.rawValue) is not one of \(allow).",
                    members: ["allow": .string(allow)])
            }
        }
    }

    private func caller(of request: Request, for endpoint: Endpoint) async throws -> Caller {
        switch endpoint.access {
        case .anyone: return .anonymous
        case .keyUnlessPublic where !request.headers.contains(.authorization): return .anonymous
        case .key, .keyUnlessPublic:
            guard let secret = request.headers.bearerToken else { throw Problem.keyNeeded }
            return try await keys.caller(secret: secret)
        }
    }
}

extension Response {
    /// The same head, `Content-Length` included, for a HEAD request (RFC 9110 §9.3.2).
    func withoutBody() -> Response {
        let length = headers[.contentLength].flatMap { Int($0) }
        return Response(
            status: status, headers: headers,
            body: ResponseBody(contentLength: length) { writer in try await writer.finish(nil) })
    }
}

extension HTTPFields {
    /// The credentials of `Authorization: Bearer …` (RFC 6750 §2.1).
    var bearerToken: String? {
        guard let value = self[.authorization] else { return nil }
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
