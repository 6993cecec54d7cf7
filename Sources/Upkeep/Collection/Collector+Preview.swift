import BlockFormat
import Blocks
import Metadata
package import PawlModel

extension Collector {
    /// What a collection would take away now, and what that frees once every time is over. Changes nothing.
    ///
    /// Whoever pushes or deletes meanwhile makes it a little wrong.
    package func preview() async throws -> CollectionReport {
        var report = CollectionReport()
        var going: [(version: ResourceID, game: Int64, blockCount: Int64)] = []
        try await forEachLapsed { asset, lapsed in
            let game = try await database.read { try GameNumbers($0).existing(asset.gameID) ?? 0 }
            for version in lapsed {
                guard try await !database.read({ try DeletedVersions($0).isHeld(version) }) else { continue }
                report.versionsDeleted += 1
                report.tell(version, path: asset.path, .retention)
                going.append((version.id, game, version.blockCount))
            }
        }
        try await previewDue(into: &report, &going)
        let notHeld = try await database.read { try BlockIndex($0).notHeld() }
        let released = try await onlyHeld(by: going)
        report.blocksCondemned = notHeld.count + released.count
        report.bytesFreed =
            notHeld.bytes + notHeld.count * Int64(RecordHeader.byteCount) + released.bytes
        try await forEachUse { use in
            if use.isEmpty, use.row.indexedLength > 0 {
                report.segmentsRemoved += 1
                report.bytesFreed += use.row.indexedLength
            } else if isSparse(use) {
                report.segmentsCompacted += 1
                report.bytesCopied += use.liveBytes
                report.bytesFreed += use.deadBytes
            }
        }
        return report
    }

    private func previewDue(
        into report: inout CollectionReport, _ going: inout [(version: ResourceID, game: Int64, blockCount: Int64)]
    ) async throws {
        try await forEachDue { version, _ in
            report.versionsCollected += 1
            report.tell(version.version, path: version.path, .deleted)
            going.append((version.version.id, version.gameNumber, version.version.blockCount))
        }
    }

    /// The blocks that nobody holds but these versions, and the bytes of their records.
    ///
    /// Where there are more than fit in memory, a part of all ids is looked at and stands for the rest: ids are random, so
    /// that is right within a percent.
    private func onlyHeld(
        by versions: [(version: ResourceID, game: Int64, blockCount: Int64)]
    ) async throws -> (count: Int64, bytes: Int64) {
        var sum: (count: Int64, bytes: Int64) = (0, 0)
        for (game, versions) in Dictionary(grouping: versions, by: \.game) {
            let total = versions.reduce(0) { $0 + Int($1.blockCount) }
            let parts = total / Limits.releasedIDsMax + 1
            var holders: [Digest: Int64] = [:]
            for version in versions {
                var own: Set<Digest> = []
                try await forEachPage(of: version.version) { page in
                    for id in page where parts == 1 || id.part(of: parts) == 0 { own.insert(id) }
                }
                for id in own { holders[id, default: 0] += 1 }
            }
            let (ids, counts) = (Array(holders.keys), holders)
            let uses = try await database.read { try BlockIndex($0).uses(of: ids, game: game) }
            for (id, use) in uses where use.references == counts[id] {
                sum.count += Int64(parts)
                sum.bytes += Int64(parts) * (use.storedLength + Int64(RecordHeader.byteCount))
            }
        }
        return sum
    }
}

extension Digest {
    /// In which of so many parts of all ids it is.
    fileprivate func part(of count: Int) -> Int {
        let bytes = bytes
        return (Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])) % count
    }
}
