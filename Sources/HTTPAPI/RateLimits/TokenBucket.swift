/// A quota of requests that fills again evenly: all of it can be used at once, and then as fast as it fills.
package struct TokenBucket: Sendable {
    /// Seconds in which an empty bucket is full again.
    package static let window = 60.0

    private let quota: Double
    private var level: Double
    private var time: ContinuousClock.Instant

    package init(quota: Int, at now: ContinuousClock.Instant) {
        self.quota = Double(quota)
        level = Double(quota)
        time = now
    }

    /// Takes one request out. False when there is none left.
    package mutating func take(at now: ContinuousClock.Instant) -> Bool {
        fill(until: now)
        guard level >= 1 else { return false }
        level -= 1
        return true
    }

    /// Requests that are left.
    package var remaining: Int { Int(level) }

    /// Whole seconds until all of the quota is there again.
    package var secondsUntilFull: Int { Int(((quota - level) / quota * Self.window).rounded(.up)) }

    /// Whole seconds until one more request is there.
    package var secondsUntilNext: Int { max(1, Int(((1 - level) / quota * Self.window).rounded(.up))) }

    /// Whether it says no more than a new one would.
    package func isFull(at now: ContinuousClock.Instant) -> Bool {
        level + time.duration(to: now) / .seconds(Self.window) * quota >= quota
    }

    private mutating func fill(until now: ContinuousClock.Instant) {
        level = min(quota, level + time.duration(to: now) / .seconds(Self.window) * quota)
        time = now
    }
}
