import Foundation
package import NIOCore
import NIOPosix
import Synchronization

/// A line between client and daemon: counts every byte, can be long, can be held, and can be cut.
///
/// It takes what comes as fast as it comes, so that what a client has sent is counted whether or not the daemon reads
/// it. All connections live on one event loop, where nothing happens at the same time as something else.
package final class ByteRelay: Sendable {
    package enum Direction: Sendable, Hashable, CaseIterable {
        case toServer
        case toClient
    }

    /// Where clients connect, such as `http://127.0.0.1:41234`.
    package let address: String
    private let listener: any Channel
    private let traffic: RelayTraffic

    private init(listener: any Channel, traffic: RelayTraffic) {
        self.listener = listener
        self.traffic = traffic
        address = "http://127.0.0.1:\(listener.localAddress?.port ?? 0)"
    }

    /// Listens on a free port and passes on to `port`.
    ///
    /// - Parameter delay: How long each byte is under way, whichever direction it goes.
    package static func start(to port: Int, delay: TimeAmount = .zero) async throws -> ByteRelay {
        let traffic = RelayTraffic(port: port, delay: delay)
        let listener = try await ServerBootstrap(group: relayLoop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in
                client.eventLoop.makeCompletedFuture { try RelayConnection.begin(client, traffic) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return ByteRelay(listener: listener, traffic: traffic)
    }

    /// Passes new connections on to another port, such as that of a daemon that was started again.
    package func point(to port: Int) { traffic.point(to: port) }

    /// Bytes that came from one side so far, held ones among them.
    package func count(_ direction: Direction) -> Int64 { traffic.count(direction) }

    /// Returns as soon as so many bytes came from one side, or at once when they did already. False when cancelled.
    @discardableResult
    package func reached(_ count: Int64, _ direction: Direction) async -> Bool {
        await traffic.reached(count, direction)
    }

    /// Passes nothing on in one direction once `count` bytes came in it, until `release`.
    package func hold(_ direction: Direction, after count: Int64) { traffic.hold(direction, after: count) }

    /// Passes on what was held, and what comes.
    package func release(_ direction: Direction) { traffic.release(direction) }

    /// Breaks all connections as a pulled cable with a reset does; new ones are taken.
    package func cut() async throws {
        try await relayLoop.submit { self.traffic.cut() }.get()
    }

    /// Ends all connections and listens no more.
    package func stop() async throws {
        try? await listener.close()
        try await cut()
    }
}

/// One loop for all relays: it has nothing to do but to pass bytes on.
private let relayLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()

/// Runs a relay to a daemon for as long as `body` does.
package func withRelay<Result>(
    to port: Int, delay: TimeAmount = .zero, isolation: isolated (any Actor)? = #isolation,
    _ body: (ByteRelay) async throws -> Result
) async throws -> Result {
    let relay = try await ByteRelay.start(to: port, delay: delay)
    do {
        let result = try await body(relay)
        try await relay.stop()
        return result
    } catch {
        try? await relay.stop()
        throw error
    }
}
