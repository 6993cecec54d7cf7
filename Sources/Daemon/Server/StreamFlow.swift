import NIOCore
import NIOHTTP2
import PawlModel

/// The flow of one HTTP/2 stream: a window that grows while it is read, frames that go out in small steps so that a
/// reader who takes nothing is seen, and an end for a body that nobody wants.
final class StreamFlow: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let rules: LineRules
    private let budget: WindowBudget
    private let watch: LineWatch
    private var window = StreamWindow()
    private var hasInputEnded = false
    /// The client has ended, though what it sent is not all read yet: it needs no larger window.
    private var isComplete = false
    /// Bytes of the body that came after the answer had ended; nil before.
    private var unwanted: Int?
    /// Frames that wait for the reader, and since when none went out.
    private var waiting = 0
    private var lastMove = NIODeadline.now()
    private var clock: RepeatedTask?

    init(_ rules: LineRules, _ budget: WindowBudget, _ watch: LineWatch) {
        self.rules = rules
        self.budget = budget
        self.watch = watch
    }

    func handlerAdded(context: ChannelHandlerContext) { watch.streamBegan() }

    // MARK: What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .data(let frame):
            hasInputEnded = hasInputEnded || frame.endStream
            if !frame.endStream { credit(frame.data.readableBytes + (frame.paddingBytes ?? 0), context) }
        case .headers(let frame): hasInputEnded = hasInputEnded || frame.endStream
        default: break
        }
        context.fireChannelRead(data)
    }

    private func credit(_ count: Int, _ context: ChannelHandlerContext) {
        let credit = isComplete ? 0 : window.read(count) { budget.take($0) }
        if credit > 0 {
            context.writeAndFlush(wrapOutboundOut(.windowUpdate(windowSizeIncrement: credit)), promise: nil)
        }
        unwanted = unwanted.map { $0 + count }
        resetUnwanted(context)
    }

    /// The end of a stream is known here only once all before it is read, and to the connection as soon as it has come:
    /// then it refuses a larger window, which is no error of the stream.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is NIOHTTP2Errors.BadStreamStateTransition, !hasInputEnded, !isComplete {
            isComplete = true
        } else {
            context.fireErrorCaught(error)
        }
    }

    /// A whole answer to half a request: the client is told that the rest is of no use (RFC 9113 §8.1).
    private func resetUnwanted(_ context: ChannelHandlerContext) {
        guard let unwanted, unwanted > Limits.refusedBodyMax, !hasInputEnded else { return }
        hasInputEnded = true
        context.writeAndFlush(wrapOutboundOut(.rstStream(.noError)), promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        watch.streamEnded()
        budget.giveBack(window.grown)
        clock?.cancel()
        clock = nil
    }

    // MARK: What goes out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let payload = unwrapOutboundIn(data)
        switch payload {
        case .data(let frame):
            writeInSteps(frame, context, promise)
            if frame.endStream { unwanted = 0 }
        case .headers(let frame):
            context.write(data, promise: promise)
            if frame.endStream { unwanted = 0 }
        default: context.write(data, promise: promise)
        }
    }

    private func writeInSteps(
        _ frame: HTTP2Frame.FramePayload.Data, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?
    ) {
        guard case .byteBuffer(var rest) = frame.data, rest.readableBytes > 0 else {
            return context.write(wrapOutboundOut(.data(frame)), promise: promise)
        }
        while let step = rest.readSlice(length: min(rest.readableBytes, Limits.frameSize)), step.readableBytes > 0 {
            let isLast = rest.readableBytes == 0
            let written = isLast ? promise ?? context.eventLoop.makePromise() : context.eventLoop.makePromise()
            follow(written, context)
            let part = HTTP2Frame.FramePayload.Data(data: .byteBuffer(step), endStream: isLast && frame.endStream)
            context.write(wrapOutboundOut(.data(part)), promise: written)
        }
    }

    /// Watches for a frame to go out.
    private func follow(_ written: EventLoopPromise<Void>, _ context: ChannelHandlerContext) {
        if waiting == 0 { lastMove = .now() }
        waiting += 1
        startClock(context)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            bound.value.waiting -= 1
            bound.value.lastMove = .now()
        }
    }

    private func startClock(_ context: ChannelHandlerContext) {
        guard clock == nil else { return }
        let bound = NIOLoopBound((flow: self, context: context), eventLoop: context.eventLoop)
        clock = context.eventLoop.scheduleRepeatedTask(initialDelay: rules.tick, delay: rules.tick) { _ in
            let (flow, context) = bound.value
            // While the connection itself is full, it is the connection that `LineWatch` looks at.
            guard flow.waiting > 0, context.channel.parent?.isWritable != false else { return flow.lastMove = .now() }
            if .now() - flow.lastMove >= flow.rules.idleTimeout { context.close(promise: nil) }
        }
    }
}
