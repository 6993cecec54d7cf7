import PawlModel

/// How much a client may send on one HTTP/2 stream before it hears from the server again (RFC 9113 §5.2).
///
/// A fixed window caps a long line at one window a round trip, and a large one lets everybody fill memory. This one
/// begins small, and doubles while what comes is read, as TCP's own does.
struct StreamWindow {
    /// What the client may have on its way at once.
    private(set) var size = Limits.streamWindowMin
    /// What it may still send, by our reckoning.
    private var open = Limits.streamWindowMin
    private var received = 0

    /// What the window had beyond its first size.
    var grown: Int { size - Limits.streamWindowMin }

    /// Bytes were read; returns what to give the client for more, or 0.
    ///
    /// - Parameter grow: Asked for room when the window may double.
    mutating func read(_ count: Int, grow: (Int) -> Bool) -> Int {
        open -= count
        received += count
        guard open * 4 <= size * 3 else { return 0 }
        // Up to the first size is read ahead for everybody: more than that says that somebody wants it.
        let step = min(size, Limits.streamWindowMax - size)
        if received > Limits.streamWindowMin, step > 0, grow(step) { size += step }
        let credit = size - open
        open = size
        return credit
    }
}
