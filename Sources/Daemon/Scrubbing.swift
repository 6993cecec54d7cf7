import Logging
import PawlModel
import ServiceLifecycle
import Upkeep

/// Reads all segments again and again, beside everything else, and tells in the log what it finds.
struct Scrubbing: Service {
    let pass: ScrubPass
    /// Between two looks whether the next pass is due.
    let interval: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    while let report = try await pass.step() {
                        for finding in report.findings {
                            logger.error("scrub found damage", metadata: ["finding": "\(finding)"])
                        }
                        if report.next == nil { logger.info("scrub finished") }
                    }
                } catch {
                    // A full disk, for one, passes: the next round does what this one could not.
                    if !Task.isCancelled {
                        logger.error("scrub failed", metadata: ["error": "\(String(reflecting: error))"])
                    }
                }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
