import NIOCore
import PawlModel

/// How patient the server is with what happens on a connection.
struct LineRules: Sendable {
    /// A connection on which nothing moves for so long is ended.
    var idleTimeout: TimeAmount
    /// What the head of a request, or a TLS handshake, may take in all.
    var headTimeout: TimeAmount
    /// Bytes that a body must bring in `idleTimeout` while the server reads it.
    var bodyBytesMin: Int

    init(_ settings: Settings) {
        idleTimeout = .seconds(Int64(settings.idleTimeout))
        headTimeout = .seconds(Int64(settings.headTimeout))
        bodyBytesMin = settings.bodyRate * settings.idleTimeout
    }

    /// How often the clocks are looked at: what they find is late by as much at most.
    var tick: TimeAmount { .nanoseconds(min(idleTimeout, headTimeout).nanoseconds / 8) }
}

/// What the handlers of one connection tell each other.
enum LineEvent: Sendable {
    /// Nothing moved for too long, and no request is under way.
    case idle
    /// A head began, and did not end in time.
    case headTooSlow
    /// The body of the request that is being read will never be whole.
    case bodyFailed
}
