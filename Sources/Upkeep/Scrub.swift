package import Blocks
import Metadata
package import PawlModel

/// Reads every byte of every segment against its CRC-32, takes damaged blocks out of service, and says what they belong
/// to. Whoever pushes such a block again heals it.
///
/// A damaged journal is told anew from the rows.
package struct Scrub: Sendable {
    private let store: BlockStore
    private let journal: SegmentJournal

    package init(store: BlockStore, journal: SegmentJournal) {
        self.store = store
        self.journal = journal
    }

    /// Reads segments from a place on, at least one, until `duration` is over.
    package func run(from place: ScrubPlace, for duration: Duration) async throws -> ScrubReport {
        var report = ScrubReport()
        report.bytesTotal = try await byteCount()
        var place: ScrubPlace? = place
        let end = ContinuousClock.now + duration
        while let next = place, report.segments == 0 || ContinuousClock.now < end {
            place = try await step(from: next, into: &report)
            guard report.findings.count < Limits.scrubFindingsMax / 2 else { break }
        }
        report.next = place?.description
        return report
    }

    /// Reads the next segment. Answers where to go on; nil when there is none behind it.
    ///
    /// - Parameter pace: Called with the bytes of each read; it may wait.
    package func step(
        from place: ScrubPlace, into report: inout ScrubReport,
        pace: @escaping @Sendable (Int) async throws -> Void = { _ in }
    ) async throws -> ScrubPlace? {
        switch place.kind {
        case .blocks:
            guard let row = try await store.database.read({ try SegmentRows($0).next(after: place.last) }) else {
                return ScrubPlace(kind: .journal, last: 0)
            }
            if let findings = try await store.examine(row.number, pace: pace) {
                try await note(findings, into: &report)
            }
            report.segments += 1
            report.bytes += row.indexedLength
            return ScrubPlace(kind: .blocks, last: row.number)
        case .journal:
            guard let number = try await journal.next(after: place.last) else { return nil }
            let (length, damages) = try await journal.examine(number, pace: pace)
            report.segments += 1
            report.bytes += length
            if !damages.isEmpty { try await mendJournal(number, damages, &report) }
            return ScrubPlace(kind: .journal, last: number)
        }
    }

    /// Of all segments, in bytes.
    private func byteCount() async throws -> Int64 {
        var count = try await store.database.read { sql in
            try SegmentRows(sql).all().reduce(Int64(0)) { $0 + $1.indexedLength }
        }
        for number in try await journal.storage.numbers() {
            count += try await journal.storage.length(of: number) ?? 0
        }
        return count
    }

    private func note(_ findings: SegmentFindings, into report: inout ScrubReport) async throws {
        for damage in findings.damages {
            report.findings.append("segment \(findings.segment): \(damage)")
        }
        for damage in findings.unused {
            report.notes.append("segment \(findings.segment): \(damage), and nobody needs them")
        }
        for damage in findings.mended {
            report.findings.append("segment \(findings.segment): \(damage): mended")
        }
        for upload in findings.uploads {
            report.findings.append(
                "\(upload) has lost bytes behind its last cut in segment \(findings.segment): it begins anew")
        }
        for (game, blocks) in Dictionary(grouping: findings.damagedBlocks, by: \.game).sorted(by: { $0.key < $1.key }) {
            let versions = try await store.database.read { sql in
                try BlockAudit(sql).versions(holding: Set(blocks.map(\.block.id)), game: game)
            }
            report.findings.append(Self.sentence(blocks.map(\.block.id), findings.segment))
            for version in versions where !report.versions.contains(version.name) {
                report.versions.append(version.name)
                report.findings.append("\(version.name) (\(version.id)) needs a damaged block: push it again")
            }
        }
    }

    /// Names the first few: who wants them all asks for the versions.
    private static func sentence(_ ids: [Digest], _ segment: Int64) -> String {
        let listed = ids.prefix(3).map(\.hex).joined(separator: ", ") + (ids.count > 3 ? " …" : "")
        return ids.count == 1
            ? "block \(listed) in segment \(segment) is damaged, and out of service until it is pushed again"
            : "\(ids.count) blocks in segment \(segment) are damaged, and out of service until they are pushed again: "
                + listed
    }

    private func mendJournal(
        _ number: Int64, _ damages: [SegmentDamage], _ report: inout ScrubReport
    ) async throws {
        let isMended = try await journal.rewrite()
        for damage in damages {
            report.findings.append(
                "journal segment \(number): \(damage); "
                    + (isMended ? "all of the journal was written anew" : "it cannot be written anew just now"))
        }
    }
}
