import Logging
import PawlModel
import ServiceLifecycle
import Upkeep

/// Collects what nobody needs, again and again, beside everything else.
struct Collecting: Service {
    let collector: Collector
    /// Between the end of a collection and the next one; the first one waits as long.
    let interval: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval)) != nil {
                do {
                    while try await !collector.collect().isComplete {}
                } catch {
                    // A full disk, for one, passes: the next round does what this one could not.
                    if !Task.isCancelled {
                        logger.error("collection failed", metadata: ["error": "\(String(reflecting: error))"])
                    }
                }
            }
        }
    }
}
