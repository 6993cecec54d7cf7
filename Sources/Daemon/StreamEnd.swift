import HTTPAPI
import ServiceLifecycle

/// Ends the streams of events when the daemon is to stop: the server, which stops after it, would wait for them.
struct StreamEnd: Service {
    let streams: EventStreams

    func run() async throws {
        try await gracefulShutdown()
        streams.end()
    }
}
