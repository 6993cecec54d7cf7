import Dispatch
import Foundation
import GRDB
import Metadata
import Synchronization

/// The thread that runs every transaction, in groups that share a commit.
///
/// While one group commits, the next gathers in `queue`: under load the price of an fsync is shared by all who wait,
/// and without load nobody waits for company. The thread is its own, not one of a pool, because it blocks on the disk
/// for most of its life; no task stands behind it, so no cancellation reaches it.
final class WriterThread: Sendable {
    /// Members of one commit, at most: the first of them waits for the work of all others.
    static let membersMax = 256

    private struct Queue {
        var waiting: [any QueuedWrite] = []
        var isStopped = false
        /// Set by the thread when the file is closed.
        var isClosed = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let queue = Mutex(Queue())
    private let tally = WriteTally()
    /// One signal for each time that `waiting` stops being empty, and one for the stop.
    private let arrivals = DispatchSemaphore(value: 0)

    init(pool: DatabasePool) {
        // The thread holds this object until it has stopped; `SQLiteDatabase` stops it when it goes itself.
        let thread = Thread { self.work(on: pool) }
        thread.name = "pawl-writer"
        thread.stackSize = 4 << 20
        thread.start()
    }

    var counts: WriteCounts { tally.counts }

    var waitingCount: Int { queue.withLock { $0.waiting.count } }

    func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            if !enqueue(PendingWrite(body, continuation)) {
                continuation.resume(throwing: SQLError(.unavailable, "the database is closed"))
            }
        }
    }

    /// Refuses new writes. The thread ends once those that wait are answered.
    func stop() {
        queue.withLock { $0.isStopped = true }
        arrivals.signal()
    }

    /// Stops, and returns when the thread has closed the file.
    func close() async {
        stop()
        await withCheckedContinuation { continuation in
            let isClosed = queue.withLock { queue in
                if !queue.isClosed { queue.closers.append(continuation) }
                return queue.isClosed
            }
            if isClosed { continuation.resume() }
        }
    }

    private func enqueue(_ write: any QueuedWrite) -> Bool {
        let (isAccepted, isFirst) = queue.withLock { queue in
            if queue.isStopped { return (false, false) }
            queue.waiting.append(write)
            return (true, queue.waiting.count == 1)
        }
        if isFirst { arrivals.signal() }
        return isAccepted
    }

    private func work(on pool: DatabasePool) {
        let statements = KeptStatements()
        while true {
            let (group, isStopped) = take()
            if !group.isEmpty {
                commit(group, on: pool, statements)
            } else if isStopped {
                break
            } else {
                arrivals.wait()
            }
        }
        pool.writeWithoutTransaction { _ in statements.removeAll() }
        // Nobody can be told of a failure here, and nothing is lost by it: the log is read at the next start.
        try? pool.close()
        let closers = queue.withLock { queue in
            queue.isClosed = true
            return queue.closers
        }
        for closer in closers { closer.resume() }
    }

    /// The next group, in the order of arrival, and whether no other will come after the queue is empty.
    private func take() -> (group: [any QueuedWrite], isStopped: Bool) {
        queue.withLock { queue in
            let group = Array(queue.waiting.prefix(Self.membersMax))
            queue.waiting.removeFirst(group.count)
            return (group, queue.isStopped)
        }
    }

    private func commit(_ group: [any QueuedWrite], on pool: DatabasePool, _ statements: KeptStatements) {
        pool.writeWithoutTransaction { WriteGroup(database: $0, statements: statements, tally: tally).run(group) }
    }
}
