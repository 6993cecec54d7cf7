import NIOCore
import NIOExtras
import NIOHTTP1
import PawlModel

/// One HTTP/1 connection between the parser and the handlers: its rules, its refusals and its end.
///
/// A connection whose client may still send does not end by being closed: the answer that was just written would be lost
/// (RFC 9112 §9.6). The sending half ends, what comes is dropped, and it is closed once the client has ended too.
final class HTTP1Session: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let watch: LineWatch
    private var exchange = HTTP1Exchange()
    private var isInputClosed = false
    /// Whether the last answer is out or on its way.
    private var isEnding = false
    /// Since when nothing more is sent; nil before.
    private var ended: NIODeadline?
    private var lastRead = NIODeadline.now()
    /// When the newest answer is out as a whole.
    private var lastWritten: EventLoopFuture<Void>?
    private var lingering: Scheduled<Void>?

    init(_ watch: LineWatch) {
        self.watch = watch
    }

    func handlerAdded(context: ChannelHandlerContext) { watch.headIsDue() }

    func handlerRemoved(context: ChannelHandlerContext) { lingering?.cancel() }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastRead = .now()
        guard !exchange.isDeaf else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            watch.headCame()
            if let problem = exchange.request(head) { return broke(problem, context) }
        case .body(let buffer): exchange.body(buffer.readableBytes)
        case .end:
            exchange.requestEnd()
            if exchange.isIdle { watch.headIsDue() }
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // Nobody downstream asks for more any more.
        if ended != nil { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let error as HTTPParserError:
            broke(Problem(error, isFirstLineTooLong: watch.isFirstLineTooLong), context)
        case is ByteToMessageDecoderError: break
        default: context.fireErrorCaught(error)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case LineEvent.idle: context.close(promise: nil)
        case LineEvent.headTooSlow:
            broke(Problem(.headTooSlow, "The head was not whole in time."), context)
        case is ChannelShouldQuiesceEvent:
            exchange.stop()
            if exchange.isIdle, !watch.hasPartOfHead { context.close(promise: nil) }
        case ChannelEvent.inputClosed:
            isInputClosed = true
            if ended != nil { return context.close(promise: nil) }
            context.fireUserInboundEventTriggered(event)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// What came cannot be read any further.
    private func broke(_ problem: Problem, _ context: ChannelHandlerContext) {
        guard !exchange.isDeaf else { return }
        switch exchange.broke(problem) {
        case .answer: refuse(problem, context)
        case .inBody: context.fireErrorCaught(BodyError.malformed)
        case .end: end(context)
        case .wait: break
        }
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head) where head.status.code < 200:
            guard exchange.mayInterim(head.status) else { return promise?.succeed() ?? () }
            context.write(data, promise: promise)
        case .head(var head):
            exchange.answer(&head)
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            let written = promise ?? context.eventLoop.makePromise()
            lastWritten = written.futureResult
            context.write(data, promise: written)
            answered(written.futureResult, context)
        }
    }

    private func answered(_ written: EventLoopFuture<Void>, _ context: ChannelHandlerContext) {
        switch exchange.answerEnd() {
        case .next: if exchange.isIdle { watch.headIsDue() }
        case .close: end(context, after: written)
        case .refuse(let problem): refuse(problem, context)
        }
    }

    /// Answers what no handler sees, and ends the connection.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        let (head, body) = problem.refusal()
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        end(context, after: written.futureResult)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        if case LineEvent.bodyFailed = event { exchange.endAfterAnswer() }
        context.triggerUserOutboundEvent(event, promise: promise)
    }

    // MARK: The end

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .output:
            if !isEnding { end(context, after: lastWritten ?? context.eventLoop.makeSucceededVoidFuture()) }
            promise?.succeed()
        case .all where isEnding:
            if let promise { context.channel.closeFuture.cascade(to: promise) }
        case .all where exchange.isReading && !exchange.isAnswering:
            end(context)
            if let promise { context.channel.closeFuture.cascade(to: promise) }
        default: context.close(mode: mode, promise: promise)
        }
    }

    /// Ends the sending half once `written` is done.
    private func end(_ context: ChannelHandlerContext, after written: EventLoopFuture<Void>) {
        exchange.end()
        isEnding = true
        context.flush()
        let bound = NIOLoopBound((session: self, context: context), eventLoop: context.eventLoop)
        written.whenComplete { _ in bound.value.session.end(bound.value.context) }
    }

    private func end(_ context: ChannelHandlerContext) {
        guard ended == nil else { return }
        exchange.end()
        isEnding = true
        ended = .now()
        lastRead = .now()
        if isInputClosed || !exchange.mayBringMore { return context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
        // Those who wait for the next request have seen the last one.
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        context.read()
        linger(context)
    }

    /// Closes when the client has sent nothing for some seconds, or goes on sending for too long.
    private func linger(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((session: self, context: context), eventLoop: context.eventLoop)
        lingering = context.eventLoop.scheduleTask(in: .seconds(1)) {
            let (session, context) = bound.value
            let now = NIODeadline.now()
            let isOver =
                now - session.lastRead >= .seconds(Limits.lingerSilence)
                || now - (session.ended ?? now) >= .seconds(Limits.lingerTime)
            if isOver { context.close(promise: nil) } else { session.linger(context) }
        }
    }
}
