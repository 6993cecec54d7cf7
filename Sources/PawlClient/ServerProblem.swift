public import PawlModel

/// The server's refusal: the problem document, and the HTTP status it came with.
public struct ServerProblem: Error, Hashable, Sendable {
    public var status: Int
    public var problem: Problem
    /// The server's wish, in seconds, from `Retry-After`.
    public var retryAfter: Int?

    public init(status: Int, problem: Problem, retryAfter: Int? = nil) {
        self.status = status
        self.problem = problem
        self.retryAfter = retryAfter
    }

    public var code: ProblemCode { problem.code }

    /// Whether the same request may well succeed later; a full disk among it, which only a person can help.
    public var isTemporary: Bool { mayPassSoon || status == 507 }

    /// Whether it is worth asking again by itself: the server starts, stops, or is busy, or a proxy lost it.
    var mayPassSoon: Bool { [408, 429, 502, 503, 504].contains(status) }

    /// Whether the upload that was named is no more, so that a new one has to be begun.
    var saysUploadIsGone: Bool {
        code == .uploadGone || (status == 410 || status == 404) && code == .notFound
    }
}

extension ServerProblem: CustomStringConvertible {
    public var description: String { "\(problem) (\(problem.code.rawValue), status \(status))" }
}
