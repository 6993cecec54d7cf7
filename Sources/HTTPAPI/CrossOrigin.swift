import HTTPTypes
import Hummingbird
import NIOCore
import UploadDialects

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
                .accept, .authorization, .contentType, .ifMatch, .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince,
                .ifRange, .range, .wantContentDigest, .idempotencyKey, .requestID, .lastEventID,
            ] + Self.uploadRequestFields,
            allowMethods: [.get, .head, .post, .put, .patch, .delete, .options],
            maxAge: .minutes(10))
    }

    /// What a page's script may read of an answer, beside what every script may.
    private static let exposed = Set([
        "ETag", "Location", "Link", "Allow", "Content-Range", "Retry-After", "RateLimit", "RateLimit-Policy",
        "X-Request-Id", "Content-Disposition", "Repr-Digest", "Content-Digest",
    ])
    .union(Tus.responseFields.map(\.rawName)).union(IETF.responseFields.map(\.rawName))
    .sorted().joined(separator: ", ")

    /// What Uppy and other clients of the upload protocols send. Some names are in both.
    private static let uploadRequestFields: [HTTPField.Name] =
        Tus.requestFields + IETF.requestFields.filter { !Tus.requestFields.contains($0) }

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin], origins.contains("*") || origins.contains(origin) else {
            var response = try await next(request, context)
            // A cache must not give to an allowed site what it kept for another one (Fetch §3.2.6).
            if !origins.isEmpty, !origins.contains("*") { response.headers[.vary] = "Origin" }
            return response
        }
        var response = try await headers.handle(request, context: context, next: next)
        // Whoever asks with OPTIONS itself, and not before another method, wants the answer (Fetch §3.2.2): that of tus.
        if request.method == .options, !request.headers.contains(.accessControlRequestMethod) {
            let answer = try await next(request, context)
            for field in answer.headers { response.headers[field.name] = field.value }
        }
        // A browser looks for it with the answer itself, not with the question before (Fetch §3.2.3).
        response.headers[.accessControlExposeHeaders] = Self.exposed
        return response
    }
}
