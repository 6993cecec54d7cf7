import Logging
import PawlModel
import ServiceLifecycle
import Transfers

/// Proves the digests of versions that came without one, one after the other, beside everything else.
struct Proving: Service {
    let prover: Prover
    /// Between two looks for new versions.
    let interval: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var last: ResourceID?
            while !Task.isCancelled {
                do {
                    while let version = try await prover.prove(after: last) { last = version }
                } catch {
                    // A full disk, for one, passes: the next round does what this one could not.
                    if !Task.isCancelled {
                        logger.error("proof failed", metadata: ["error": "\(String(reflecting: error))"])
                    }
                }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
