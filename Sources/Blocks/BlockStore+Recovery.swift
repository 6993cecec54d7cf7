import BlockFormat
import Metadata
import NIOCore
import PawlModel

extension BlockStore {
    /// Brings the open segments and the rows together after a stop of any kind. Run once, before the doors open.
    ///
    /// Records that were written but not indexed are verified, synced, and indexed to the upload that their segment
    /// was leased to: their sender need not send them again. From the first invalid byte on, the file is cut. Every
    /// lease is given back.
    package func recover() async throws {
        let numbers = try await storage.numbers()
        keepSegments(upTo: numbers.last ?? 0)
        let known = Set(try await database.read { try SegmentRows($0).all().map(\.number) })
        let unknown = numbers.filter { !known.contains($0) }
        if !unknown.isEmpty { observe(.unknownSegments(count: unknown.count)) }
        try await quarantineLostSegments()
        for row in try await database.read({ try SegmentRows($0).unended() }) { try await reopen(row) }
        for row in try await database.read({ try SegmentRows($0).open() }) {
            do {
                try await recover(row)
            } catch  where Self.isFull(error) {
                // Reading must go on without room. The segment stays leased, and the next start looks at it again.
                observe(.outOfSpace(segment: row.number))
            }
        }
    }

    /// Gives a segment back to its game's pool when it has no footer: when every record can be read, and none is one. A
    /// footer that cannot be read is no reason to write behind it.
    private func reopen(_ row: SegmentRow) async throws {
        guard let source = try? await storage.read(row.number) else { return }
        let entries = try? await SegmentScan.entries(of: source, upTo: row.indexedLength)
        try? await source.close()
        guard let entries, entries.allSatisfy({ $0.header.kind != .footer }) else { return }
        try await database.transaction { try SegmentRows($0).open(row.number) }
    }

    private static func isFull(_ error: any Error) -> Bool {
        (error as? BlockStoreError)?.code == .full || (error as? SQLError)?.code == .full
    }

    private func recover(_ row: SegmentRow) async throws {
        let length = try await storage.length(of: row.number)
        // What no lease covers was refused to its sender, perhaps because a sync failed, after which a cache may still
        // show what the disk does not have: it is not believed, and cut when the segment is leased again.
        guard let length, length > row.indexedLength, row.uploadID != nil else {
            return try await database.transaction { try SegmentRows($0).release(row.number) }
        }
        let gameID = try await database.read { try GameNumbers($0).game(row.gameNumber) }
        let source = try await storage.read(row.number)
        let (entries, end) = try await SegmentScan.valid(in: source, from: row.indexedLength)
        try await source.close()

        let header = SegmentHeader(number: row.number, game: gameID?.value ?? 0, createdAt: row.createdAt)
        let file = try await storage.open(header, at: end)
        let padded = try await pad(file, from: max(end, Int64(SegmentHeader.byteCount)))
        try await file.synchronize(upTo: padded)
        try await file.close()

        let blocks = entries.map { entry in
            StoredBlock(
                id: entry.header.id,
                location: BlockLocation(
                    segment: row.number, position: entry.offset, rawLength: entry.header.rawLength,
                    storedLength: entry.header.storedLength, encoding: entry.header.encoding,
                    checksum: entry.header.payloadChecksum))
        }
        try await database.transaction { sql in
            if let upload = row.uploadID, try UploadRows(sql).upload(upload)?.upload.state == .open {
                try BlockIndex(sql).add(blocks, upload: upload, game: row.gameNumber)
            }
            try SegmentRows(sql).setIndexedLength(padded, of: row.number)
            try SegmentRows(sql).release(row.number)
        }
        observe(.recovered(segment: row.number, blocks: blocks.count, cut: length - end))
    }

    /// Ends the recovered part on a whole sector, as every acknowledged part does.
    private func pad(_ file: any SegmentFile, from end: Int64) async throws -> Int64 {
        let length = RecordHeader.padLength(after: end)
        guard length > 0 else { return end }
        var bytes = ByteBuffer(bytes: RecordHeader.pad(length: length).bytes)
        bytes.writeRepeatingByte(0, count: length - RecordHeader.byteCount)
        try await file.write([bytes], at: end)
        return end + Int64(length)
    }
}
