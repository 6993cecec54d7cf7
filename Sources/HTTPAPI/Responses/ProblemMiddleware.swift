import HTTPTypes
import Hummingbird
import Logging
import PawlModel
import UploadDialects

/// Turns whatever a handler throws into `application/problem+json` (RFC 9457).
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let methods: PathMethods
    /// What clients of the upload protocols are told of, when a content is too large.
    let limits: UploadLimits

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
            let response = response(to: problem, of: request)
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

    private func response(to problem: Problem, of request: Request) -> Response {
        var head = HTTPResponse(
            status: problem.code.status, headerFields: [.contentType: MediaType.problem, .cacheControl: "no-store"])
        switch problem.code {
        case .unauthenticated: head.headerFields[.wwwAuthenticate] = "Bearer realm=\"pawl\""
        case .unavailable, .readOnly, .insufficientStorage, .tooManyRequests: head.headerFields[.retryAfter] = "2"
        case .methodNotAllowed: head.headerFields[.allow] = problem.members["allow"]?.string
        case .rangeNotSatisfiable:
            head.headerFields[.contentRange] = problem.members["size"]?.int.map { "bytes */\($0)" }
        default: break
        }
        head = UploadPath.head(of: problem, to: request.head, over: head, limits)
        var json = problem.json
        json["status"] = .int(Int64(head.status.code))
        return Response(
            status: head.status, headers: head.headerFields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSONValue.object(json).data)))
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
