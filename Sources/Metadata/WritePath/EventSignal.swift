import Synchronization

/// Wakes whoever follows the events, after each commit that may have written some.
///
/// A follower notes the generation, reads the rows, and when it has read them all waits for the next generation: what
/// is committed between the reading and the waiting makes the wait end at once, so no wake-up is lost and nobody polls.
package final class EventSignal: Sendable {
    private struct State {
        var generation: UInt64 = 0
        var isClosed = false
        var nextNumber: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]

        mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
            defer { waiting = [:] }
            return Array(waiting.values)
        }
    }

    private let state = Mutex(State())

    package init() {}

    /// Grows with each signal.
    package var generation: UInt64 { state.withLock { $0.generation } }

    /// Whether nobody is to follow any longer, because the daemon stops.
    package var isClosed: Bool { state.withLock { $0.isClosed } }

    /// There may be new events.
    package func signal() {
        let waiting = state.withLock { state in
            state.generation &+= 1
            return state.takeWaiting()
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Ends every wait, now and from now on.
    package func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            return state.takeWaiting()
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when the generation is another than `generation`, after `close()`, or when the task is cancelled.
    package func wait(after generation: UInt64) async {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    // A task that is cancelled from here on finds the continuation when it has the lock.
                    if state.generation != generation || state.isClosed || Task.isCancelled { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }

    /// The same, but no longer than until `deadline`.
    package func wait(after generation: UInt64, until deadline: ContinuousClock.Instant) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait(after: generation) }
            group.addTask { try? await Task.sleep(until: deadline, clock: .continuous) }
            await group.next()
            group.cancelAll()
        }
    }
}
