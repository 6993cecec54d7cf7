import Dispatch
import Foundation

/// What SIGINT and SIGTERM do while a command works.
final class Interruption {
    private let sources: [any DispatchSourceSignal]

    /// Of a transfer: it says that all is kept, and ends at once with 75.
    ///
    /// Nothing needs to be put away: what has arrived is durable on the server, or proven in the partial file.
    convenience init(_ bar: ProgressBar) {
        self.init {
            bar.finish()
            Failure.interrupted.tell()
            // No destructors and exit handlers: other threads are in the middle of things.
            _exit(Failure.tryAgain)
        }
    }

    /// Watches for as long as the object lives.
    init(_ act: @escaping @Sendable () -> Void) {
        sources = [SIGINT, SIGTERM].map { number in
            // The default action would end the process before the source is asked.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler(handler: act)
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }
}
