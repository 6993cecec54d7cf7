import Blocks
import Metadata
import PawlModel

extension Collector {
    /// Removes segments that nothing is needed of, then copies what is needed of those that hold little of it.
    func collectSegments(into report: inout CollectionReport) async throws {
        // What is removed makes room for copies.
        var sparse: [SegmentUse] = []
        try await forEachUse { use in
            if use.isEmpty {
                if let length = try await store.removeSegment(use.row.number), length > 0 {
                    report.segmentsRemoved += 1
                    report.bytesFreed += length
                    try goOn()
                }
            } else if isSparse(use) {
                sparse.append(use)
            }
        }
        let games = Dictionary(grouping: sparse, by: \.row.gameNumber)
        for game in games.keys.sorted() { try await compact(games[game] ?? [], of: game, into: &report) }
    }

    /// Every segment with what of it is needed; of those that somebody writes to only when asked for.
    func forEachUse(withLeased: Bool = false, _ body: (SegmentUse) async throws -> Void) async throws {
        var last: Int64 = -1
        while true {
            try Task.checkCancellation()
            let after = last
            let uses = try await database.read {
                try SegmentRows($0).uses(
                    after: after, limit: Limits.segmentsCountedAtOnce, withLeased: withLeased)
            }
            for use in uses { try await body(use) }
            guard uses.count == Limits.segmentsCountedAtOnce, let end = uses.last?.row.number else { return }
            last = end
        }
    }

    /// Whether the rest of a segment is worth being copied. One in which an upload's tail lies waits for the upload's end.
    func isSparse(_ use: SegmentUse) -> Bool {
        guard !use.hasTail, use.row.indexedLength > 0 else { return false }
        guard !use.row.isOpen || use.deadBytes >= Limits.compactionGainMin else { return false }
        return use.isBelow(liveShare: rules.liveShare)
    }

    private func compact(_ uses: [SegmentUse], of game: Int64, into report: inout CollectionReport) async throws {
        let pace = Pace(rate: rules.rate)
        var compaction = SegmentCompaction(store: store, game: game) { try await pace.spend($0) }
        var emptied: [Int64] = []
        do {
            for use in uses {
                if isTimeOver, !emptied.isEmpty {
                    report.isComplete = false
                    break
                }
                guard try await store.storage.freeSpace() > use.liveBytes + Limits.compactionSpare else {
                    report.note("There is no room to copy what is needed of segment \(use.row.number).")
                    continue
                }
                let number = use.row.number
                // Bytes of a block that is out of service may still be of use to somebody.
                guard try await !database.read({ try SegmentRows($0).hasDamage(number) }) else { continue }
                guard try await compaction.empty(number) else { continue }
                emptied.append(number)
            }
            try await compaction.finish()
        } catch {
            await compaction.abandon()
            try await remove(emptied, compaction.copiedBytes, into: &report)
            guard let error = error as? BlockStoreError, [.full, .unavailable, .segmentMissing].contains(error.code)
            else { throw error }
            return report.note("Copying what is needed of a segment failed: \(error.message).")
        }
        try await remove(emptied, compaction.copiedBytes, into: &report)
    }

    private func remove(_ emptied: [Int64], _ copied: Int64, into report: inout CollectionReport) async throws {
        report.bytesCopied += copied
        report.bytesFreed -= copied
        for number in emptied {
            guard let length = try await store.removeSegment(number) else { continue }
            report.segmentsCompacted += 1
            report.segmentsRemoved += 1
            report.bytesFreed += length
        }
    }
}

extension SegmentUse {
    /// Nothing is needed of it. One that is open is written to again instead.
    var isEmpty: Bool { blockCount == 0 && !hasTail && !row.isOpen }
}

extension CollectionReport {
    mutating func note(_ sentence: String) {
        if notes.count < 100 { notes.append(sentence) }
    }
}
