package import BlockFormat
import Files
package import Metadata
package import NIOCore
package import PawlModel

/// Reads blocks in the order of a manifest, in runs of about 1 MiB, and checks every one before it is handed on.
///
/// Belongs to one reading task: it keeps the segment that it read last open.
package struct BlockReader: ~Copyable {
    private let store: BlockStore
    private let game: Int64
    private var open: (number: Int64, source: any SegmentSource)?
    /// Taken in turn: one is being read into while the others are on their way to the network.
    private let spaces = (0..<3).map { _ in ReadSpace() }
    private var turn = 0

    package init(store: BlockStore, game: Int64) {
        self.store = store
        self.game = game
    }

    /// Blocks with where they lie, in order. Throws `damaged` when the game does not have one of them.
    package func located(_ blocks: [BlockReference]) async throws -> [BlockLocation] {
        try await Self.located(blocks, in: store, game: game)
    }

    package static func located(
        _ blocks: [BlockReference], in store: BlockStore, game: Int64
    ) async throws -> [BlockLocation] {
        let found = try await store.database.read { sql in
            try BlockIndex(sql).locations(of: Array(Set(blocks.map(\.id))), game: game)
        }
        return try blocks.map { block in
            guard let location = found[block.id] else {
                throw BlockStoreError(.damaged, "block \(block.id) cannot be served")
            }
            return location
        }
    }

    /// The raw bytes of the first few of `blocks`, and how many blocks those are: at least one, and else no more than a run
    /// of `size` bytes.
    ///
    /// The bytes lie in memory that is used again once nobody holds them. Where the segment is gone, a collection may have
    /// moved the blocks since they were looked up: they are looked up again, and only one that has not moved is missing.
    package mutating func read(
        _ blocks: ArraySlice<BlockReference>, at locations: ArraySlice<BlockLocation>,
        upTo size: Int = Limits.readRunSize
    ) async throws -> (bytes: ByteBuffer, count: Int) {
        guard let first = locations.first, let block = blocks.first else { return (ByteBuffer(), 0) }
        do {
            return try await readRun(blocks, at: locations, upTo: size)
        } catch let error as BlockStoreError where error.code == .segmentMissing {
            let next = Array(blocks.prefix(Limits.relocatedAtOnce))
            let moved = try await located(next)
            guard moved.first != first else {
                try await quarantine(block.id, at: first)
                throw error
            }
            return try await read(next[...], at: moved[...], upTo: size)
        }
    }

    private mutating func readRun(
        _ blocks: ArraySlice<BlockReference>, at locations: ArraySlice<BlockLocation>, upTo size: Int
    ) async throws -> (bytes: ByteBuffer, count: Int) {
        guard let first = locations.first else { return (ByteBuffer(), 0) }
        let run = locations.prefix(Self.runLength(of: locations, upTo: size))
        let source = try await source(of: first.segment)
        turn = (turn + 1) % spaces.count
        let checksums = run.map(\.checksum)
        let stored = try await source.read(run.map(\.payload), into: spaces[turn]) { index, payload in
            CRC32.checksum(payload) == checksums[index]
        }
        switch Self.inflate(stored, run) {
        case .sound(let bytes): return (bytes, run.count)
        case .damaged(let index):
            let (block, location) = (blocks[blocks.startIndex + index], locations[locations.startIndex + index])
            try await quarantine(block.id, at: location)
            throw BlockStoreError(.damaged, "block \(block.id) in segment \(location.segment) is damaged")
        }
    }

    /// Whether a block is where it should be and matches its checksum and its id. Changes nothing.
    package mutating func isSound(_ id: Digest, at location: BlockLocation) async throws -> Bool {
        let source = try await source(of: location.segment)
        let payload = try await source.read(location.storedLength, at: location.payload.lowerBound)
        guard payload.withUnsafeReadableBytes({ CRC32.checksum($0) == location.checksum }),
            case .sound(let raw) = Self.inflate(payload, [location])
        else { return false }
        return raw.withUnsafeReadableBytes { Digest(sha256Of: $0) } == id
    }

    package mutating func close() async {
        if let open { try? await open.source.close() }
        open = nil
    }

    /// How many of the locations one read covers: the same segment, in order, with no more than a pad in between.
    private static func runLength(of locations: ArraySlice<BlockLocation>, upTo size: Int) -> Int {
        guard let first = locations.first else { return 0 }
        var count = 0
        var end = first.position
        for location in locations {
            let gap = location.position - end
            guard location.segment == first.segment, (0...Int64(2 * Limits.syncAlignment)).contains(gap),
                count == 0 || location.payload.upperBound - first.position <= Int64(size)
            else { break }
            count += 1
            end = location.payload.upperBound
        }
        return count
    }

    private enum Inflated {
        /// The bytes that the payloads stand for.
        case sound(ByteBuffer)
        /// Which of them is not what the index says.
        case damaged(Int)
    }

    /// What checked payloads that lie back to back stand for; those of the run that are not among them failed. Raw ones
    /// are given on where they are.
    private static func inflate(_ stored: ByteBuffer, _ run: ArraySlice<BlockLocation>) -> Inflated {
        let isRaw = run.allSatisfy { $0.encoding == .raw }
        var inflated = ByteBuffer()
        if !isRaw { inflated.reserveCapacity(run.reduce(0) { $0 + $1.rawLength }) }
        let damaged: Int? = stored.withUnsafeReadableBytes { bytes in
            var start = 0
            for (index, location) in run.enumerated() {
                let end = start + location.storedLength
                guard end <= bytes.count else { return index }
                let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                if !isRaw, !append(payload, of: location, to: &inflated) { return index }
                start = end
            }
            return nil
        }
        return damaged.map { .damaged($0) } ?? .sound(isRaw ? stored : inflated)
    }

    /// Appends what a checked payload stands for; false when it cannot be inflated.
    private static func append(
        _ payload: UnsafeRawBufferPointer, of location: BlockLocation, to raw: inout ByteBuffer
    ) -> Bool {
        switch location.encoding {
        case .raw: raw.writeBytes(payload)
        case .deflate:
            guard let bytes = try? Deflate.inflate(payload, rawLength: location.rawLength) else { return false }
            raw.writeBytes(bytes)
        }
        return true
    }

    private mutating func source(of segment: Int64) async throws -> any SegmentSource {
        if let open, open.number == segment { return open.source }
        await close()
        let source = try await store.storage.read(segment)
        open = (segment, source)
        return source
    }

    private func quarantine(_ id: Digest, at location: BlockLocation) async throws {
        let game = game
        try await store.database.transaction { try BlockIndex($0).quarantine(id, at: location, game: game) }
        store.observe(.quarantined(block: id, segment: location.segment))
        try await store.quarantineDamage(in: location.segment)
    }
}

extension BlockLocation {
    /// Where the stored bytes lie in the segment, behind the record's header.
    fileprivate var payload: Range<Int64> {
        let start = position + Int64(RecordHeader.byteCount)
        return start..<start + Int64(storedLength)
    }
}
