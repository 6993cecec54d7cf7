import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Why the body of a request will never be whole.
enum BodyError: Error {
    /// The connection, or the HTTP/2 stream, ended before the body.
    case truncated
    /// It brought less than `LineRules.bodyBytesMin` while it was waited for.
    case tooSlow
    /// It breaks the rules of HTTP/1.1, such as those of chunks.
    case malformed
}

/// Ends a body that stops or dribbles, and sees that a body which is cut off is no shorter one.
///
/// Its clock runs only while the server waits for bytes: whoever is held back, by a full disk or by a queue, is not
/// blamed. It works the same on an HTTP/1 connection and on a stream of HTTP/2.
final class BodyWatch: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    private let rules: LineRules
    private var isInBody = false
    /// The client waits for `100 Continue`, so there is nothing to wait for.
    private var isHeldBack = false
    /// Since when a byte is waited for.
    private var waitingSince: NIODeadline?
    /// What came, and how long it was waited for, since the last look that found enough.
    private var bytes = 0
    private var waited = TimeAmount.zero
    private var clock: RepeatedTask?

    init(_ rules: LineRules) {
        self.rules = rules
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(let buffer):
            stopWaiting()
            isHeldBack = false
            bytes += buffer.readableBytes
        case .end: end()
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if isInBody, waitingSince == nil { waitingSince = .now() }
        context.read()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isHeldBack, case .head(let head) = unwrapOutboundIn(data), head.status == .continue {
            isHeldBack = false
            waitingSince = .now()
        }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { fail(.truncated, context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.truncated, context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end()
        context.fireErrorCaught(error)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    private func begin(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        isInBody = true
        isHeldBack = head.headerFields[.expect]?.lowercased() == "100-continue"
        (bytes, waited, waitingSince) = (0, .zero, .now())
        let bound = NIOLoopBound((watch: self, context: context), eventLoop: context.eventLoop)
        clock = context.eventLoop.scheduleRepeatedTask(initialDelay: rules.tick, delay: rules.tick) { _ in
            bound.value.watch.look(bound.value.context)
        }
    }

    private func end() {
        isInBody = false
        waitingSince = nil
        clock?.cancel()
        clock = nil
    }

    private func stopWaiting() {
        guard let waitingSince else { return }
        waited = waited + (.now() - waitingSince)
        self.waitingSince = nil
    }

    private func look(_ context: ChannelHandlerContext) {
        guard isInBody, !isHeldBack else { return }
        let silence = waitingSince.map { .now() - $0 } ?? .zero
        guard silence < rules.idleTimeout else { return fail(.tooSlow, context) }
        guard waited + silence >= rules.idleTimeout else { return }
        guard bytes >= rules.bodyBytesMin else { return fail(.tooSlow, context) }
        // The silence goes on being counted; the time that was paid for is not counted twice.
        (bytes, waited) = (0, .zero - silence)
    }

    private func fail(_ error: BodyError, _ context: ChannelHandlerContext) {
        guard isInBody else { return }
        end()
        context.triggerUserOutboundEvent(LineEvent.bodyFailed, promise: nil)
        context.fireErrorCaught(error)
    }
}
