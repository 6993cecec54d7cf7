package import BlockFormat
import Files
package import Metadata
import NIOCore
package import PawlModel
import Synchronization

/// The front door of the bytes: leases segments to uploads, publishes what they send, and knows whether it may.
package final class BlockStore: Sendable {
    package let storage: any SegmentStorage
    package let database: any SQLDatabase
    let ambient: Ambient
    /// Seconds that an upload is kept after its last sign of life.
    let uploadLifetime: Int64
    /// Bytes that must stay free, so that the database can still commit and deletion can still work.
    private let reserve: Int64
    /// Claims the right to remove segments; nil while somebody needs all of them to stay.
    private let claimRemoval: @Sendable () throws -> (any AnyObject & Sendable)?
    let observe: @Sendable (BlockObservation) -> Void
    private let state = Mutex(State())

    private struct State {
        var writers: [ResourceID: BlockWriter] = [:]
        /// Why the store takes no bytes until it is started again.
        var readOnlyReason: String?
        /// The highest segment that was on disk at the start. A new one gets a higher number, so that a database that
        /// was lost or set back never has a segment written over.
        var highestSegment: Int64 = 0
        /// Segments that somebody examines, with those who wait for the end of it.
        var examined: [Int64: [CheckedContinuation<Void, Never>]] = [:]
        var isClosed = false
    }

    package init(
        storage: any SegmentStorage, database: any SQLDatabase, ambient: Ambient, uploadLifetime: Int64, reserve: Int64,
        claimRemoval: @escaping @Sendable () throws -> (any AnyObject & Sendable)? = { NoClaim() },
        observe: @escaping @Sendable (BlockObservation) -> Void
    ) {
        self.claimRemoval = claimRemoval
        self.storage = storage
        self.database = database
        self.ambient = ambient
        self.uploadLifetime = uploadLifetime
        self.reserve = reserve
        self.observe = observe
    }

    /// The writer of an upload, one for all its requests.
    package func writer(for upload: ResourceID, game: Int64) throws -> BlockWriter {
        try state.withLock { state in
            if state.isClosed { throw BlockStoreError(.closed, "the daemon is stopping") }
            if let reason = state.readOnlyReason { throw BlockStoreError(.readOnly, reason) }
            if let writer = state.writers[upload] { return writer }
            let writer = BlockWriter(upload: upload, game: game, store: self)
            state.writers[upload] = writer
            return writer
        }
    }

    /// Why the store takes no bytes, if it does not.
    package var readOnlyReason: String? { state.withLock { $0.readOnlyReason } }

    /// Whether there is room for new bytes above the high-water mark.
    package func hasSpace() async throws -> Bool { try await storage.freeSpace() > reserve }

    /// Throws `reserved` when `bytes` more would leave less free space than the high-water mark.
    package func requireSpace(for bytes: Int64) async throws {
        let free = try await storage.freeSpace() - reserve
        guard free >= bytes else {
            // A request for more than any disk has says nothing of this one.
            if free <= 0 { observe(.outOfSpace(segment: nil)) }
            throw BlockStoreError(.reserved, "less than \(reserve) bytes would be left on the volume")
        }
    }

    /// Gives the upload's segment back to its game's pool. What it published stays.
    package func close(upload: ResourceID) async {
        let writer = state.withLock { $0.writers.removeValue(forKey: upload) }
        await writer?.close(because: Problem.uploadGone(upload))
    }

    /// Gives back the segments of uploads that sent nothing after `time`: one that nobody goes on with holds neither an
    /// open file nor the space that is reserved in it.
    package func rest(unusedSince time: Timestamp) async {
        for writer in state.withLock({ Array($0.writers.values) }) { await writer.rest(unusedSince: time) }
    }

    /// Lets the groups on their way end and takes nothing more.
    package func close() async {
        let writers = state.withLock { state in
            state.isClosed = true
            defer { state.writers = [:] }
            return Array(state.writers.values)
        }
        for writer in writers { await writer.close(because: BlockStoreError(.closed, "the daemon is stopping")) }
    }

    /// Runs what removes segments, unless a backup is being made of them: then it answers false and has done nothing, and
    /// another time will do. No backup begins while it runs.
    package func removingSegments(_ body: () async throws -> Void) async throws -> Bool {
        guard let claim = try claimRemoval() else { return false }
        defer { withExtendedLifetime(claim) {} }
        try await body()
        return true
    }

    func keepSegments(upTo number: Int64) {
        state.withLock { $0.highestSegment = number }
    }

    var highestSegment: Int64 { state.withLock { $0.highestSegment } }

    /// True for the one who is to examine a segment; the others get false when that one has ended.
    func beginExamination(of segment: Int64) async -> Bool {
        var isFirst = false
        await withCheckedContinuation { continuation in
            isFirst = state.withLock { state in
                guard state.examined[segment] == nil else {
                    state.examined[segment]?.append(continuation)
                    return false
                }
                state.examined[segment] = []
                return true
            }
            if isFirst { continuation.resume() }
        }
        return isFirst
    }

    func endExamination(of segment: Int64) {
        let waiting = state.withLock { $0.examined.removeValue(forKey: segment) ?? [] }
        for continuation in waiting { continuation.resume() }
    }

    // MARK: For the writers

    func writerEnded(_ upload: ResourceID, _ writer: BlockWriter) async {
        state.withLock { if $0.writers[upload] === writer { $0.writers[upload] = nil } }
    }

    func leaseSegment(to upload: ResourceID, game: Int64) async throws -> OpenSegment {
        let (now, floor) = (ambient.now(), state.withLock { $0.highestSegment })
        let (row, gameID) = try await database.transaction { sql in
            (
                try SegmentRows(sql).lease(to: upload, game: game, above: floor, now: now),
                try GameNumbers(sql).game(game)
            )
        }
        let header = SegmentHeader(number: row.number, game: gameID?.value ?? 0, createdAt: row.createdAt)
        do {
            let file = try await storage.open(header, at: row.indexedLength)
            let entries = try await SegmentScan.entries(of: file, upTo: row.indexedLength)
            return OpenSegment(row: row, file: file, entries: entries)
        } catch is FormatError {
            // What it holds cannot be listed any more, so nothing is added to it: its sound blocks stay readable.
            try await database.transaction { try SegmentRows($0).seal(row.number, length: row.indexedLength) }
            try await quarantineDamage(in: row.number)
            return try await leaseSegment(to: upload, game: game)
        } catch {
            // Without a file in hand the lease would keep the segment from everybody.
            try? await database.transaction { try SegmentRows($0).release(row.number) }
            throw error
        }
    }

    /// Returns an unsealed segment to the pool. Bytes beyond its indexed length are cut when it is leased again.
    func release(_ segment: OpenSegment) async {
        let number = segment.number
        await segment.close()
        // When this cannot be written, start-up releases it.
        try? await database.transaction { try SegmentRows($0).release(number) }
    }

    func seal(_ segment: OpenSegment) async throws {
        let number = segment.number
        let length: Int64
        do {
            length = try await segment.seal()
            try await database.transaction { try SegmentRows($0).seal(number, length: length) }
        } catch {
            // Its blocks are published; what there is of a footer is cut when the segment is leased again.
            await release(segment)
            throw error
        }
        await segment.makeReadOnly()
        await segment.close()
        observe(.sealed(segment: number, length: length))
    }

    /// Decides what a failure means for the rest: a full disk ends this writer, a failed disk all of them.
    func failed(_ error: any Error, segment: Int64?) async -> any Error {
        switch error {
        case let error as BlockStoreError where error.code == .full:
            observe(.outOfSpace(segment: segment))
            return error
        case let error as SQLError where error.code == .full:
            observe(.outOfSpace(segment: segment))
            return BlockStoreError(.full, "the database could not be written")
        case let error as SQLError where error.code == .io || error.code == .corrupt:
            return stopWriting("the database failed: \(error)", segment)
        case let error as FileError where error.code != .io && !error.call.hasSuffix("sync"):
            observe(.fileFailed(segment: segment, reason: error.message))
            return BlockStoreError(.unavailable, error.message)
        case let error as FileError:
            return stopWriting("\(error.call) failed with errno \(error.errno)", segment)
        default:
            return error
        }
    }

    private func stopWriting(_ reason: String, _ segment: Int64?) -> BlockStoreError {
        observe(.diskFailed(segment: segment, reason: reason))
        state.withLock { $0.readOnlyReason = $0.readOnlyReason ?? reason }
        return BlockStoreError(.readOnly, reason)
    }
}

/// For a store that nobody backs up.
private final class NoClaim: Sendable {}
