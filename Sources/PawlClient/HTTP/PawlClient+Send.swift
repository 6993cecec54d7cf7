internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import PawlModel

extension PawlClient {
    /// Sends a request until it is answered, or `patience` runs out; throws what the last try threw.
    func send(_ request: Request, bodySizeMax: Int = Limits.answerSizeMax) async throws -> Answer {
        var outage = Outage(patience)
        while true {
            do {
                return try await attempt(request, bodySizeMax: bodySizeMax)
            } catch {
                try await outage.pause(after: error)
            }
        }
    }

    /// Sends a request once.
    func attempt(_ request: Request, bodySizeMax: Int = Limits.answerSizeMax) async throws -> Answer {
        try await stream(request) { head, body in
            do {
                return Answer(
                    status: Int(head.status.code), headers: head.headers,
                    body: try await body.collect(upTo: bodySizeMax))
            } catch is NIOTooManyBytesError {
                throw ClientError(
                    .badAnswer, "The server's answer to \(request.path) is longer than \(bodySizeMax) bytes.",
                    advice: "Bring `pawl` to the server's version.")
            }
        }
    }

    /// Sends a request once and gives the answer's body to `read` as it arrives. Refusals throw before.
    func stream<Result: Sendable>(
        _ request: Request, _ read: (HTTPClientResponse, HTTPClientResponse.Body) async throws -> Result
    ) async throws -> Result {
        var outgoing = HTTPClientRequest(url: server.url(request.path, query: request.query))
        outgoing.method = request.method
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        if let key = configuration.key { outgoing.headers.add(name: "Authorization", value: "Bearer \(key)") }
        if let body = request.body { outgoing.body = .bytes(body) }
        do {
            // No deadline for the whole: a slow line may need hours for a range. Silence is what times out.
            let answer = try await http.execute(outgoing, deadline: .distantFuture)
            guard (200..<300).contains(answer.status.code) else { throw await problem(in: answer) }
            return try await read(answer, answer.body)
        } catch {
            throw connectionError(error)
        }
    }

    /// The refusal that an answer carries; one that is no problem document gets its words from the status.
    private func problem(in answer: HTTPClientResponse) async -> ServerProblem {
        let status = Int(answer.status.code)
        let retryAfter = answer.headers.first(name: "Retry-After").flatMap { Int($0) }
        let body = try? await answer.body.collect(upTo: Limits.jsonBodySizeMax)
        if let body, let json = try? JSONValue(parsing: body.readableBytesView).object, json["code"] != nil {
            var problem = Problem(json: json)
            if problem.code == .unauthenticated, configuration.key == nil {
                problem.detail = "\(server.text) wants a key, and none was given."
            }
            return ServerProblem(status: status, problem: problem, retryAfter: retryAfter)
        }
        let problem = Problem(
            .internalError, "\(server.text) answered \(answer.status), and not as a Pawl server does.")
        return ServerProblem(status: status, problem: problem, retryAfter: retryAfter)
    }
}
