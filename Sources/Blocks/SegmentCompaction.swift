import BlockFormat
import Files
import Metadata
import NIOCore
import PawlModel

/// Copies what is needed of segments into fresh ones, so that the old ones can go. For one game, and one task.
///
/// Each record is checked before it is copied; one that is broken is taken out of service and stays where it is. Rows
/// move only once the copies are durable, and only those that are still at the old place: so a stop at any moment leaves
/// every row at bytes that are there, and at most a segment that nothing is needed of.
package struct SegmentCompaction: ~Copyable {
    private let store: BlockStore
    private let game: Int64
    /// Called with the bytes of each piece before it is read: waits as long as others should have the disk.
    private let pace: @Sendable (Int) async throws -> Void
    private var target: OpenSegment?
    /// What lies in the target and no row knows.
    private var moves: [BlockMove] = []
    package private(set) var copiedBytes: Int64 = 0

    package init(store: BlockStore, game: Int64, pace: @escaping @Sendable (Int) async throws -> Void) {
        self.store = store
        self.game = game
        self.pace = pace
    }

    /// Moves every sound block out of a segment that nobody writes to. Whether all of them went.
    package mutating func empty(_ segment: Int64) async throws -> Bool {
        let wasOpen = try await store.database.transaction { sql -> Bool? in
            let row = try SegmentRows(sql).row(segment)
            return try SegmentRows(sql).close(segment) ? row?.isOpen : nil
        }
        guard let wasOpen else { return false }
        do {
            let isWhole = try await moveAll(from: segment)
            if wasOpen, !isWhole { await reopen(segment) }
            return isWhole
        } catch {
            if wasOpen { await reopen(segment) }
            throw error
        }
    }

    private mutating func moveAll(from segment: Int64) async throws -> Bool {
        let source = try await store.storage.read(segment)
        do {
            let before = copiedBytes
            let isWhole = try await copyAll(from: source, segment)
            try await publish()
            try await source.close()
            store.observe(.compacted(segment: segment, bytes: copiedBytes - before))
            return isWhole
        } catch {
            try? await source.close()
            throw await store.failed(error, segment: target?.number)
        }
    }

    /// Gives the last target to its game's pool: the next upload goes on behind what was copied.
    package mutating func finish() async throws {
        guard let target else { return }
        do {
            try await publish()
        } catch {
            throw await store.failed(error, segment: target.number)
        }
        self.target = nil
        await target.close()
        let number = target.number
        try await store.database.transaction { try SegmentRows($0).open(number) }
    }

    /// Leaves the target after a failure. What rows know of it stays; of the rest nothing is believed.
    package mutating func abandon() async {
        let left = target
        (target, moves) = (nil, [])
        guard let left else { return }
        await left.close()
        await reopen(left.number)
    }

    /// Gives a segment without a footer back to its game's pool.
    private func reopen(_ number: Int64) async {
        // When this cannot be written, start-up does it.
        try? await store.database.transaction { try SegmentRows($0).open(number) }
    }

    // MARK: Copying

    private mutating func copyAll(from source: any SegmentSource, _ segment: Int64) async throws -> Bool {
        var isWhole = true
        var start: Int64 = 0
        while true {
            let from = start
            // In the order in which they lie: what was read together before is read together after.
            let page = try await store.database.read { sql in
                try BlockAudit(sql).blocks(in: segment, from: from, limit: Limits.compactionPage)
            }
            for run in Self.runs(of: page.filter(\.isLive)) {
                try Task.checkCancellation()
                if try await !copy(run, from: source) { isWhole = false }
            }
            if !page.allSatisfy(\.isLive) { isWhole = false }
            guard page.count == Limits.compactionPage, let last = page.last else { return isWhole }
            start = last.block.location.position + 1
        }
    }

    /// Records that lie back to back, as many as are read at once.
    private static func runs(of rows: [AuditedBlock]) -> [ArraySlice<AuditedBlock>] {
        var runs: [ArraySlice<AuditedBlock>] = []
        var first = 0
        for (index, row) in rows.enumerated() {
            let start = rows[first].block.location.position
            let continues = index > first && rows[index - 1].recordEnd == row.block.location.position
            if index > first, !continues || row.recordEnd - start > Int64(Limits.compactionRunSize) {
                runs.append(rows[first..<index])
                first = index
            }
        }
        if first < rows.count { runs.append(rows[first...]) }
        return runs
    }

    /// Copies records that lie back to back; false when one of them is not what its row says.
    private mutating func copy(_ rows: ArraySlice<AuditedBlock>, from source: any SegmentSource) async throws -> Bool {
        guard let first = rows.first, let last = rows.last else { return true }
        let start = first.block.location.position
        let length = Int(last.recordEnd - start)
        try await pace(length)
        var bytes: ByteBuffer
        do {
            bytes = try await source.read(length, at: start)
        } catch let error as FileError where error.code == .io {
            // A place that cannot be read says nothing of any other, nor of what is written.
            guard rows.count > 1 else {
                try await quarantine(first)
                return false
            }
            var isWhole = true
            for index in rows.indices {
                if try await !copy(rows[index...index], from: source) { isWhole = false }
            }
            return isWhole
        }
        var run = BlockRun()
        var sound: [AuditedBlock] = []
        for row in rows {
            let length = Int(row.recordEnd - row.block.location.position)
            guard let record = bytes.readSlice(length: length), let header = Self.header(of: record, row.block) else {
                try await quarantine(row)
                continue
            }
            run.append([header], records: record)
            sound.append(row)
        }
        if !sound.isEmpty { try await write(run, sound) }
        return sound.count == rows.count
    }

    private mutating func write(_ run: BlockRun, _ rows: [AuditedBlock]) async throws {
        let target = try await openTarget()
        for (row, stored) in zip(rows, try await target.write(run)) {
            moves.append(
                BlockMove(
                    game: row.game, id: row.block.id, source: row.block.location, target: stored.location))
        }
        copiedBytes += Int64(run.byteCount)
        let isFull = await target.end >= Limits.segmentSizeMax
        if isFull || moves.count >= Limits.bookkeepingBatch { try await publish() }
        if isFull { try await sealTarget() }
    }

    /// The header of a record that is what the index says, byte for byte.
    private static func header(of record: ByteBuffer, _ block: StoredBlock) -> RecordHeader? {
        record.withUnsafeReadableBytes { bytes in
            let location = block.location
            guard bytes.count == RecordHeader.byteCount + location.storedLength,
                let header = try? RecordHeader(parsing: bytes), header.kind == .block, header.id == block.id,
                header.encoding == location.encoding, header.rawLength == location.rawLength,
                header.storedLength == location.storedLength, header.payloadChecksum == location.checksum,
                (try? header.verifyChecksum(payload: .init(rebasing: bytes[RecordHeader.byteCount...]))) != nil
            else { return nil }
            return header
        }
    }

    private func quarantine(_ row: AuditedBlock) async throws {
        try await store.database.transaction { sql in
            try BlockIndex(sql).quarantine(row.block.id, at: row.block.location, game: row.game)
        }
        store.observe(.quarantined(block: row.block.id, segment: row.block.location.segment))
    }

    // MARK: The target

    private mutating func openTarget() async throws -> OpenSegment {
        if let target { return target }
        let segment = try await store.beginSegment(game: game)
        target = segment
        return segment
    }

    /// Makes durable what was copied, then tells the rows.
    private mutating func publish() async throws {
        guard let target, !moves.isEmpty else { return }
        let end = try await target.pad()
        try await target.synchronize(upTo: end)
        let (number, moved) = (target.number, moves)
        try await store.database.transaction { sql in
            try BlockIndex(sql).move(moved)
            try SegmentRows(sql).setIndexedLength(end, of: number)
        }
        moves = []
    }

    private mutating func sealTarget() async throws {
        guard let target else { return }
        self.target = nil
        do {
            try await store.seal(target)
        } catch {
            await reopen(target.number)
            throw error
        }
    }
}

extension AuditedBlock {
    /// Behind its record, in bytes.
    fileprivate var recordEnd: Int64 {
        block.location.position + Int64(RecordHeader.byteCount + block.location.storedLength)
    }
}
