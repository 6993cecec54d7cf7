package import BlockFormat
package import Metadata
import NIOCore
package import PawlModel

/// Takes the verified records of one upload to disk, and tells when they may be acknowledged.
///
/// Runs queue up; one pump at a time takes all that is there and makes a group of it:
/// 1. writes the records one behind the other, then a pad up to a whole sector,
/// 2. syncs the file,
/// 3. indexes and pins the blocks in one transaction, with the segment's new indexed length,
/// 4. only then wakes those who wait for them.
/// So a crash leaves either unindexed records behind the indexed length, which recovery reads again, or rows whose
/// bytes are durable. A failure ends the writer: nothing that was not acknowledged is believed.
package actor BlockWriter {
    private let upload: ResourceID
    private let game: Int64
    private let store: BlockStore
    private var segment: OpenSegment?

    private var queue: [BlockRun] = []
    private var queuedBytes = 0
    /// Runs taken in so far, and those of them that are durable and indexed.
    private var enqueued = 0
    private var published = 0
    private var isPumping = false
    private var failure: (any Error)?
    /// When the last group was published.
    private var lastUsed = Timestamp(microseconds: .min)
    /// Who waits for a number of published runs, or for room in the queue.
    private var waiters: [(until: Waiting, continuation: CheckedContinuation<Void, any Error>)] = []

    private enum Waiting {
        case published(Int)
        case room
        case idle
    }

    init(upload: ResourceID, game: Int64, store: BlockStore) {
        self.upload = upload
        self.game = game
        self.store = store
    }

    /// Takes a run in and returns its ticket for `waitUntilDurable`. Waits while the queue is full.
    package func enqueue(_ run: BlockRun) async throws -> Int {
        while queuedBytes > Limits.unacknowledgedMax, failure == nil {
            try await wait(for: .room)
        }
        if let failure { throw failure }
        queue.append(run)
        queuedBytes += run.bytes.readableBytes
        enqueued += 1
        let ticket = enqueued
        if !isPumping {
            isPumping = true
            Task { await pump() }
        }
        return ticket
    }

    /// Returns when everything up to `ticket` is durable and indexed.
    package func waitUntilDurable(_ ticket: Int) async throws {
        while published < ticket {
            if let failure { throw failure }
            try await wait(for: .published(ticket))
        }
    }

    /// Lets the group on its way end, then gives the segment back to the game's pool and takes nothing more.
    func close(because reason: any Error) async {
        if failure == nil { failure = reason }
        while isPumping { try? await wait(for: .idle) }
        wakeAll()
        if let segment {
            self.segment = nil
            await store.release(segment)
        }
    }

    /// Gives the segment back until the next run comes, unless something was published after `time`.
    func rest(unusedSince time: Timestamp) async {
        guard let segment, !isPumping, queue.isEmpty, lastUsed <= time else { return }
        self.segment = nil
        await store.release(segment)
    }

    // MARK: The pump

    private func pump() async {
        while !queue.isEmpty, failure == nil {
            let group = queue
            queue = []
            queuedBytes = 0
            wake { if case .room = $0 { true } else { false } }
            do {
                try await publish(group)
                published += group.count
                wake { if case .published(let count) = $0 { count <= self.published } else { false } }
            } catch {
                await fail(error)
            }
        }
        isPumping = false
        if failure != nil { wakeAll() } else { wake { if case .idle = $0 { true } else { false } } }
    }

    private func publish(_ group: [BlockRun]) async throws {
        let segment = try await openSegment()
        let (blocks, end) = try await segment.append(group)
        let (upload, game, number) = (upload, game, segment.number)
        let now = store.ambient.now()
        lastUsed = now
        let expiresAt = now.advanced(bySeconds: store.uploadLifetime)
        let rawBytes = group.reduce(0) { $0 + $1.rawByteCount }
        try await store.database.transaction { sql in
            try UploadRows(sql).received(upload, blocks: blocks.count, bytes: rawBytes, now: now, expiresAt: expiresAt)
            try BlockIndex(sql).add(blocks, upload: upload, game: game)
            try SegmentRows(sql).setIndexedLength(end, of: number)
        }
        store.observe(.published(upload: upload, blocks: blocks.count, bytes: rawBytes))
        if end >= Limits.segmentSizeMax {
            self.segment = nil
            try await store.seal(segment)
        }
    }

    private func openSegment() async throws -> OpenSegment {
        if let segment { return segment }
        let segment = try await store.leaseSegment(to: upload, game: game)
        self.segment = segment
        return segment
    }

    private func fail(_ error: any Error) async {
        failure = await store.failed(error, segment: segment?.number)
        queue = []
        queuedBytes = 0
        if let segment {
            self.segment = nil
            await store.release(segment)
        }
        await store.writerEnded(upload, self)
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
