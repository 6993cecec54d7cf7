import Dispatch
import Foundation
import GRDB
import Glibc
import Metadata
import Synchronization

/// The threads that run reads, each with a connection of its own that sees one snapshot at a time.
///
/// A read of a resource takes SQLite some microseconds. So a thread holds its connection for good, instead of asking a
/// pool for one each time, and it is only woken when there is none awake that could take the read.
final class ReaderThreads: Sendable {
    private typealias Read = @Sendable (SQLiteConnection) -> Void

    private struct Queue {
        var waiting: [Read] = []
        /// Threads that wait for a signal, and for which none was given yet.
        var idleCount = 0
        /// Threads whose connection is open.
        var openCount: Int
        var isStopped = false
        var closers: [CheckedContinuation<Void, Never>] = []

        mutating func take() -> Read? { waiting.isEmpty ? nil : waiting.removeFirst() }
    }

    private let queue: Mutex<Queue>
    private let arrivals = DispatchSemaphore(value: 0)

    /// - Parameter connections: Read-only ones; the threads close them when they stop.
    init(_ connections: [DatabaseQueue]) {
        queue = Mutex(Queue(openCount: connections.count))
        for (index, connection) in connections.enumerated() {
            // The thread holds this object until it has stopped; `SQLiteDatabase` stops it when it goes itself.
            let thread = Thread { self.work(on: connection) }
            thread.name = "pawl-reader-\(index)"
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isAccepted = enqueue { connection in
                continuation.resume(with: Result { try connection.snapshot(body) })
            }
            if !isAccepted { continuation.resume(throwing: SQLError(.unavailable, "the database is closed")) }
        }
    }

    /// Refuses new reads. The threads end once those that wait are answered.
    func stop() {
        let idleCount = queue.withLock { queue in
            queue.isStopped = true
            defer { queue.idleCount = 0 }
            return queue.idleCount
        }
        for _ in 0..<idleCount { arrivals.signal() }
    }

    /// Stops, and returns when the threads have closed their connections.
    func close() async {
        stop()
        await withCheckedContinuation { continuation in
            let isClosed = queue.withLock { queue in
                if queue.openCount > 0 { queue.closers.append(continuation) }
                return queue.openCount == 0
            }
            if isClosed { continuation.resume() }
        }
    }

    private func enqueue(_ read: @escaping Read) -> Bool {
        let (isAccepted, wakesOne) = queue.withLock { queue in
            if queue.isStopped { return (false, false) }
            queue.waiting.append(read)
            guard queue.idleCount > 0 else { return (true, false) }
            queue.idleCount -= 1
            return (true, true)
        }
        if wakesOne { arrivals.signal() }
        return isAccepted
    }

    private func work(on connection: DatabaseQueue) {
        // GRDB's own queue is entered once, for the life of the thread.
        connection.inDatabase { database in
            let connection = SQLiteConnection(database: database, statements: KeptStatements())
            while let read = next() { read(connection) }
        }
        // Nobody can be told of a failure here, and nothing is lost by it.
        try? connection.close()
        let closers = queue.withLock { queue in
            queue.openCount -= 1
            return queue.openCount == 0 ? queue.closers : []
        }
        for closer in closers { closer.resume() }
    }

    /// The next read, in the order of arrival, waiting for one when there is none; nil after the last one.
    private func next() -> Read? {
        while true {
            if let read = queue.withLock({ $0.take() }) { return read }
            // On a busy machine the reads that come next are being made by the threads that now get their turn; to
            // fall asleep, and be woken by one of them at once, costs more than the read.
            sched_yield()
            let (read, isStopped) = queue.withLock { queue in
                let read = queue.take()
                if read == nil, !queue.isStopped { queue.idleCount += 1 }
                return (read, queue.isStopped)
            }
            if let read { return read }
            if isStopped { return nil }
            arrivals.wait()
        }
    }
}

extension SQLiteConnection {
    /// Runs `body` in a transaction that only reads.
    func snapshot<Value>(_ body: (any SQLConnection) throws -> Value) throws -> Value {
        try control("BEGIN DEFERRED")
        do {
            let value = try body(self)
            try control("COMMIT")
            return value
        } catch {
            // Where SQLite undid the transaction itself there is nothing left to end.
            if database.isInsideTransaction { try? control("ROLLBACK") }
            throw error
        }
    }
}
