import BlockFormat
package import Blocks
import Metadata
package import PawlModel

/// Checks that rows and bytes agree. Changes nothing.
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
        let (versions, findings) = try await store.database.read { sql in
            let audit = BlockAudit(sql)
            var holders = try audit.pinCounts()
            let versions = try audit.versions()
            var findings: [String] = []
            for version in versions {
                let blocks = try audit.blocks(of: version.id)
                for id in blocks { holders[BlockKey(game: version.gameNumber, id: id), default: 0] += 1 }
                let missing = try audit.missing(of: blocks, game: version.gameNumber)
                if missing > 0 { findings.append("\(version.id) lacks \(missing) of its \(blocks.count) blocks") }
            }
            for (key, count) in try audit.referenceCounts() where count != holders[key, default: 0] {
                findings.append("block \(key.id) counts \(count) holders and has \(holders[key, default: 0])")
            }
            findings += try audit.condemnedAndHeld().map { "block \($0) is condemned, and somebody holds it" }
            return (versions.count, findings)
        }
        report.versions = versions
        report.findings += findings
    }
}
