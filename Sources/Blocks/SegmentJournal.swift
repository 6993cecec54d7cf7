import BlockFormat
package import Metadata
import NIOCore
import PawlModel

/// Tells the rows from which a database can be rebuilt to segments of their own, beside those of the blocks.
///
/// 1. The database notes each change of such a row in the transaction that makes it (`SegmentJournalRows`).
/// 2. After the commit whoever made it waits here. All who wait at a time share one read of the rows, one write and one
///    sync.
/// 3. Up to where the journal is durable is noted in the database a moment later: a stop in between has some entries told
///    twice, which changes nothing, as the last entry of a row counts.
///
/// Where the disk is full or failed nobody is kept waiting: the rows are safe, and the entries are told when it can be
/// written again.
package actor SegmentJournal: RowJournal {
    package nonisolated let storage: any SegmentStorage
    let store: BlockStore
    private var database: any SQLDatabase { store.database }

    /// What is durable; nil before the start.
    private var mark: JournalMark?
    private var segment: OpenJournalSegment?
    private var isWriting = false
    private var isMarking = false
    private var isRewriting = false
    private var isClosed = false
    /// Whether the next entry begins a new segment, and the number of the one that began so.
    private var wantsNewSegment = false
    private var newSegment: Int64 = 0
    private var waiters: [(until: Int64, continuation: CheckedContinuation<Void, Never>)] = []
    private var idleWaiters: [CheckedContinuation<Void, Never>] = []

    package init(storage: any SegmentStorage, store: BlockStore) {
        self.storage = storage
        self.store = store
    }

    // MARK: Life

    /// Brings journal and rows together: tells what a stop kept from being told, or everything when the journal is gone.
    package func start() async throws {
        let (mark, known) = try await database.read { sql in
            (try SegmentJournalRows(sql).mark(), try SegmentJournalRows(sql).segments())
        }
        self.mark = mark
        var lost: [Int64] = []
        for (number, expected) in known.sorted(by: { $0.key < $1.key }) {
            let length = try await storage.length(of: number)
            guard length ?? 0 < expected else { continue }
            store.observe(.segmentLost(segment: number, length: length, expected: expected))
            lost.append(number)
        }
        // It is not missed any more once all that it may have told was told again.
        if !lost.isEmpty, try await !tellAll() { lost = [] }
        try await keepSegments(known: known, without: lost)
        await catchUp()
        // A stop that comes soon again would have the same told once more.
        await keepMark()
    }

    /// Remembers the segments that are there, so that the loss of any is noticed.
    private func keepSegments(known: [Int64: Int64], without lost: [Int64]) async throws {
        var found: [Int64: Int64] = [:]
        for number in try await storage.numbers() where known[number] == nil && number < mark?.segment ?? 0 {
            found[number] = try await storage.length(of: number)
        }
        let new = found
        guard !new.isEmpty || !lost.isEmpty else { return }
        try await database.transaction { sql in
            for number in lost { try SegmentJournalRows(sql).forgetSegment(number) }
            for (number, length) in new { try SegmentJournalRows(sql).keepSegment(number, length: length) }
        }
    }

    /// Tells all that was changed until now; one cheap look when that is nothing.
    package func catchUp() async {
        guard let last = try? await database.read({ try SegmentJournalRows($0).last() }) else { return }
        await tell(upTo: last)
    }

    /// Tells what is left, and takes nothing more.
    package func close() async {
        await catchUp()
        isClosed = true
        await keepMark()
        await segment?.close()
        segment = nil
    }

    /// Up to where it is durable: for who reads it as a whole.
    package var end: JournalMark {
        get async throws {
            if let mark { return mark }
            return try await database.read { try SegmentJournalRows($0).mark() }
        }
    }

    // MARK: Telling

    package func tell(upTo sequence: Int64) async {
        guard let mark, sequence > mark.sequence, !isClosed, store.readOnlyReason == nil else { return }
        await withCheckedContinuation { continuation in
            waiters.append((sequence, continuation))
            guard !isWriting else { return }
            isWriting = true
            Task { await write() }
        }
    }

    private func write() async {
        do {
            while let last = waiters.map(\.until).max(), let mark, last > mark.sequence {
                wake(all: try await !writeBatch())
            }
        } catch {
            // Nothing of the segment that was not told durably is believed.
            await segment?.close()
            segment = nil
            _ = await store.failed(error, segment: nil)
            wake(all: true)
        }
        isWriting = false
        for waiter in idleWaiters { waiter.resume() }
        idleWaiters = []
        keepMarkSoon()
    }

    private func wake(all: Bool = false) {
        let sequence = all ? Int64.max : mark?.sequence ?? 0
        let woken = waiters.filter { $0.until <= sequence }
        waiters.removeAll { $0.until <= sequence }
        for waiter in woken { waiter.continuation.resume() }
    }

    /// Tells the next changes; false when there are none.
    private func writeBatch() async throws -> Bool {
        guard let mark else { return false }
        let batch = try await database.read { try JournalBatch(after: mark.sequence, $0) }
        guard batch.sequence > mark.sequence else { return false }
        let segment = try await openSegment()
        let end = try await segment.append(batch.records)
        self.mark = JournalMark(sequence: batch.sequence, segment: segment.number, length: end)
        if end >= Limits.journalSegmentSizeMax { try await seal() }
        return true
    }

    // MARK: Segments

    private func openSegment() async throws -> OpenJournalSegment {
        if let segment, !wantsNewSegment { return segment }
        await segment?.close()
        segment = nil
        let last = max(try await storage.numbers().last ?? 0, mark?.segment ?? 0)
        if !wantsNewSegment, let mark, mark.segment == last, last > 0,
            try await storage.length(of: last) == mark.length,
            let segment = try? await OpenJournalSegment.reopen(last, at: mark.length, in: storage)
        {
            self.segment = segment
            return segment
        }
        // What a stop left behind the mark is told again, in a segment of its own: no sector that was told is written
        // again, and what a failed sync left is not believed.
        if last > 0 {
            let told = last == mark?.segment ? mark?.length ?? 0 : 0
            try await OpenJournalSegment.sealWhatIsLeft(of: last, told: told, in: storage)
        }
        let header = SegmentHeader(number: last + 1, game: 0, createdAt: store.ambient.now())
        let segment = try await OpenJournalSegment(header, in: storage)
        self.segment = segment
        if wantsNewSegment { newSegment = segment.number }
        wantsNewSegment = false
        return segment
    }

    private func seal() async throws {
        guard let segment else { return }
        self.segment = nil
        let length = try await segment.seal()
        if let mark { self.mark = JournalMark(sequence: mark.sequence, segment: segment.number, length: length) }
        store.observe(.sealed(segment: segment.number, length: length))
        await keepMark()
    }

    // MARK: Rewriting

    /// Tells everything anew, and removes what was told before: heals damage, and lets go what rows are gone or were told
    /// often. Answers whether it could; not while a backup is made, another one does it, or the disk is full.
    package func rewrite() async throws -> Bool {
        // While a backup is made, nothing could be removed after all was told.
        guard mark != nil, !isRewriting, try await store.removingSegments({}) else { return false }
        isRewriting = true
        defer { isRewriting = false }
        while isWriting { await withCheckedContinuation { idleWaiters.append($0) } }
        // From here on until the next change is told, nothing is written.
        wantsNewSegment = true
        guard try await tellAll(), !wantsNewSegment, await keepMark() else { return false }
        let (storage, database, first) = (storage, database, newSegment)
        return try await store.removingSegments {
            // In this order: what is not there must not be missed.
            try await database.transaction { try SegmentJournalRows($0).forgetSegments(before: first) }
            for number in try await storage.numbers() where number < first { try await storage.remove(number) }
        }
    }

    /// Tells every row again, page by page, so that who changes one meanwhile waits for no more than a page. False when
    /// not all could be told.
    private func tellAll() async throws -> Bool {
        for resource in JournalEntry.Resource.allCases {
            var last: ResourceID?
            while true {
                let after = last
                let page = try await database.transaction { sql in
                    try SegmentJournalRows(sql).note(resource, after: after, limit: Limits.bookkeepingBatch)
                }
                guard let page else { break }
                await tell(upTo: page.sequence)
                guard let mark, mark.sequence >= page.sequence else { return false }
                last = page.row
            }
        }
        return true
    }

    /// Tells everything anew once that is less than half of what is there, beside `spare` bytes. Answers how many bytes
    /// less there are then; 0 when it was not worth it, or could not be done.
    package func compact(spare: Int64 = Limits.journalSpare) async throws -> Int64 {
        let before = try await byteCount()
        guard before > spare else { return 0 }
        let needed = try await database.read { try SegmentJournalRows($0).size() }
        guard before > 2 * needed + spare, try await rewrite() else { return 0 }
        return max(0, before - (try await byteCount()))
    }

    private func byteCount() async throws -> Int64 {
        var bytes: Int64 = 0
        for number in try await storage.numbers() { bytes += try await storage.length(of: number) ?? 0 }
        return bytes
    }

    // MARK: The mark

    private func keepMarkSoon() {
        guard !isMarking, !isClosed else { return }
        isMarking = true
        Task {
            try? await Task.sleep(for: .seconds(Limits.journalMarkDelay))
            isMarking = false
            if !isClosed { await keepMark() }
        }
    }

    @discardableResult
    private func keepMark() async -> Bool {
        guard let mark, mark.segment > 0 else { return false }
        do {
            try await database.transaction { try SegmentJournalRows($0).set(mark) }
            return true
        } catch {
            // It stays further back, and the next one makes up for it.
            return false
        }
    }
}
