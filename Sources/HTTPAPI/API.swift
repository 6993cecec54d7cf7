package import Blocks
package import Catalog
import HTTPTypes
package import Hummingbird
import LiveOps
package import Logging
package import Metadata
package import PawlModel
package import Transfers
package import Upkeep

/// The HTTP surface: what it needs of the rooms below, and the router made of all its endpoints.
package struct API: Sendable {
    package let writePath: WritePath
    package let reader: ResourceReader
    package let authentication: Authentication
    package let uploads: Uploads
    let exports: GameExport
    package let downloads: Downloads
    package let versions: Versions
    let changesets: Changesets
    let v0: V0Catalog
    let usage: UsageCounts
    package let events: EventFeed
    package let eventStreams: EventStreams
    let standings: Standings
    package let doctor: Doctor
    package let collector: Collector
    package let scrub: Scrub
    package let blocks: BlockStore
    package let swaggerUI: SwaggerUI
    /// Whether clients of resumable uploads get interim answers (104): some proxies break on them.
    let sendsInterimResponses: Bool
    /// The text of `/metrics`.
    package let metricsText: @Sendable () -> String
    package let logger: Logger
    private let limits: RateLimits
    private let origins: [String]
    let receptions = Receptions()
    let openAPI = OpenAPIFile { !$0.isV0 }
    let v0OpenAPI = OpenAPIFile { $0.isV0 }

    package init(
        writePath: WritePath, authentication: Authentication, uploads: Uploads, exports: GameExport,
        downloads: Downloads,
        versions: Versions, changesets: Changesets, v0: V0Catalog, usage: UsageCounts, events: EventFeed,
        doctor: Doctor, scrub: Scrub,
        collector: Collector, blocks: BlockStore,
        swaggerUI: SwaggerUI, quota: RequestQuota,
        origins: [String], sendsInterimResponses: Bool, metricsText: @escaping @Sendable () -> String, logger: Logger
    ) {
        self.writePath = writePath
        reader = ResourceReader(database: writePath.database, registry: writePath.registry)
        self.authentication = authentication
        self.uploads = uploads
        self.exports = exports
        self.downloads = downloads
        self.versions = versions
        self.changesets = changesets
        self.v0 = v0
        self.usage = usage
        self.events = events
        eventStreams = EventStreams(feed: events)
        standings = Standings(writePath: writePath)
        self.doctor = doctor
        self.collector = collector
        self.scrub = scrub
        self.blocks = blocks
        self.swaggerUI = swaggerUI
        limits = RateLimits(quota)
        self.origins = origins
        self.sendsInterimResponses = sendsInterimResponses
        self.metricsText = metricsText
        self.logger = logger
    }

    /// Every endpoint, each declared once.
    package var endpoints: [Endpoint] {
        healthEndpoints + resourceEndpoints + changesetEndpoints + uploadEndpoints + resumableEndpoints + tusEndpoints
            + blockDoorEndpoints
            + versionEndpoints
            + contentEndpoints + downloadEndpoints + entryEndpoints + planEndpoints + metalinkEndpoints + signEndpoints
            + scoreEndpoints + gameCopyEndpoints
            + eventEndpoints + maintenanceEndpoints + tokenKeyEndpoints + usageEndpoints + v0Endpoints + docsEndpoints
    }

    package func router() -> Router<APIContext> {
        let endpoints = endpoints
        _ = (openAPI.file(endpoints, schemas: writePath.registry.schemas), v0OpenAPI.file(endpoints, schemas: []))
        let router = Router(context: APIContext.self)
        router.add(middleware: RequestObserver(logger: logger))
        router.add(middleware: CrossOrigin(origins: origins))
        let limits = uploads.limits
        router.add(middleware: ProblemMiddleware(methods: PathMethods(endpoints), limits: limits))
        for endpoint in endpoints { register(endpoint, on: router) }
        for (path, methods) in PathMethods(endpoints).byPath {
            router.on(Endpoint.routerPath(path), method: .options) { request, _ in
                var headers = UploadPath.capabilities(request.head, limits)
                headers[.allow] = methods.allow
                return Response(status: .noContent, headers: headers)
            }
        }
        return router
    }

    /// Registers one endpoint. GET answers HEAD too.
    private func register(_ endpoint: Endpoint, on router: Router<APIContext>) {
        let version = endpoint.isV0 ? "v0" : "v1"
        let route: @Sendable (Request, APIContext) async throws -> Response = { request, context in
            let caller = try await admit(request, context, to: endpoint)
            usage.note(caller, version: version)
            try endpoint.access.check(caller)
            try endpoint.operation.checkHeaders(of: request)
            let query = QueryParameters(request.uri.query ?? "")
            if endpoint.access.isStrict { try endpoint.operation.check(query) }
            var response = try await endpoint.handle(
                APIRequest(request: request, context: context, caller: caller, queryParameters: query))
            // What says nothing else is asked for anew each time, and by its ETag where it has one.
            if endpoint.method == .get, !response.headers.contains(.cacheControl) {
                response.headers[.cacheControl] = "private, no-cache"
            }
            return response
        }
        router.on(Endpoint.routerPath(endpoint.path), method: endpoint.method, use: route)
        if endpoint.method == .get {
            router.on(Endpoint.routerPath(endpoint.path), method: .head) { request, context in
                try await route(request, context).withoutBody()
            }
        }
    }

    /// The caller, unless it has used up its quota. Guesses at keys are counted too, by address.
    private func admit(_ request: Request, _ context: APIContext, to endpoint: Endpoint) async throws -> Caller {
        let address = context.channel.remoteAddress?.ipAddress ?? ""
        if endpoint.access == .anyone {
            // Whether the daemon lives is asked by whoever keeps it alive.
            guard ![Routes.health, Routes.readiness].contains(endpoint.path) else { return .anonymous }
            context.rate.standing = limits.take(.address(address))
            try context.rate.standing?.check()
            return .anonymous
        }
        do {
            let caller = try await caller(of: request, for: endpoint)
            context.rate.standing = limits.take(RateLimits.Subject(caller, address: address))
            try context.rate.standing?.check()
            return caller
        } catch let problem as Problem where [.unauthenticated, .badSignature, .urlExpired].contains(problem.code) {
            context.rate.standing = limits.take(.address(address))
            try context.rate.standing?.check()
            throw problem
        }
    }

    private func caller(of request: Request, for endpoint: Endpoint) async throws -> Caller {
        if case .publicOrSigned = endpoint.access, let proof = try SignedRequest(request) {
            try await authentication.signedURLs.prove(proof.target, signature: proof.signature)
            return .signedURL
        }
        guard request.headers.contains(.authorization) else {
            switch endpoint.access {
            case .publicOr, .publicOrSigned: return .anonymous
            default: throw Problem.keyNeeded
            }
        }
        guard let text = request.headers.bearerToken else { throw Problem.keyNeeded }
        return try await authentication.caller(bearer: text)
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
