import HTTPTypes
import Hummingbird
import Logging
import PawlModel

/// Gives each request an id, and tells the log and the metrics how it went. Neither sees a secret: no header and no
/// query is written, and the path only as the route's pattern.
struct RequestObserver: RouterMiddleware {
    typealias Context = APIContext

    let logger: Logger
    private let meters = RequestMeters()

    init(logger: Logger) {
        self.logger = logger
    }

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let id = Self.id(of: request) ?? "req_" + String(UInt64.random(in: .min ... .max), radix: 36)
        var context = context
        context.logger[metadataKey: "request.id"] = "\(id)"
        var response = try await next(request, context)
        response.headers[.requestID] = id
        context.rate.standing?.write(to: &response.headers)

        let route = context.endpointPath ?? "none"
        let elapsed = start.duration(to: .now)
        meters.record(
            elapsed,
            of: RequestMeters.Kind(
                method: Self.label(request.method), route: route, status: Int(response.status.code)))
        context.logger.log(
            level: response.status.kind == .serverError ? .warning : .debug, "request answered",
            metadata: [
                "http.method": "\(request.method.rawValue)", "http.route": "\(route)",
                "http.status": "\(response.status.code)", "seconds": "\(elapsed / .seconds(1))",
            ])
        return response
    }

    /// A method for metrics: whoever invents one must not make a series that is kept for good.
    private static func label(_ method: HTTPRequest.Method) -> String {
        let known: [HTTPRequest.Method] = [.get, .head, .put, .post, .patch, .delete, .options]
        return known.contains(method) ? method.rawValue : "other"
    }

    /// The caller's own id for the request, when it is short and harmless.
    private static func id(of request: Request) -> String? {
        guard let id = request.headers[.requestID], (1...64).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return id
    }
}

extension HTTPField.Name {
    static let requestID = Self("X-Request-Id")!
    static let intact = Self(HeaderName.intact)!
    static let link = Self("Link")!
    static let idempotencyKey = Self("Idempotency-Key")!
}
