import BlockFormat
import NIOCore
import PawlModel

/// An unsealed segment of the journal: where its next entry goes, and what its footer will list. One at a time uses it.
actor OpenJournalSegment {
    nonisolated let number: Int64
    private let file: any SegmentFile
    private var end: Int64
    private var entries: [SegmentFooter.Entry]

    private init(number: Int64, file: any SegmentFile, end: Int64, entries: [SegmentFooter.Entry]) {
        self.number = number
        self.file = file
        self.end = end
        self.entries = entries
    }

    /// Begins a new one.
    init(_ header: SegmentHeader, in storage: any SegmentStorage) async throws {
        self.init(
            number: header.number, file: try await storage.open(header, at: 0), end: Int64(SegmentHeader.byteCount),
            entries: [])
    }

    /// Goes on with one that ends at `length`. Throws when what it holds cannot be listed any more.
    static func reopen(
        _ number: Int64, at length: Int64, in storage: any SegmentStorage
    ) async throws -> OpenJournalSegment {
        let entries = try await entries(of: number, upTo: length, in: storage)
        guard entries.allSatisfy({ $0.header.kind != .footer }) else {
            throw BlockStoreError(.closed, "segment \(number) of the journal is sealed")
        }
        // Of a segment that is there, only the number is looked at.
        let header = SegmentHeader(number: number, game: 0, createdAt: Timestamp(microseconds: 0))
        let file = try await storage.open(header, at: length)
        return OpenJournalSegment(number: number, file: file, end: length, entries: entries)
    }

    /// Ends one that a stop left as it was, behind its last sound record, and gives back the space that was reserved behind
    /// that. One that is sealed, or damaged, stays as it is.
    ///
    /// - Parameter told: So much of it was durable, in bytes; where nothing was, it goes when nothing in it is sound.
    static func sealWhatIsLeft(of number: Int64, told: Int64, in storage: any SegmentStorage) async throws {
        guard let length = try await storage.length(of: number) else { return }
        let source = try await storage.read(number)
        let salvage: SegmentSalvage
        do {
            salvage = try await SegmentSalvage.read(source, length: length) { _, _, _ in }
        } catch {
            try? await source.close()
            throw error
        }
        try? await source.close()
        if told == 0, salvage.header == nil || salvage.end <= Int64(SegmentHeader.byteCount) {
            return try await storage.remove(number)
        }
        guard !salvage.isSealed, salvage.damages.isEmpty, salvage.header != nil, salvage.end >= told else { return }
        do {
            _ = try await reopen(number, at: salvage.end, in: storage).seal()
        } catch is FormatError {
            // What it holds cannot be listed: it is read as it is.
        }
    }

    private static func entries(
        of number: Int64, upTo length: Int64, in storage: any SegmentStorage
    ) async throws -> [SegmentFooter.Entry] {
        let source = try await storage.read(number)
        do {
            let entries = try await SegmentScan.entries(of: source, upTo: length)
            try? await source.close()
            return entries
        } catch {
            try? await source.close()
            throw error
        }
    }

    /// Writes records and syncs them; where the durable part ends then.
    func append(_ run: BlockRun) async throws -> Int64 {
        var position = end
        for header in run.headers {
            entries.append(SegmentFooter.Entry(offset: position, header: header))
            position += Int64(header.recordLength)
        }
        var pieces = run.pieces
        let padding = RecordHeader.padLength(after: position)
        if padding > 0 {
            var pad = ByteBuffer(bytes: RecordHeader.pad(length: padding).bytes)
            pad.writeRepeatingByte(0, count: padding - RecordHeader.byteCount)
            pieces.append(pad)
        }
        try await file.write(pieces, at: end)
        end = position + Int64(padding)
        try await file.synchronize(upTo: end)
        return end
    }

    /// Writes the footer and syncs it. Returns the file's final length.
    func seal() async throws -> Int64 {
        let footer = ByteBuffer(bytes: SegmentFooter(entries: entries).encode(at: end))
        try await file.write([footer], at: end)
        end += Int64(footer.readableBytes)
        try await file.seal(at: end)
        try? await file.makeReadOnly()
        await close()
        return end
    }

    func close() async {
        // What a failed close could lose was synced before anybody was told.
        try? await file.close()
    }
}
