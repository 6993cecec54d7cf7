import BlockFormat
package import Metadata
import NIOCore
package import PawlModel

/// Takes the verified records of one upload to disk, and tells when they may be acknowledged.
///
/// Two things go on beside each other. The pump writes run after run behind one another, and ends a group with a pad up to
/// a whole sector when the segment is full, or when nothing is being synced and the group is due: it is large enough to
/// be worth a sync and a commit, or has waited for a moment, or somebody waits for it. The publisher takes group after
/// group:
/// 1. syncs the segment; what the pump writes meanwhile belongs to the next group,
/// 2. indexes and pins the blocks in one transaction, with the stream's offset and the segment's new indexed length,
/// 3. only then wakes those who wait for them.
/// So a crash leaves either unindexed records behind the indexed length, which recovery reads again, or rows whose
/// bytes are durable. A failure ends the writer: nothing that was not acknowledged is believed.
package actor BlockWriter {
    private let upload: ResourceID
    private let game: Int64
    private let store: BlockStore

    private var queue: [BlockRun] = []
    private var queuedBytes = 0
    /// The segment that is written to, with what was written to it since the last group ended.
    private var group: SegmentGroup?
    private var segment: OpenSegment?
    /// Ended groups in the order in which they were written.
    private var groups: [SegmentGroup] = []
    /// Bytes in `group` and `groups`: written and not durable.
    private var unsyncedBytes = 0
    /// Runs taken in so far, and those of them that are durable and indexed.
    private var enqueued = 0
    private var published = 0
    /// The last ticket that somebody waits for.
    private var wanted = 0
    /// Groups begun so far, and whether the newest has waited long enough.
    private var begun = 0
    private var isOverdue = false
    private var isPumping = false
    private var isPublishing = false
    private var failure: (any Error)?
    /// When the last group was published.
    private var lastUsed = Timestamp(microseconds: .min)
    /// Who waits, and for what.
    private var waiters: [(until: Waiting, continuation: CheckedContinuation<Void, any Error>)] = []

    private enum Waiting: Equatable {
        /// A number of published runs.
        case published(Int)
        /// Room in the queue.
        case room
        /// Fewer bytes that are not durable.
        case sync
        /// Nothing under way.
        case idle
    }

    init(upload: ResourceID, game: Int64, store: BlockStore) {
        self.upload = upload
        self.game = game
        self.store = store
    }

    /// Takes a run in and returns its ticket for `waitUntilDurable`. Waits while the queue is full.
    package func enqueue(_ run: BlockRun) async throws -> Int {
        while queuedBytes > Limits.queuedBytesMax || queue.count >= Limits.queuedRunsMax, failure == nil {
            try await wait(for: .room)
        }
        if let failure { throw failure }
        queue.append(run)
        queuedBytes += run.byteCount
        enqueued += 1
        let ticket = enqueued
        goOn()
        return ticket
    }

    /// Returns when everything up to `ticket` is durable and indexed.
    package func waitUntilDurable(_ ticket: Int) async throws {
        wanted = max(wanted, ticket)
        goOn()
        while published < ticket {
            if let failure { throw failure }
            try await wait(for: .published(ticket))
        }
    }

    /// The last ticket whose run, and all before it, are durable and indexed.
    package var durableTicket: Int { published }

    /// Lets the groups on their way end, then gives the segment back to the game's pool and takes nothing more.
    func close(because reason: any Error) async {
        if failure == nil { failure = reason }
        wakeAll()
        while isPumping || isPublishing { try? await wait(for: .idle) }
        await releaseSegments()
    }

    /// Gives the segment back until the next run comes, unless something was published after `time`.
    func rest(unusedSince time: Timestamp) async {
        guard segment != nil, group == nil, !isPumping, !isPublishing, lastUsed <= time else { return }
        await releaseSegments()
    }

    // MARK: The pump

    /// Starts the pump when there is work for it. It alone writes.
    private func goOn() {
        guard failure == nil, !isPumping, !queue.isEmpty || isGroupDue else { return }
        isPumping = true
        Task { await pump() }
    }

    private var isGroupDue: Bool {
        guard !isPublishing, let group else { return false }
        return isOverdue || wanted > published || group.byteCount >= Limits.groupSizeMin
    }

    private func pump() async {
        do {
            while failure == nil, !queue.isEmpty || isGroupDue {
                if isGroupDue { try await endGroup() }
                while unsyncedBytes > Limits.unsyncedMax, failure == nil { try await wait(for: .sync) }
                guard failure == nil, !queue.isEmpty else { continue }
                try await write(queue.removeFirst())
            }
        } catch {
            await fail(error)
        }
        isPumping = false
        await settle()
    }

    private func write(_ run: BlockRun) async throws {
        queuedBytes -= run.byteCount
        var records: [StoredBlock] = []
        if !run.isEmpty {
            let segment = try await openSegment()
            records = try await segment.write(run)
        }
        if group == nil { beginGroup() }
        group?.append(WrittenRun(run, at: records), byteCount: run.byteCount)
        unsyncedBytes += run.byteCount
        wake { $0 == .room }
        if let segment, await segment.end >= Limits.segmentSizeMax { try await endGroup(isLast: true) }
    }

    private func beginGroup() {
        group = SegmentGroup(segment: segment)
        begun += 1
        isOverdue = false
        let number = begun
        Task {
            try? await Task.sleep(for: .milliseconds(Limits.groupDelay))
            groupIsOverdue(number)
        }
    }

    private func groupIsOverdue(_ number: Int) {
        guard number == begun, group != nil else { return }
        isOverdue = true
        goOn()
    }

    private func openSegment() async throws -> OpenSegment {
        if let segment { return segment }
        // Runs without a record may have begun a group that has no segment.
        if group != nil { try await endGroup() }
        let segment = try await store.leaseSegment(to: upload, game: game)
        self.segment = segment
        return segment
    }

    /// Hands what was written to the publisher.
    private func endGroup(isLast: Bool = false) async throws {
        guard var group else { return }
        self.group = nil
        if let segment = group.segment { group.end = try await segment.pad() }
        group.isLast = isLast
        if isLast { segment = nil }
        groups.append(group)
        guard !isPublishing else { return }
        isPublishing = true
        Task { await publishGroups() }
    }

    // MARK: The publisher

    private func publishGroups() async {
        do {
            while failure == nil, let group = groups.first {
                try await publish(group)
                groups.removeFirst()
                unsyncedBytes -= group.byteCount
                published += group.runs.count
                wake { if case .published(let count) = $0 { count <= published } else { $0 == .sync } }
            }
        } catch {
            await fail(error)
        }
        isPublishing = false
        await settle()
    }

    private func publish(_ group: SegmentGroup) async throws {
        try await group.segment?.synchronize(upTo: group.end)
        let (upload, game, number, runs) = (upload, game, group.segment?.number, group.runs)
        let now = store.ambient.now()
        lastUsed = now
        let expiresAt = now.advanced(bySeconds: store.uploadLifetime)
        try await store.database.transaction { sql in
            for run in runs { try run.tell(upload, game: game, now: now, expiresAt: expiresAt, in: sql) }
            if let number { try SegmentRows(sql).setIndexedLength(group.end, of: number) }
        }
        store.observe(.published(upload: upload, blocks: group.blockCount, bytes: group.rawByteCount))
        if group.isLast, let segment = group.segment { try await store.seal(segment) }
    }

    // MARK: The end

    private func fail(_ error: any Error) async {
        guard failure == nil else { return }
        failure = await store.failed(error, segment: segment?.number)
        wakeAll()
    }

    /// After a failure, once nothing is under way: a segment that is written to must not be handed on.
    private func settle() async {
        wake { $0 == .idle }
        if failure != nil {
            if !isPumping, !isPublishing { await releaseSegments() }
            wakeAll()
            return
        }
        // Something may have come, or become due, while one of the two was ending.
        goOn()
    }

    private func releaseSegments() async {
        var segments = groups.compactMap(\.segment)
        if let segment { segments.append(segment) }
        (segment, group, groups, queue, queuedBytes, unsyncedBytes) = (nil, nil, [], [], 0, 0)
        var released: Set<Int64> = []
        for segment in segments where released.insert(segment.number).inserted { await store.release(segment) }
        if failure != nil { await store.writerEnded(upload, self) }
    }

    // MARK: Waiting

    private func wait(for condition: Waiting) async throws {
        try await withCheckedThrowingContinuation { waiters.append((condition, $0)) }
    }

    /// Wakes those who wait for what `matches`; each looks again at the state, which may have moved on.
    private func wake(_ matches: (Waiting) -> Bool) {
        let woken = waiters.filter { matches($0.until) }
        waiters.removeAll { matches($0.until) }
        for waiter in woken { waiter.continuation.resume() }
    }

    private func wakeAll() {
        wake { _ in true }
    }
}

extension WrittenRun {
    /// Tells the rows what the run means to its upload.
    func tell(
        _ upload: ResourceID, game: Int64, now: Timestamp, expiresAt: Timestamp, in sql: any SQLConnection
    ) throws {
        switch purpose {
        case .blocks:
            try UploadRows(sql).received(
                upload, blocks: blocks.count, bytes: rawByteCount, now: now, expiresAt: expiresAt)
        case .held:
            try UploadRows(sql).touch(upload, now: now, expiresAt: expiresAt)
        case .stream(let step):
            try StreamRows(sql).advance(
                upload, by: step, tail: tail, stored: blocks.count, now: now, expiresAt: expiresAt)
        }
        try BlockIndex(sql).add(blocks, upload: upload, game: game)
        if case .stream(let step) = purpose {
            let stored = Set(blocks.map(\.id))
            try BlockIndex(sql).hold(step.blocks.map(\.id).filter { !stored.contains($0) }, for: upload, game: game)
        }
    }
}
