import BlockFormat
import Metadata
import NIOCore
import PawlModel

/// Entries that are told together.
struct JournalBatch: Sendable {
    var records = BlockRun(.held)
    /// Up to which change they tell.
    var sequence: Int64

    /// Reads what was changed behind a sequence, as it is now.
    init(after sequence: Int64, _ sql: any SQLConnection) throws {
        let rows = SegmentJournalRows(sql)
        self.sequence = sequence
        var told: [ResourceID: Bool] = [:]
        for note in try rows.notes(after: sequence, limit: Limits.bookkeepingBatch) {
            if let hasContent = told[note.rowID], hasContent || !note.hasContent {
                // Told with this batch already, in the same state.
            } else {
                told[note.rowID] = note.hasContent
                if let entry = try Self.entry(of: note, rows) { records.append(journal: entry) }
            }
            self.sequence = note.sequence
            if records.byteCount >= Limits.journalBatchSize { break }
        }
    }
}

extension JournalBatch {
    /// The bytes of an entry. Nil for a row that cannot be read: the doctor tells of it, and the others are told.
    private static func entry(of note: JournalNote, _ rows: SegmentJournalRows) throws -> [UInt8]? {
        do {
            var entry = try rows.entry(of: note)
            let bytes = entry.encode()
            if bytes.count <= RecordHeader.journalSizeMax { return bytes }
            // Only a stream makes such a version: of more than about 100 GiB.
            entry.manifest = []
            return entry.encode()
        } catch is FormatError {
            return nil
        } catch let error as SQLError where error.code == .corrupt {
            return nil
        }
    }
}

extension BlockRun {
    /// Appends a record of bytes, deflated where that is quick and saves something.
    fileprivate mutating func append(journal raw: [UInt8]) {
        let (header, stored) = RecordHeader.journal(raw)
        append([header], records: ByteBuffer(bytes: header.bytes + stored))
    }
}
