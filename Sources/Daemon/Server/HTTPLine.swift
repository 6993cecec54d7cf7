import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOHTTPTypesHTTP2
import NIOSSL
import PawlModel

/// How the server speaks with one client: HTTP/1.1, or over TLS whichever of HTTP/1.1 and HTTP/2 they agree on.
struct HTTPLine: HTTPChannelHandler {
    typealias Messages = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
    typealias Streams = NIOHTTP2Handler.AsyncStreamMultiplexer<Messages>

    let responder: Responder
    let rules: LineRules
    /// Nil for plain HTTP.
    let certificates: Certificates?
    private let budget = WindowBudget()

    init(responder: @escaping Responder, rules: LineRules, certificates: Certificates?) {
        self.responder = responder
        self.rules = rules
        self.certificates = certificates
    }

    /// A connection on which it may not be clear yet which protocol is spoken.
    struct Value: ServerChildChannelValue {
        let channel: any NIOCore.Channel
        fileprivate let spoken: EventLoopFuture<NIONegotiatedHTTPVersion<Messages, Streams>>
    }

    func setup(channel: any NIOCore.Channel, logger: Logger) -> EventLoopFuture<Value> {
        // Grows with what comes at once, so that only who sends much costs much.
        let space = AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: Limits.socketReadMax)
        return channel.setOption(.recvAllocator, value: space).flatMap { speak(on: channel) }
    }

    private func speak(on channel: any NIOCore.Channel) -> EventLoopFuture<Value> {
        guard let certificates else {
            return http1(on: channel).map { messages in
                Value(channel: channel, spoken: channel.eventLoop.makeSucceededFuture(.http1_1(messages)))
            }
        }
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificates.current))
        }.flatMap {
            channel.configureHTTP2AsyncSecureUpgrade(
                http1ConnectionInitializer: { http1(on: $0) }, http2ConnectionInitializer: { http2(on: $0) })
        }.map { spoken in
            closeUnlessSpoken(spoken, channel)
            return Value(channel: channel, spoken: spoken)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.spoken.get() {
            case .http1_1(let messages): await handleHTTP(asyncChannel: messages, logger: logger)
            case .http2(let streams):
                try await withThrowingDiscardingTaskGroup { group in
                    for try await messages in streams.inbound {
                        group.addTask { await handleHTTP(asyncChannel: messages, logger: logger) }
                    }
                }
            }
        } catch {
            logger.debug("connection ended", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Pipelines

    private func http1(on channel: any NIOCore.Channel) -> EventLoopFuture<Messages> {
        channel.eventLoop.makeCompletedFuture {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = Limits.headFieldSizeMax
            limits.maxHeaderListSize = Limits.headSizeMax
            limits.maxHeaderFieldCount = Limits.headFieldsMax
            let watch = LineWatch(rules)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(watch)
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
            try pipeline.addHandler(HTTP1Session(watch))
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: certificates != nil))
            try pipeline.addHandler(BodyWatch(rules))
            return try Messages(
                wrappingChannelSynchronously: channel,
                configuration: .init(
                    backPressureStrategy: .init(
                        lowWatermark: Limits.partsReadAhead / 2, highWatermark: Limits.partsReadAhead),
                    isOutboundHalfClosureEnabled: true))
        }
    }

    private func http2(on channel: any NIOCore.Channel) -> EventLoopFuture<Streams> {
        channel.eventLoop.makeCompletedFuture {
            let watch = LineWatch(rules, hasStreams: true)
            let boundWatch = NIOLoopBound(watch, eventLoop: channel.eventLoop)
            try channel.pipeline.syncOperations.addHandler(watch)
            return try channel.pipeline.syncOperations.configureAsyncHTTP2Pipeline(
                mode: .server,
                connectionManagerConfiguration: .init(
                    maxIdleTime: rules.idleTimeout, maxAge: nil, maxGraceTime: nil, keepalive: nil),
                http2HandlerConfiguration: Self.http2Configuration
            ) { stream in
                stream.eventLoop.makeCompletedFuture { try messages(on: stream, boundWatch.value) }
            }
        }
    }

    private func messages(on stream: any NIOCore.Channel, _ watch: LineWatch) throws -> Messages {
        let pipeline = stream.pipeline.syncOperations
        try pipeline.addHandler(StreamFlow(rules, budget, watch))
        try pipeline.addHandler(HTTP2FramePayloadToHTTPServerCodec())
        try pipeline.addHandler(BodyWatch(rules))
        return try Messages(wrappingChannelSynchronously: stream)
    }

    private static var http2Configuration: NIOHTTP2Handler.Configuration {
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: Limits.streamsMax),
            HTTP2Setting(parameter: .maxHeaderListSize, value: Limits.headSizeMax),
            HTTP2Setting(parameter: .initialWindowSize, value: Limits.streamWindowMin),
        ]
        configuration.connection.targetWindowSize = Limits.connectionWindow
        configuration.stream.targetWindowSize = Limits.streamWindowMin
        configuration.stream.outboundBufferSizeHighWatermark = Limits.streamOutputMax
        configuration.stream.outboundBufferSizeLowWatermark = Limits.streamOutputMax / 2
        return configuration
    }

    /// A handshake that dribbles is no better than a head that does.
    private func closeUnlessSpoken<Version>(_ spoken: EventLoopFuture<Version>, _ channel: any NIOCore.Channel) {
        let end = channel.eventLoop.scheduleTask(in: rules.headTimeout) { channel.close(promise: nil) }
        spoken.whenComplete { _ in end.cancel() }
    }
}
