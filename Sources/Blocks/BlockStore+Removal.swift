import BlockFormat
import Metadata
import PawlModel

extension BlockStore {
    /// Removes a segment of which no row needs anything. Every segment that goes, goes through here.
    ///
    /// The steps are in this order, so that a stop between any two of them leaves what the next call ends:
    /// 1. the row tells that nothing of the segment is needed, in the transaction that finds it so; no lease and no
    ///    copy adds to it from then on,
    /// 2. the file goes, and its name, durably,
    /// 3. the row goes; that of the highest number stays, so that none is ever given twice.
    ///
    /// - Returns: What the file took, in bytes; nil when something of the segment is needed, or a backup is being made.
    package func removeSegment(_ number: Int64) async throws -> Int64? {
        var freed: Int64?
        _ = try await removingSegments { freed = try await remove(number) }
        return freed
    }

    private func remove(_ number: Int64) async throws -> Int64? {
        guard try await database.transaction({ try SegmentRows($0).retire(number) }) else { return nil }
        let length = try await storage.length(of: number)
        try await storage.remove(number)
        try await database.transaction { try SegmentRows($0).remove(number) }
        guard let length else { return 0 }
        observe(.removed(segment: number, bytes: length))
        return length
    }

    /// The row of a segment for a copy: numbered above all that ever were, and leased to nobody.
    func beginSegment(game: Int64) async throws -> OpenSegment {
        let (now, floor) = (ambient.now(), highestSegment)
        let (row, gameID) = try await database.transaction { sql in
            (try SegmentRows(sql).begin(game: game, above: floor, now: now), try GameNumbers(sql).game(game))
        }
        let header = SegmentHeader(number: row.number, game: gameID?.value ?? 0, createdAt: row.createdAt)
        return OpenSegment(row: row, file: try await storage.open(header, at: 0), entries: [])
    }
}
