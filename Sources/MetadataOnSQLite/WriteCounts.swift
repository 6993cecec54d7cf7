import Synchronization

/// What the writer has done since the database was opened. All are counts that only grow.
package struct WriteCounts: Hashable, Sendable {
    /// Transactions of SQLite that were committed, each with one fsync of the log.
    package var commits = 0
    /// Bodies that were answered, with a value or with an error.
    package var members = 0
    /// Shared transactions that died, whose members then ran alone.
    package var deaths = 0
    /// Bodies that ran alone for that reason, most of them for the second time.
    package var reruns = 0
}

/// The counts of one writer. What an answered task did is always counted already.
final class WriteTally: Sendable {
    private let state = Mutex(WriteCounts())

    var counts: WriteCounts { state.withLock { $0 } }

    func note(_ change: (inout WriteCounts) -> Void) { state.withLock { change(&$0) } }
}
