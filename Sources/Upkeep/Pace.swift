/// Lets so many bytes through in a second.
actor Pace {
    /// 0 for any number.
    private let rate: Int64
    private let clock = ContinuousClock()
    private var next: ContinuousClock.Instant

    init(rate: Int64) {
        self.rate = rate
        next = clock.now
    }

    func spend(_ bytes: Int) async throws {
        guard rate > 0 else { return }
        let now = clock.now
        next = max(next, now) + .seconds(Double(bytes) / Double(rate))
        // Sleeping costs more than it brings for the time of a record or two.
        guard next - now > .milliseconds(20) else { return }
        try await clock.sleep(until: next)
    }
}
