import PawlModel
import Synchronization

/// What the windows of all HTTP/2 streams may have above their first size.
///
/// A window is a promise to take that many bytes, so all windows together are the most that clients can make the daemon
/// hold.
final class WindowBudget: Sendable {
    private let left = Mutex(Limits.streamWindowsMax)

    /// Takes all of `count`, or nothing when it is not there.
    func take(_ count: Int) -> Bool {
        left.withLock { left in
            guard left >= count else { return false }
            left -= count
            return true
        }
    }

    func giveBack(_ count: Int) {
        left.withLock { $0 += count }
    }
}
