import NIOCore
import NIOHTTP1
import PawlModel

/// Requests and answers on one HTTP/1 connection, and when it has to end (RFC 9112 §9.3).
///
/// Requests come in order and are answered in order, but a client may send the next ones before (pipelining). So what is
/// wrong with a request is told after the answers to those before it.
struct HTTP1Exchange {
    /// A request that is not answered yet.
    private struct Open {
        /// HTTP/1.0: no interim answers, no chunks.
        var isOld: Bool
        /// The connection ends behind the answer.
        var isLast: Bool
        var isAnswerBegun = false
    }

    private var open: CircularBuffer<Open> = []
    /// Whether the body of the request that came last is still coming.
    private(set) var isReading = false
    /// What of it is to come; nil when only its end will say.
    private var bodyLeft: Int?
    /// Whether its sender waits to be told to go on.
    private var isHeldBack = false
    /// What is wrong with what came behind the open requests.
    private var refusal: Problem?
    /// Nothing that comes is looked at any more.
    private(set) var isDeaf = false
    /// What came could not be read.
    private var isBroken = false
    /// The daemon stops: the next answer is the last one.
    private var isStopping = false

    /// Whether the next byte begins a head, and nothing else is going on.
    var isIdle: Bool { open.isEmpty && !isReading && !isDeaf }
    /// Whether the client may still be sending what nobody reads.
    var mayBringMore: Bool { isReading || isBroken }
    /// Whether some of an answer is out and the rest is not.
    var isAnswering: Bool { open.first?.isAnswerBegun == true }

    // MARK: What comes in

    /// Returns what is wrong with a head, if anything.
    mutating func request(_ head: HTTPRequestHead) -> Problem? {
        if let problem = Self.problem(with: head) { return problem }
        let isUpgrade = head.headers.contains(name: "upgrade") || head.method == .CONNECT
        let isOld = head.version.minor == 0
        open.append(Open(isOld: isOld, isLast: isOld || isUpgrade || !head.isKeepAlive))
        isReading = true
        bodyLeft =
            head.headers.contains(name: "transfer-encoding")
            ? nil : head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
        isHeldBack = head.headers.first(name: "expect")?.lowercased() == "100-continue"
        return nil
    }

    mutating func body(_ count: Int) {
        bodyLeft = bodyLeft.map { $0 - count }
        isHeldBack = false
    }

    mutating func requestEnd() {
        isReading = false
        if open.last?.isLast == true { isDeaf = true }
    }

    enum Breakage {
        /// To be told now.
        case answer
        /// To be told once the requests before are answered.
        case wait
        /// In a body: whoever reads it is told, and answers.
        case inBody
        /// In what is left of a body that was answered: there is nobody to be told.
        case end
    }

    /// What came cannot be read any further.
    mutating func broke(_ problem: Problem) -> Breakage {
        isDeaf = true
        isBroken = true
        if isReading {
            endAfterAnswer()
            return open.isEmpty ? .end : .inBody
        }
        if open.isEmpty { return .answer }
        refusal = problem
        return .wait
    }

    /// The answer to the request that came last is the last one.
    mutating func endAfterAnswer() {
        guard !open.isEmpty else { return }
        open[open.index(before: open.endIndex)].isLast = true
    }

    /// Nothing more is wanted.
    mutating func end() { isDeaf = true }

    mutating func stop() { isStopping = true }

    // MARK: What goes out

    /// Whether an interim answer (1xx) may go out; HTTP/1.0 has none (RFC 9110 §15.2).
    mutating func mayInterim(_ status: HTTPResponseStatus) -> Bool {
        guard open.first?.isOld == false, !isAnswering else { return false }
        if status == .continue { isHeldBack = false }
        return true
    }

    /// Gives the head of a final answer its version, and says when it is the last one.
    mutating func answer(_ head: inout HTTPResponseHead) {
        guard var request = open.first else { return }
        request.isAnswerBegun = true
        if isStopping || isRefused { request.isLast = true }
        if request.isLast { head.headers.replaceOrAdd(name: "connection", value: "close") }
        if request.isOld { head.version = .http1_0 }
        open[open.startIndex] = request
    }

    /// An answer before the end of its request, with more to come than is worth reading.
    private var isRefused: Bool {
        guard isReading, open.count == 1 else { return false }
        return isHeldBack || bodyLeft.map { $0 > Limits.refusedBodyMax } ?? true
    }

    enum AnswerEnd {
        /// The connection goes on.
        case next
        case close
        case refuse(Problem)
    }

    mutating func answerEnd() -> AnswerEnd {
        guard let answered = open.popFirst() else { return .close }
        if answered.isLast || isStopping && open.isEmpty { return .close }
        guard open.isEmpty, let refusal else { return .next }
        return .refuse(refusal)
    }

    // MARK: Rules

    /// What RFC 9112 has servers refuse, beyond what the parser does: two readings of a length are how requests are
    /// smuggled past a proxy (§6.1, §6.3), and a host must be named once (§3.2).
    private static func problem(with head: HTTPRequestHead) -> Problem? {
        let codings = head.headers[canonicalForm: "transfer-encoding"]
        let hosts = head.headers["host"].count
        // The parser lets nothing pass but 1.x.
        let isOld = head.version.minor == 0
        if !codings.isEmpty, head.headers.contains(name: "content-length") {
            return Problem(.malformedRequest, "Send Content-Length or Transfer-Encoding, not both.")
        }
        if !codings.isEmpty, isOld || codings.map({ $0.lowercased() }) != ["chunked"] {
            return Problem(.malformedRequest, "The only transfer coding is chunked, from HTTP/1.1 on.")
        }
        if hosts > 1 || hosts == 0 && !isOld {
            return Problem(.malformedRequest, "Name the host once.")
        }
        return nil
    }
}
