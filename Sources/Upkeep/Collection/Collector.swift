package import Blocks
package import Metadata
package import PawlModel

/// Takes away what nobody needs, while everything else goes on:
/// 1. retention lets versions go, which can then be taken back for a while,
/// 2. of versions whose time is over the references are given back, and their pages removed,
/// 3. blocks that nobody holds are condemned, and those that were condemned an epoch ago are deleted,
/// 4. segments of which nothing is needed go, and of those of which little is needed the rest is copied first.
///
/// Every transaction is bounded, so that no writer waits long, and each step may be broken off at any moment: the next
/// collection goes on. One collection runs at a time.
package struct Collector: Sendable {
    let store: BlockStore
    let writePath: WritePath
    let rules: CollectionRules
    /// Told of what each collection did.
    private let observe: @Sendable (CollectionReport) -> Void
    private let turns = CollectionTurns()

    package init(
        store: BlockStore, writePath: WritePath, rules: CollectionRules,
        observe: @escaping @Sendable (CollectionReport) -> Void
    ) {
        self.store = store
        self.writePath = writePath
        self.rules = rules
        self.observe = observe
    }

    var database: any SQLDatabase { writePath.database }
    var ambient: Ambient { writePath.ambient }

    /// Collects now; waits for a collection that runs already. Throws when the disk cannot be believed.
    package func collect() async throws -> CollectionReport {
        await turns.enter()
        do {
            let report = try await collectInTurn()
            await turns.leave()
            return report
        } catch {
            await turns.leave()
            throw error
        }
    }

    private func collectInTurn() async throws -> CollectionReport {
        if let reason = store.readOnlyReason { throw BlockStoreError(.readOnly, reason) }
        var report = CollectionReport()
        defer { observe(report) }
        try await applyRetention(into: &report)
        try await collectVersions(into: &report)
        try await collectBlocks(into: &report)
        try await collectSegments(into: &report)
        // Where copies could not be followed by removals, the disk has less room for now.
        report.bytesFreed = max(0, report.bytesFreed)
        return report
    }

    // MARK: Blocks

    private func collectBlocks(into report: inout CollectionReport) async throws {
        var count: Int
        repeat {
            try Task.checkCancellation()
            let now = ambient.now()
            count = try await database.transaction { try BlockIndex($0).condemn(at: now) }
            report.blocksCondemned += Int64(count)
        } while count == Limits.bookkeepingBatch
        let time = ambient.now().advanced(bySeconds: -rules.epoch)
        repeat {
            try Task.checkCancellation()
            count = try await database.transaction { try BlockIndex($0).removeCondemned(until: time) }
            report.blocksDeleted += Int64(count)
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
