import Synchronization

/// Where a request's standing is written down for whoever makes the head of its response, be it an answer or a problem.
final class RateNote: Sendable {
    private let note = Mutex<RateStanding?>(nil)

    var standing: RateStanding? {
        get { note.withLock { $0 } }
        set { note.withLock { $0 = newValue } }
    }
}
