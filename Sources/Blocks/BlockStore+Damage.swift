import BlockFormat
import Metadata
import PawlModel

extension BlockStore {
    /// Reads every block of a segment and takes out of service what is not sound, so that `have` asks for it again:
    /// where one block is damaged, its neighbours often are. When somebody is at it already, that one's end is awaited:
    /// who is told of damage, and pushes again, is then asked for all of it.
    func quarantineDamage(in segment: Int64) async throws {
        guard await beginExamination(of: segment) else { return }
        defer { endExamination(of: segment) }
        var reader = BlockReader(store: self, game: 0)
        var last: AuditedBlock?
        while true {
            let after = last
            let page = try await database.read { sql in
                try BlockAudit(sql).page(after: after, in: segment, limit: Limits.bookkeepingBatch)
            }
            var damaged: [AuditedBlock] = []
            for row in page where row.isLive {
                // A segment that cannot be read has no sound blocks.
                if (try? await reader.isSound(row.block.id, at: row.block.location)) != true { damaged.append(row) }
            }
            let found = damaged
            if !found.isEmpty {
                try await database.transaction { sql in
                    for row in found {
                        try BlockIndex(sql).quarantine(row.block.id, at: row.block.location, game: row.game)
                    }
                }
                for row in found { observe(.quarantined(block: row.block.id, segment: segment)) }
            }
            guard page.count == Limits.bookkeepingBatch else { break }
            last = page.last
        }
        await reader.close()
    }

    /// Finds segments that are gone or too short, and takes what they held out of service. An open one is written to
    /// no more.
    func quarantineLostSegments() async throws {
        for row in try await database.read({ try SegmentRows($0).all() }) where row.indexedLength > 0 {
            let length = try await storage.length(of: row.number)
            if let length, length >= row.indexedLength { continue }
            observe(.segmentLost(segment: row.number, length: length, expected: row.indexedLength))
            try await quarantineDamage(in: row.number)
            if row.isOpen {
                try await database.transaction { try SegmentRows($0).seal(row.number, length: row.indexedLength) }
            }
        }
    }
}
