package import PawlModel

extension RecordHeader {
    /// The header of raw bytes of one of the kinds that have an identity.
    package static func raw(_ kind: RecordKind, id: Digest, payload: UnsafeRawBufferPointer) -> RecordHeader {
        RecordHeader(
            kind: kind, encoding: .raw, id: id, rawLength: payload.count, storedLength: payload.count,
            payloadChecksum: CRC32.checksum(payload))
    }

    /// The header of a block that is stored as it came.
    package static func block(id: Digest, payload: UnsafeRawBufferPointer) -> RecordHeader {
        raw(.block, id: id, payload: payload)
    }

    /// The record of the raw bytes of a journal entry, deflated where that is quick and saves something.
    package static func journal(_ raw: [UInt8]) -> (header: RecordHeader, stored: [UInt8]) {
        let id = Digest(sha256Of: raw)
        guard Limits.journalDeflateSizes.contains(raw.count),
            let stored = raw.withUnsafeBytes({ Deflate.deflate($0) })
        else { return (raw.withUnsafeBytes { .raw(.journal, id: id, payload: $0) }, raw) }
        let checksum = stored.withUnsafeBytes { CRC32.checksum($0) }
        let header = RecordHeader(
            kind: .journal, encoding: .deflate, id: id, rawLength: raw.count, storedLength: stored.count,
            payloadChecksum: checksum)
        return (header, stored)
    }

    /// The header of a pad record that takes `length` bytes in all, its header among them; zero bytes follow it.
    package static func pad(length: Int) -> RecordHeader {
        precondition(length >= byteCount, "a pad record is at least its header")
        let zeros = [UInt8](repeating: 0, count: length - byteCount)
        return zeros.withUnsafeBytes { raw(.pad, id: .zero, payload: $0) }
    }

    /// How long a pad record must be, header included, so that a group that ends at `end` of the file ends on
    /// a multiple of `Limits.syncAlignment`. Zero when it does already; over 4 KiB when a header would not fit.
    package static func padLength(after end: Int64) -> Int {
        let over = Int(end % Int64(Limits.syncAlignment))
        guard over > 0 else { return 0 }
        let gap = Limits.syncAlignment - over
        return gap < byteCount ? gap + Limits.syncAlignment : gap
    }
}
