import PawlModel
import Synchronization

/// Counts who reads content, and shares the memory for it among them.
final class Readers: Sendable {
    private let count = Mutex(0)

    /// Counted until the last one lets it go.
    final class Seat: Sendable {
        private let readers: Readers

        fileprivate init(_ readers: Readers) {
            self.readers = readers
        }

        deinit { readers.count.withLock { $0 -= 1 } }
    }

    func enter() -> Seat {
        count.withLock { $0 += 1 }
        return Seat(self)
    }

    /// How much one of them reads at once, in bytes, when each has three reads in memory.
    var runSize: Int {
        let share = Limits.readSpaceMax / (3 * max(1, count.withLock { $0 }))
        return min(max(share, Limits.readRunSizeMin), Limits.readRunSize)
    }
}
