import BlockFormat
package import Blocks
import Metadata
package import PawlModel

/// Checks that rows and bytes agree. Changes nothing, unless it is asked to count anew.
///
/// A collection may run beside it: what does not agree is looked at once more, as it is then.
package struct Doctor: Sendable {
    private let store: BlockStore

    package init(store: BlockStore) {
        self.store = store
    }

    package func examine() async throws -> DoctorReport {
        var report = DoctorReport()
        try await examineSegments(into: &report)
        try await examineBlocks(into: &report)
        try await examineVersions(into: &report)
        return report
    }

    /// Every segment that rows know is there and long enough; what is there and no row knows is told too.
    private func examineSegments(into report: inout DoctorReport) async throws {
        // The files first: a segment that is made in between has its row before its file.
        let numbers = try await store.storage.numbers()
        let rows = try await store.database.read { try SegmentRows($0).all() }
        report.segments = rows.count
        for row in rows {
            if let finding = try await finding(of: row),
                let again = try await store.database.read({ try SegmentRows($0).row(row.number) }),
                try await self.finding(of: again) != nil
            {
                report.findings.append(finding)
            }
        }
        let known = Set(rows.map(\.number))
        for number in numbers where !known.contains(number) {
            guard try await store.storage.length(of: number) != nil else { continue }
            report.findings.append("segment \(number) is on disk, and no row knows it")
        }
    }

    private func finding(of row: SegmentRow) async throws -> String? {
        let length = try await store.storage.length(of: row.number)
        if length == nil, row.indexedLength > 0 { return "segment \(row.number) is gone" }
        guard let length, length < row.indexedLength else { return nil }
        return "segment \(row.number) has \(length) of \(row.indexedLength) bytes"
    }

    /// Every live block is where its row says, byte for byte.
    private func examineBlocks(into report: inout DoctorReport) async throws {
        var after: AuditedBlock?
        while true {
            let start = after
            let page = try await store.database.read { sql in
                try BlockAudit(sql).page(after: start, limit: Limits.bookkeepingBatch)
            }
            var reader = BlockReader(store: store, game: 0)
            for row in page {
                let name = "block \(row.block.id) in segment \(row.block.location.segment)"
                if !row.isLive {
                    report.findings.append("\(name) is out of service: push it again")
                } else if (try? await reader.isSound(row.block.id, at: row.block.location)) != true,
                    try await isStillDamaged(row)
                {
                    report.findings.append("\(name) is damaged")
                }
            }
            await reader.close()
            report.blocks += page.count
            guard page.count == Limits.bookkeepingBatch else { return }
            after = page.last
        }
    }

    /// Whether a block is not sound where it lies now; one that has gone meanwhile is not missed.
    private func isStillDamaged(_ row: AuditedBlock) async throws -> Bool {
        let (id, game) = (row.block.id, row.game)
        var last = row.block.location
        while true {
            let now = try await store.database.read { try BlockIndex($0).locations(of: [id], game: game)[id] }
            guard let now else { return false }
            guard now != last else { return true }
            last = now
            var reader = BlockReader(store: store, game: game)
            let isSound = (try? await reader.isSound(id, at: now)) == true
            await reader.close()
            if isSound { return false }
        }
    }

    /// Every block of every version has a live row, and each row counts as many holders as it has.
    private func examineVersions(into report: inout DoctorReport) async throws {
        let (recount, condemned) = try await store.database.read { sql in
            (try BlockAudit(sql).recount(), try BlockAudit(sql).condemnedAndHeld())
        }
        report.versions = recount.versions
        for (version, name, missing, count) in recount.lacking {
            report.findings.append("\(name) (\(version)) lacks \(missing) of its \(count) blocks: push it again")
        }
        for wrong in recount.wrong {
            report.findings.append("block \(wrong.key.id) counts \(wrong.counted) holders and has \(wrong.holders)")
        }
        report.findings += condemned.map { "block \($0) is condemned, and somebody holds it" }
    }

    /// Counts anew how many holders each block has, and answers how many counted wrong. For a storage that nobody serves.
    package func repairCounts() async throws -> Int {
        try await store.database.transaction { sql in
            let recount = try BlockAudit(sql).recount()
            try BlockAudit(sql).correct(recount)
            return recount.wrong.count
        }
    }
}
