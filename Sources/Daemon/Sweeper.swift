import Blocks
import CMalloc
import Catalog
import Logging
import Metadata
import PawlModel
import ServiceLifecycle
import Transfers

/// Clears away what time has ended, again and again: uploads that nobody touches, old idempotency records and
/// events, and secrets that were rotated away.
struct Sweeper: Service {
    let journal: SegmentJournal
    let expiry: UploadExpiry
    let writePath: WritePath
    let events: EventFeed
    let authentication: Authentication
    let usage: UsageCounts
    let interval: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await sweep()
                } catch {
                    // A full disk, for one, passes: the next round does what this one could not.
                    logger.error("sweep failed", metadata: ["error": "\(String(reflecting: error))"])
                }
                try? await Task.sleep(for: interval)
            }
        }
        // What was counted since the last round; nothing depends on it.
        try? await usage.flush()
    }

    private func sweep() async throws {
        let count = try await expiry.sweep()
        if count > 0 { logger.info("uploads expired", metadata: ["uploads": "\(count)"]) }
        while try await writePath.forgetOldAnswers() {}
        while try await events.forgetOld() {}
        try await authentication.forgetOld()
        try await usage.flush()
        // What a full disk has kept from being told, and what nobody waited for.
        await journal.catchUp()
        // What a crowd of transfers has freed would else be kept for the next one.
        _ = malloc_trim(0)
    }
}
