import Glibc
import NIOCore
import NIOPosix

/// A client's connection to the relay and the relay's own to the daemon. Everything happens on their one event loop.
final class RelayConnection: @unchecked Sendable {
    private let client: any Channel
    private var server: (any Channel)?
    private let traffic: RelayTraffic
    /// What came in each direction and was held.
    private var held: [ByteRelay.Direction: ByteBuffer] = [:]

    private init(_ client: any Channel, _ traffic: RelayTraffic) {
        self.client = client
        self.traffic = traffic
    }

    /// Connects to the daemon, and only then reads from the client.
    static func begin(_ client: any Channel, _ traffic: RelayTraffic) throws {
        let connection = RelayConnection(client, traffic)
        traffic.began(connection)
        try client.pipeline.syncOperations.addHandler(RelayEnd(connection, .toServer))
        client.closeFuture.whenComplete { _ in connection.clientClosed() }
        ClientBootstrap(group: client.eventLoop)
            .channelInitializer { server in
                server.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(RelayEnd(connection, .toClient))
                }
            }
            .connect(host: "127.0.0.1", port: traffic.port)
            .whenComplete { result in
                switch result {
                case .success(let server): connection.connected(server)
                // No daemon is there: the client is to see that at once.
                case .failure: connection.reset()
                }
            }
    }

    private func connected(_ server: any Channel) {
        guard client.isActive else {
            server.close(promise: nil)
            return
        }
        self.server = server
        server.closeFuture.whenComplete { [self] _ in later { Self.closeGently(self.client) } }
        client.setOption(.autoRead, value: true).whenComplete { [client] _ in client.read() }
    }

    private func clientClosed() {
        if let server { later { Self.closeGently(server) } }
        traffic.ended(self)
    }

    /// Closes once everything that was passed on is written.
    private static func closeGently(_ channel: any Channel) {
        channel.writeAndFlush(ByteBuffer()).whenComplete { _ in channel.close(promise: nil) }
    }

    fileprivate func came(_ bytes: ByteBuffer, _ direction: ByteRelay.Direction) {
        later { self.arrived(bytes, direction) }
    }

    /// Does something once what came before has gone the length of the line.
    private func later(_ action: @escaping @Sendable () -> Void) {
        guard traffic.delay > .zero else { return action() }
        client.eventLoop.scheduleTask(in: traffic.delay, action)
    }

    private func arrived(_ bytes: ByteBuffer, _ direction: ByteRelay.Direction) {
        if traffic.came(bytes.readableBytes, direction), held[direction] == nil {
            target(of: direction)?.writeAndFlush(bytes, promise: nil)
        } else {
            var bytes = bytes
            held[direction, default: ByteBuffer()].writeBuffer(&bytes)
        }
    }

    /// Passes on what is held and need not be any more.
    func release() {
        client.eventLoop.execute { [self] in
            for (direction, bytes) in held where !traffic.isHeld(direction) {
                held[direction] = nil
                target(of: direction)?.writeAndFlush(bytes, promise: nil)
            }
        }
    }

    /// Ends both connections with a reset.
    func reset() {
        for channel in [client, server].compactMap(\.self) {
            // Every TCP channel of NIO is one; without a linger of zero the end would be a FIN.
            guard let socket = channel as? any SocketOptionProvider else { continue }
            socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
        }
    }

    private func target(of direction: ByteRelay.Direction) -> (any Channel)? {
        direction == .toServer ? server : client
    }
}

/// Takes what comes from one side.
private final class RelayEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: RelayConnection
    private let direction: ByteRelay.Direction

    init(_ connection: RelayConnection, _ direction: ByteRelay.Direction) {
        self.connection = connection
        self.direction = direction
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.came(unwrapInboundIn(data), direction)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
