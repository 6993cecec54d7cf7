import HTTPTypes
import Hummingbird
import NIOCore

/// Lets pages of other sites call the API from a browser (CORS), when whoever runs the daemon has named those sites.
struct CrossOrigin: RouterMiddleware {
    typealias Context = APIContext

    private let origins: Set<String>
    private let headers: CORSMiddleware<APIContext>

    /// - Parameter origins: Such as `https://console.example.com`; `*` for all, and none for none.
    init(origins: [String]) {
        self.origins = Set(origins)
        headers = CORSMiddleware(
            allowOrigin: origins.contains("*") ? .all : .originBased,
            allowHeaders: [
                .accept, .authorization, .contentType, .ifMatch, .ifNoneMatch, .ifRange, .range, .idempotencyKey,
                .requestID, .lastEventID,
            ],
            allowMethods: [.get, .head, .post, .put, .patch, .delete, .options],
            exposedHeaders: [
                "ETag", "Location", "Link", "Allow", "Content-Range", "Retry-After", "RateLimit", "RateLimit-Policy",
                "X-Request-Id",
            ],
            maxAge: .minutes(10))
    }

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin], origins.contains("*") || origins.contains(origin) else {
            return try await next(request, context)
        }
        return try await headers.handle(request, context: context, next: next)
    }
}
