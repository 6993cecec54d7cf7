package import Blocks
package import Metadata
package import PawlModel

/// Takes away what nobody needs, while everything else goes on:
/// 1. retention lets versions go, which can then be taken back for a while,
/// 2. of versions whose time is over the references are given back, and their pages removed,
/// 3. blocks that nobody holds are condemned, and those that were condemned an epoch ago are deleted,
/// 4. segments of which nothing is needed go, and of those of which little is needed the rest is copied first,
/// 5. a journal that mostly tells of what has gone or changed since is told anew.
///
/// Every transaction is bounded, so that no writer waits long, and each step may be broken off at any moment: the next
/// collection goes on. One collection runs at a time.
package struct Collector: Sendable {
    let store: BlockStore
    let writePath: WritePath
    let journal: SegmentJournal
    let rules: CollectionRules
    /// Gives back what uploads hold that have ended.
    private let sweep: @Sendable () async throws -> Void
    /// Why nothing may be taken away just now; nil when everything may.
    private let obstacle: @Sendable () async throws -> String?
    /// Told of what each collection did.
    private let observe: @Sendable (CollectionReport) -> Void
    private let turns = CollectionTurns()
    /// When a collection that has begun should end, done or not.
    private var end: ContinuousClock.Instant?

    package init(
        store: BlockStore, writePath: WritePath, journal: SegmentJournal, rules: CollectionRules,
        sweep: @escaping @Sendable () async throws -> Void = {},
        obstacle: @escaping @Sendable () async throws -> String? = { nil },
        observe: @escaping @Sendable (CollectionReport) -> Void
    ) {
        self.store = store
        self.writePath = writePath
        self.journal = journal
        self.rules = rules
        self.sweep = sweep
        self.obstacle = obstacle
        self.observe = observe
    }

    var database: any SQLDatabase { writePath.database }
    var ambient: Ambient { writePath.ambient }

    /// Collects now, for about so long behind the look at what retention holds; waits for a collection that runs already.
    /// Throws when the disk cannot be believed.
    ///
    /// The report says whether all is done: if not, the next call goes on.
    package func collect(for duration: Duration = .seconds(Limits.collectionSlice)) async throws -> CollectionReport {
        await turns.enter()
        do {
            let report = try await collectInTurn(for: duration)
            await turns.leave()
            return report
        } catch {
            await turns.leave()
            throw error
        }
    }

    private func collectInTurn(for duration: Duration) async throws -> CollectionReport {
        if let reason = store.readOnlyReason { throw BlockStoreError(.readOnly, reason) }
        var report = CollectionReport()
        defer { observe(report) }
        if let reason = try await obstacle() {
            report.note(reason)
            return report
        }
        do {
            try await sweep()
            try await applyRetention(into: &report)
            var timed = self
            timed.end = .now + duration
            try await timed.collectVersions(into: &report)
            try await timed.collectBlocks(into: &report)
            try await timed.collectSegments(into: &report)
            report.bytesFreed += try await journal.compact()
            try await tellWaiting(in: &report)
        } catch is TimeIsOver {
            report.isComplete = false
        }
        // Where copies could not be followed by removals, the disk has less room for now.
        report.bytesFreed = max(0, report.bytesFreed)
        return report
    }

    /// What is to go, and waits for its time.
    func tellWaiting(in report: inout CollectionReport) async throws {
        let time = ambient.now().advanced(bySeconds: -rules.undeleteWindow)
        (report.versionsRestorable, report.blocksWaiting) = try await database.read { sql in
            (try DeletedVersions(sql).restorableCount(deletedAfter: time), try BlockIndex(sql).condemnedCount())
        }
    }

    var isTimeOver: Bool { end.map { $0 <= .now } ?? false }

    /// Asked whenever something went, and only then, so that a short time does a little too: throws when the caller is gone,
    /// or the time is over.
    func goOn() throws {
        try Task.checkCancellation()
        if isTimeOver { throw TimeIsOver() }
    }

    private struct TimeIsOver: Error {}

    // MARK: Blocks

    private func collectBlocks(into report: inout CollectionReport) async throws {
        var count: Int
        repeat {
            let now = ambient.now()
            count = try await database.transaction { try BlockIndex($0).condemn(at: now) }
            report.blocksCondemned += Int64(count)
            if count > 0 { try goOn() }
        } while count == Limits.bookkeepingBatch
        let time = ambient.now().advanced(bySeconds: -rules.epoch)
        repeat {
            count = try await database.transaction { try BlockIndex($0).removeCondemned(until: time) }
            report.blocksDeleted += Int64(count)
            if count > 0 { try goOn() }
        } while count == Limits.bookkeepingBatch
    }
}

/// Lets one collection run at a time.
private actor CollectionTurns {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        // The turn goes on to the next one, and is never free in between.
        guard !waiting.isEmpty else {
            isTaken = false
            return
        }
        waiting.removeFirst().resume()
    }
}
