import BlockFormat
import Metadata
import PawlModel

/// Runs that were written to one segment: one sync makes them durable, and one transaction tells the rows.
struct SegmentGroup: Sendable {
    /// Nil for runs without a record: of bytes that the game has already.
    let segment: OpenSegment?
    private(set) var runs: [WrittenRun] = []
    /// Bytes written, headers among them.
    private(set) var byteCount = 0
    /// Where it ends in its segment.
    var end: Int64 = 0
    /// Whether the segment is full with it.
    var isLast = false

    init(segment: OpenSegment?) {
        self.segment = segment
    }

    mutating func append(_ run: WrittenRun, byteCount: Int) {
        runs.append(run)
        self.byteCount += byteCount
    }

    var blockCount: Int { runs.reduce(0) { $0 + $1.blocks.count } }
    var rawByteCount: Int64 { runs.reduce(0) { $0 + $1.rawByteCount } }
}

/// A run that was written, with where its records lie.
struct WrittenRun: Sendable {
    let purpose: BlockRun.Purpose
    let blocks: [StoredBlock]
    let tail: [TailLocation]

    init(_ run: BlockRun, at records: [StoredBlock]) {
        purpose = run.purpose
        let kinds = run.headers.map(\.kind)
        blocks = zip(kinds, records).filter { $0.0 == .block }.map(\.1)
        let pieces = zip(kinds, records).filter { $0.0 == .tail }.map(\.1.location)
        // The tail reaches up to where the step ends.
        var offset = run.purpose.end - pieces.reduce(0) { $0 + Int64($1.rawLength) }
        tail = pieces.map { piece in
            defer { offset += Int64(piece.rawLength) }
            return TailLocation(
                firstOffset: offset, segment: piece.segment, position: piece.position, length: piece.rawLength,
                checksum: piece.checksum)
        }
    }

    var rawByteCount: Int64 { blocks.reduce(0) { $0 + Int64($1.location.rawLength) } }
}

extension BlockRun.Purpose {
    fileprivate var end: Int64 {
        if case .stream(let step) = self { step.range.upperBound } else { 0 }
    }
}
