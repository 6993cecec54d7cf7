package import Metadata
package import PawlModel

/// The scrub that goes on by itself: one pass after the other, at its rate, each begun an interval after the one before.
///
/// Its place is a row, so that a restart goes on with the segment at which the stop came.
package struct ScrubPass: Sendable {
    private let scrub: Scrub
    private let database: any SQLDatabase
    private let ambient: Ambient
    /// Bytes a second.
    private let rate: Int64
    /// Seconds from the begin of one pass to the next.
    private let interval: Int64

    package init(scrub: Scrub, database: any SQLDatabase, ambient: Ambient, rate: Int64, interval: Int64) {
        self.scrub = scrub
        self.database = database
        self.ambient = ambient
        self.rate = rate
        self.interval = interval
    }

    /// Reads the next segment of this pass, or begins the next one. Nil when that is not due yet.
    package func step() async throws -> ScrubReport? {
        let now = ambient.now()
        let kept = try await database.read { try ScrubRows($0).state() }
        var state = kept ?? ScrubState(place: ScrubPlace.start.kind.rawValue, segment: 0, startedAt: now)
        if state.finishedAt != nil {
            guard now >= state.startedAt.advanced(bySeconds: interval) else { return nil }
            state = ScrubState(place: ScrubPlace.start.kind.rawValue, segment: 0, startedAt: now)
        }
        let place = ScrubPlace(kind: .init(rawValue: state.place) ?? .blocks, last: state.segment)
        var report = ScrubReport()
        let pace = Pace(rate: rate)
        let next = try await scrub.step(from: place, into: &report) { try await pace.spend($0) }
        state.bytes += report.bytes
        state.findings += Int64(report.findings.count)
        state.place = (next ?? place).kind.rawValue
        state.segment = (next ?? place).last
        if next == nil { state.finishedAt = ambient.now() }
        report.next = next?.description
        let reached = state
        try await database.transaction { try ScrubRows($0).set(reached) }
        return report
    }
}
