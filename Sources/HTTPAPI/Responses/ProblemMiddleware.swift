import HTTPTypes
import Hummingbird
import Logging
import PawlModel

/// Turns whatever a handler throws into `application/problem+json` (RFC 9457).
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let methods: PathMethods

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = problem(error, request)
            if problem.code.status.kind == .serverError {
                context.logger.error(
                    "request failed",
                    metadata: [
                        "problem.code": "\(problem.code.rawValue)", "error": "\(String(reflecting: error))",
                    ])
            }
            let response = Self.response(to: problem)
            return request.method == .head ? response.withoutBody() : response
        }
    }

    /// A path that there is, under a method that it does not take, is no `not_found`.
    private func problem(_ error: any Error, _ request: Request) -> Problem {
        guard let error = error as? HTTPError, error.status == .notFound,
            let allow = methods.allow(at: request.uri.path)
        else { return Problem(error) }
        return Problem(
            .methodNotAllowed, "\(request.method.rawValue) is not one of \(allow).",
            members: ["allow": .string(allow)])
    }

    private static func response(to problem: Problem) -> Response {
        let status = problem.code.status
        var json = problem.json
        json["status"] = .int(Int64(status.code))
        var response = Response(status: status, json: .object(json))
        response.headers[.contentType] = MediaType.problem
        response.headers[.cacheControl] = "no-store"
        switch problem.code {
        case .unauthenticated: response.headers[.wwwAuthenticate] = "Bearer realm=\"pawl\""
        case .unavailable, .readOnly, .insufficientStorage, .tooManyRequests: response.headers[.retryAfter] = "2"
        case .methodNotAllowed: response.headers[.allow] = problem.members["allow"]?.string
        case .rangeNotSatisfiable:
            response.headers[.contentRange] = problem.members["size"]?.int.map { "bytes */\($0)" }
        default: break
        }
        return response
    }
}

extension Response {
    /// A JSON body with its media type.
    init(status: HTTPResponse.Status, json: JSONValue) {
        self.init(
            status: status, headers: [.contentType: MediaType.json],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.data)))
    }
}
