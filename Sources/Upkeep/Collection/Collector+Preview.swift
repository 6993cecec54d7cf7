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
        try await forEachLapsed { asset, game, lapsed in
            let gameNumber = try await database.read { try GameNumbers($0).existing(asset.gameID) ?? 0 }
            for version in lapsed {
                guard try await !database.read({ try DeletedVersions($0).isHeld(version) }) else { continue }
                report.versionsDeleted += 1
                report.tell(version, game: game, path: asset.path, .retention)
                going.append((version.id, gameNumber, version.blockCount))
            }
        }
        try await previewDue(into: &report, &going)
        var leaving = Leaving()
        for (segment, count, bytes) in try await database.read({ try BlockIndex($0).notHeld() }) {
            leaving.add(segment, count: count, storedBytes: bytes)
        }
        try await addHeld(only: going, to: &leaving)
        report.blocksCondemned = leaving.count
        var kept: Int64 = 0
        // Those that are written to now are full one day, too.
        try await forEachUse(withLeased: true) { use in
            let parts = leaving.segments[use.row.number] ?? (0, 0)
            let rest = use.without(blocks: parts.count, bytes: parts.bytes)
            guard !rest.hasTail, use.row.indexedLength > 0 else { return }
            if rest.blockCount == 0 {
                report.segmentsRemoved += 1
                report.bytesFreed += use.row.indexedLength
            } else if rest.isBelow(liveShare: rules.liveShare) {
                report.segmentsCompacted += 1
                report.bytesCopied += rest.liveBytes
                report.bytesFreed += rest.deadBytes
            } else {
                kept += parts.bytes
            }
        }
        if kept >= 1024 * 1024 {
            report.note(
                "\(kept / (1024 * 1024)) MiB more would be needed by nobody, and stay until the segments that they lie in are "
                    + "emptier (collection.live_share).")
        }
        try await tellWaiting(in: &report)
        return report
    }

    /// Blocks that nobody would hold, by the segments that they lie in.
    private struct Leaving {
        private(set) var segments: [Int64: (count: Int64, bytes: Int64)] = [:]
        private(set) var count: Int64 = 0

        /// - Parameter storedBytes: Of their records, without the headers.
        mutating func add(_ segment: Int64, count: Int64, storedBytes: Int64) {
            let bytes = storedBytes + count * Int64(RecordHeader.byteCount)
            let there = segments[segment] ?? (0, 0)
            segments[segment] = (there.count + count, there.bytes + bytes)
            self.count += count
        }
    }

    private func previewDue(
        into report: inout CollectionReport, _ going: inout [(version: ResourceID, game: Int64, blockCount: Int64)]
    ) async throws {
        try await forEachDue { version, _ in
            report.versionsCollected += 1
            report.tell(version.version, game: version.game, path: version.path, .deleted)
            going.append((version.version.id, version.gameNumber, version.version.blockCount))
        }
    }

    /// Adds the blocks that nobody holds but these versions.
    ///
    /// Where there are more than fit in memory, a part of all ids is looked at and stands for the rest: ids are random, so
    /// that is right within a percent.
    private func addHeld(
        only versions: [(version: ResourceID, game: Int64, blockCount: Int64)], to leaving: inout Leaving
    ) async throws {
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
                leaving.add(use.segment, count: Int64(parts), storedBytes: Int64(parts) * use.storedLength)
            }
        }
    }
}

extension Digest {
    /// In which of so many parts of all ids it is.
    fileprivate func part(of count: Int) -> Int {
        let bytes = bytes
        return (Int(bytes[0]) << 16 | Int(bytes[1]) << 8 | Int(bytes[2])) % count
    }
}
