package import Metadata
package import PawlModel

/// One reader's way along the events: her position, and nothing else of what is still to come.
///
/// However slowly she reads, nothing is kept for her: each step reads the rows of one page when she asks for it.
package struct EventFollower: Sendable {
    private let writePath: WritePath
    private let selection: EventSelection
    /// Nil when the events behind it are no longer all kept.
    package private(set) var position: EventPosition?

    init(writePath: WritePath, selection: EventSelection, position: EventPosition?) {
        self.writePath = writePath
        self.selection = selection
        self.position = position
    }

    package enum Step: Sendable {
        /// What came next; never empty.
        case events([EventRow])
        /// Some events were missed for good; it goes on from here.
        case reset(EventPosition)
        /// Nothing for her happened in time. All up to this position was looked at.
        case quiet(EventPosition)
        /// The daemon stops, or the task was cancelled.
        case closed
    }

    /// The next step, after `patience` at the latest.
    package mutating func next(within patience: Duration) async throws -> Step {
        let deadline = ContinuousClock.now + patience
        while !writePath.signal.isClosed, !Task.isCancelled {
            // Noted before the rows are read: what is committed after that ends the wait below.
            let generation = writePath.signal.generation
            guard let from = position, let page = try await page(after: from) else { return try await reset() }
            position = page.position
            if !page.rows.isEmpty { return .events(page.rows) }
            if ContinuousClock.now >= deadline { return .quiet(page.position) }
            if page.hasMore { continue }
            await writePath.signal.wait(after: generation, until: deadline)
        }
        return .closed
    }

    private func page(after position: EventPosition) async throws -> EventRowPage? {
        let selection = selection
        return try await writePath.database.read {
            try EventRows($0).page(selection, after: position, limit: Limits.eventStreamPage)
        }
    }

    private mutating func reset() async throws -> Step {
        let selection = selection
        let newest = try await writePath.database.read { try EventRows($0).newest(selection) }
        position = newest
        return .reset(newest)
    }
}
