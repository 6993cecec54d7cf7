package import BlockFormat
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

    package init(store: BlockStore, game: Int64) {
        self.store = store
        self.game = game
    }

    /// Blocks with where they lie, in order. Throws `damaged` when the game does not have one of them.
    package func located(_ blocks: [BlockReference]) async throws -> [BlockLocation] {
        let game = game
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

    /// The raw bytes of the first few of `blocks`, up to about one run, and how many blocks those are.
    package mutating func read(
        _ blocks: ArraySlice<BlockReference>, at locations: ArraySlice<BlockLocation>
    ) async throws -> (bytes: ByteBuffer, count: Int) {
        guard let first = locations.first else { return (ByteBuffer(), 0) }
        let span = Self.span(of: locations)
        let source: any SegmentSource
        do {
            source = try await self.source(of: first.segment)
        } catch let error as BlockStoreError where error.code == .segmentMissing {
            if let block = blocks.first { try await quarantine(block.id, at: first) }
            throw error
        }
        let bytes = try await source.read(Int(span.end - first.position), at: first.position)
        var raw = ByteBuffer()
        raw.reserveCapacity(locations.prefix(span.count).reduce(0) { $0 + $1.rawLength })
        for (block, location) in zip(blocks.prefix(span.count), locations) {
            let start = bytes.readerIndex + Int(location.position - first.position) + RecordHeader.byteCount
            guard let payload = bytes.getSlice(at: start, length: location.storedLength),
                Self.append(payload, of: location, to: &raw)
            else {
                try await quarantine(block.id, at: location)
                throw BlockStoreError(.damaged, "block \(block.id) in segment \(location.segment) is damaged")
            }
        }
        return (raw, span.count)
    }

    /// Whether a block is where it should be and matches its checksum and its id. Changes nothing.
    package mutating func isSound(_ id: Digest, at location: BlockLocation) async throws -> Bool {
        let source = try await source(of: location.segment)
        let start = location.position + Int64(RecordHeader.byteCount)
        let payload = try await source.read(location.storedLength, at: start)
        var raw = ByteBuffer()
        guard payload.readableBytes == location.storedLength, Self.append(payload, of: location, to: &raw) else {
            return false
        }
        return raw.withUnsafeReadableBytes { Digest(sha256Of: $0) } == id
    }

    package mutating func close() async {
        if let open { try? await open.source.close() }
        open = nil
    }

    /// How many of the locations one read covers: the same segment, in order, with no more than a pad in between.
    private static func span(of locations: ArraySlice<BlockLocation>) -> (count: Int, end: Int64) {
        guard let first = locations.first else { return (0, 0) }
        var count = 0
        var end = first.position
        for location in locations {
            let recordEnd = location.position + Int64(RecordHeader.byteCount + location.storedLength)
            let gap = location.position - end
            guard location.segment == first.segment, (0...Int64(2 * Limits.syncAlignment)).contains(gap),
                count == 0 || recordEnd - first.position <= Int64(Limits.readRunSize)
            else { break }
            count += 1
            end = recordEnd
        }
        return (count, end)
    }

    /// Checks a stored payload and appends its raw bytes; false when it is not what the index says.
    private static func append(_ payload: ByteBuffer, of location: BlockLocation, to raw: inout ByteBuffer) -> Bool {
        payload.withUnsafeReadableBytes { bytes in
            guard CRC32.checksum(bytes) == location.checksum else { return false }
            switch location.encoding {
            case .raw:
                raw.writeBytes(bytes)
            case .deflate:
                guard let inflated = try? Deflate.inflate(bytes, rawLength: location.rawLength) else { return false }
                raw.writeBytes(inflated)
            }
            return true
        }
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
