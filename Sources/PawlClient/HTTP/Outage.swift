internal import PawlModel
internal import Synchronization

/// How long a transfer waits for a server that is away, shared by everything it does at once.
///
/// Whoever gets bytes across says `progressed()`: the others then wait on, for the server is there.
final class Patience: Sendable {
    let limit: Duration
    private let lastProgress: Mutex<ContinuousClock.Instant?>
    /// Told why it waits, each time it does.
    let onWait: @Sendable (String) -> Void

    init(limit: Duration, onWait: @escaping @Sendable (String) -> Void = { _ in }) {
        self.limit = limit
        self.onWait = onWait
        lastProgress = Mutex(nil)
    }

    func progressed(at now: ContinuousClock.Instant = .now) {
        lastProgress.withLock { $0 = now }
    }

    /// The later of `began` and the last progress anywhere.
    func quietSince(_ began: ContinuousClock.Instant) -> ContinuousClock.Instant {
        lastProgress.withLock { $0.map { max($0, began) } ?? began }
    }
}

/// The failures in a row of one operation: it says how long to wait, and when to give up.
///
/// The waits double from 100 ms to 3 s, each shortened at random by up to a half, so that clients that lost the same
/// server do not come back all at once. A `Retry-After` lengthens a wait, up to 15 s.
package struct Outage {
    private let patience: Patience
    private var began: ContinuousClock.Instant?
    private var failureCount = 0

    init(_ patience: Patience) {
        self.patience = patience
    }

    /// Something came across: the next failure is the first one again.
    mutating func end() {
        began = nil
        failureCount = 0
    }

    /// Waits before the next try. Rethrows `error` when trying again is no use, or no more.
    mutating func pause(after error: any Error) async throws {
        guard let trouble = Trouble(error), !Task.isCancelled else { throw error }
        let now = ContinuousClock.now
        let start = began ?? now
        began = start
        failureCount += 1
        let delay = Self.delay(
            failureCount: failureCount, retryAfter: trouble.retryAfter, jitter: Double.random(in: 0.5...1))
        guard patience.quietSince(start).duration(to: now) + delay < patience.limit else { throw error }
        patience.onWait(trouble.reason)
        try await Task.sleep(for: delay)
    }

    /// How long to wait after so many failures, counted from 1. `jitter` is 0.5 to 1.
    package static func delay(failureCount: Int, retryAfter: Duration?, jitter: Double) -> Duration {
        let doubled = Duration.milliseconds(100) * (1 << min(failureCount - 1, 5))
        let delay = min(doubled, .seconds(3)) * jitter
        return max(delay, min(retryAfter ?? .zero, .seconds(15)))
    }
}

/// An error that may pass by itself.
private struct Trouble {
    var reason: String
    var retryAfter: Duration?

    init?(_ error: any Error) {
        if let error = error as? ClientError, error.isConnectionTrouble {
            reason = error.message
        } else if let error = error as? ServerProblem, error.mayPassSoon {
            reason = error.problem.detail
            retryAfter = error.retryAfter.map { .seconds($0) }
        } else {
            return nil
        }
    }
}
