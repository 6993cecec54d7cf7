import Logging
import PawlModel
import ServiceLifecycle
import Transfers

/// Looks for uploads that have ended or expired, again and again.
struct UploadSweeper: Service {
    let expiry: UploadExpiry
    let interval: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    let count = try await expiry.sweep()
                    if count > 0 { logger.info("uploads expired", metadata: ["uploads": "\(count)"]) }
                } catch {
                    // A full disk, for one, passes: the next round does what this one could not.
                    logger.error("sweep failed", metadata: ["error": "\(String(reflecting: error))"])
                }
                try? await Task.sleep(for: interval)
            }
        }
    }
}
