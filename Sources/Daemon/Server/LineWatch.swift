import NIOCore
import NIOPosix
import PawlModel

/// Watches the bytes of one connection: a head that dribbles, a line that is idle, a reader who takes nothing.
///
/// It looks at the clock every `LineRules.tick`, so that a byte costs no timer. Everything happens on the connection's
/// event loop.
final class LineWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let rules: LineRules
    /// Whether the next bytes begin a head: told by `HTTP1Session`.
    private var isHeadDue = false
    /// When the first byte of the head came that is not whole yet.
    private var headBegan: NIODeadline?
    /// What there is of its first line, in bytes.
    private var firstLine = FirstLine()
    private var lastMove = NIODeadline.now()
    /// Open streams of HTTP/2; nil on a connection of HTTP/1.
    private var streams: Int?
    /// Since when there is no stream.
    private var emptySince = NIODeadline.now()
    private var output = OutputProgress()
    private var clock: RepeatedTask?

    init(_ rules: LineRules, hasStreams: Bool = false) {
        self.rules = rules
        streams = hasStreams ? 0 : nil
    }

    /// Whether some of a head is there.
    var hasPartOfHead: Bool { headBegan != nil }

    /// Whether it is the first line that makes a head too large.
    var isFirstLineTooLong: Bool { firstLine.count > Limits.headFieldSizeMax }

    /// From now on a head may come; what of it is there already begins now.
    func headIsDue() {
        let now = NIODeadline.now()
        isHeadDue = true
        lastMove = now
        if headBegan != nil { headBegan = now }
    }

    func headCame() {
        isHeadDue = false
        headBegan = nil
    }

    func streamBegan() { streams = (streams ?? 0) + 1 }

    func streamEnded() {
        streams = (streams ?? 1) - 1
        emptySince = .now()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((watch: self, context: context), eventLoop: context.eventLoop)
        clock = context.eventLoop.scheduleRepeatedTask(initialDelay: rules.tick, delay: rules.tick) { _ in
            bound.value.watch.look(bound.value.context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        clock?.cancel()
        clock = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        clock?.cancel()
        clock = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastMove = .now()
        if isHeadDue {
            if headBegan == nil { (headBegan, firstLine) = (lastMove, FirstLine()) }
            firstLine.take(unwrapInboundIn(data).readableBytesView)
        }
        context.fireChannelRead(data)
    }

    private func look(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        guard output.hasMoved(on: context.channel, since: now - rules.idleTimeout, now: now) else {
            return Self.reset(context)
        }
        if streams == 0 {
            // Whoever is told to go after the idle time gets as long again as for a head.
            if now - emptySince >= rules.idleTimeout + rules.headTimeout { context.close(promise: nil) }
        } else if let headBegan, isHeadDue {
            if now - headBegan >= rules.headTimeout {
                context.fireUserInboundEventTriggered(LineEvent.headTooSlow)
            }
        } else if isHeadDue, !output.isWaiting, now - lastMove >= rules.idleTimeout {
            context.fireUserInboundEventTriggered(LineEvent.idle)
        }
    }

    /// Ends the connection, and with it what the system still has for a reader who does not read.
    private static func reset(_ context: ChannelHandlerContext) {
        if let socket = context.channel as? any SocketOptionProvider {
            _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        // From here, not from the end of the pipeline: the session would wait for the reader once more.
        context.close(promise: nil)
    }
}
