import Dispatch
import Foundation
import Logging
import PawlModel
import Synchronization

/// Sees that the daemon ends in time when it is told to stop, and at once when it is told twice.
///
/// Whatever it then leaves undone was not acknowledged; it is the same as a crash, which loses nothing else.
final class StopSignals {
    private let sources: [any DispatchSourceSignal]

    /// - Parameter graceful: Seconds that running requests get.
    init(graceful: Int, logger: Logger) {
        let queue = DispatchQueue(label: "pawl.stop")
        let count = Count()
        sources = [SIGTERM, SIGINT].map { signal in
            let source = DispatchSource.makeSignalSource(signal: signal, queue: queue)
            source.setEventHandler {
                // Two signals may come as one event.
                if count.add(Int(source.data)) > 1 { Self.end(signal, "told twice to stop, ending at once", logger) }
                queue.asyncAfter(deadline: .now() + .seconds(graceful + Limits.shutdownGrace)) {
                    Self.end(signal, "still busy after the time to stop, ending", logger)
                }
            }
            source.resume()
            return source
        }
    }

    /// Ends watching: the daemon has stopped.
    func cancel() {
        for source in sources { source.cancel() }
    }

    /// Ends the process, with the status that a shell gives for the signal.
    private static func end(_ signal: Int32, _ reason: Logger.Message, _ logger: Logger) -> Never {
        logger.warning(reason)
        _exit(128 + signal)
    }

    private final class Count: Sendable {
        private let value = Mutex(0)

        func add(_ number: Int) -> Int {
            value.withLock { value in
                value += number
                return value
            }
        }
    }
}
