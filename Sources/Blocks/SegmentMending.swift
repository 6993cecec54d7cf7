import BlockFormat
import Metadata
import NIOCore
import PawlModel

/// Writes again what of a segment follows from the rest: its header, headers of records, pads, the footer.
///
/// Nothing else is touched, and only what is known to be damaged: the bytes of blocks are known to nobody but whoever
/// pushes them again.
struct SegmentMending {
    let storage: any SegmentStorage
    /// What the segment begins with.
    let header: SegmentHeader
    /// In bytes.
    let length: Int64
    /// Blocks and tails that rows know, by where their records begin.
    let record: @Sendable (Int64) async throws -> KnownRecord?

    /// A record as a row knows it.
    enum KnownRecord: Sendable {
        case block(StoredBlock)
        case tail(TailLocation)
    }

    /// Mends what can be; the damages that are left are found by another examination.
    func mend(_ damages: [SegmentDamage]) async throws {
        let source = try await storage.read(header.number)
        do {
            let footer = try await SegmentScan.footer(of: source, length: length)
            for damage in damages {
                guard let bytes = try await bytes(for: damage, footer?.list, source) else { continue }
                try await storage.mend(header.number, with: bytes, at: damage.range.lowerBound)
            }
            if damages.contains(where: { $0.part == .footer }), let (bytes, offset) = try await newFooter(source) {
                try await storage.mend(header.number, with: bytes, at: offset)
            }
        } catch {
            try? await source.close()
            throw error
        }
        try? await source.close()
    }

    private func bytes(
        for damage: SegmentDamage, _ footer: SegmentFooter?, _ source: any SegmentSource
    ) async throws -> ByteBuffer? {
        switch damage.part {
        case .segmentHeader: return ByteBuffer(bytes: header.bytes)
        case .payload(.pad): return pad(damage.range.count)
        case .recordHeader:
            let offset = damage.range.lowerBound
            if let entry = footer?.entries.first(where: { $0.offset == offset }) {
                return ByteBuffer(bytes: entry.header.bytes)
            }
            if let known = try await record(offset) { return try await headerBytes(of: known, source) }
            // Between records that are listed there is nothing but pads.
            return footer == nil ? nil : pad(damage.range.count)
        case .payload, .footer, .missing, .unreadable: return nil
        }
    }

    private func pad(_ length: Int) -> ByteBuffer? {
        guard (RecordHeader.byteCount...RecordHeader.byteCount + Limits.syncAlignment).contains(length) else {
            return nil
        }
        var bytes = ByteBuffer(bytes: RecordHeader.pad(length: length).bytes)
        bytes.writeRepeatingByte(0, count: length - RecordHeader.byteCount)
        return bytes
    }

    private func headerBytes(of known: KnownRecord, _ source: any SegmentSource) async throws -> ByteBuffer? {
        switch known {
        case .block(let block):
            let location = block.location
            return ByteBuffer(
                bytes: RecordHeader(
                    kind: .block, encoding: location.encoding, id: block.id, rawLength: location.rawLength,
                    storedLength: location.storedLength, payloadChecksum: location.checksum
                ).bytes)
        case .tail(let tail):
            let payload = try await source.read(tail.length, at: tail.position + Int64(RecordHeader.byteCount))
            return payload.withUnsafeReadableBytes { bytes in
                // Its id follows from its bytes alone.
                guard CRC32.checksum(bytes) == tail.checksum else { return nil }
                return ByteBuffer(
                    bytes: RecordHeader.raw(.tail, id: Digest(sha256Of: bytes), payload: bytes).bytes)
            }
        }
    }

    /// The footer as the records say it, when it fills what is left of the file behind them.
    private func newFooter(_ source: any SegmentSource) async throws -> (ByteBuffer, Int64)? {
        var entries: [SegmentFooter.Entry] = []
        var offset = Int64(SegmentHeader.byteCount)
        while offset < length {
            let head = try await source.read(RecordHeader.byteCount, at: offset)
            guard let record = try? head.withUnsafeReadableBytes({ try RecordHeader(parsing: $0) }),
                record.kind != .footer
            else { break }
            if record.kind != .pad { entries.append(SegmentFooter.Entry(offset: offset, header: record)) }
            offset += Int64(record.recordLength)
        }
        let bytes = SegmentFooter(entries: entries).encode(at: offset)
        guard offset + Int64(bytes.count) == length else { return nil }
        return (ByteBuffer(bytes: bytes), offset)
    }
}
