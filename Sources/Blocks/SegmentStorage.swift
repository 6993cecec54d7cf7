package import BlockFormat
package import Files
package import NIOCore

/// The port to where segments live: named by their numbers, written at their end, read anywhere.
///
/// Bytes are opaque here. What a record is, when a group is synced and what may be believed is decided above.
package protocol SegmentStorage: Sendable {
    /// Opens an unsealed segment to go on at `length`, cutting what lies beyond; makes it when it is not there.
    ///
    /// A new segment begins with `header`, so with a `length` of zero the first append goes behind that.
    func open(_ header: SegmentHeader, at length: Int64) async throws -> any SegmentFile

    /// Opens a segment for reading; throws `BlockStoreError.segmentMissing` when it is not there.
    func read(_ number: Int64) async throws -> any SegmentSource

    /// The length of a segment in bytes, or nil when it is not there.
    func length(of number: Int64) async throws -> Int64?

    /// The numbers of all segments that are there, in order.
    func numbers() async throws -> [Int64]

    /// Writes bytes that were damaged again, in the middle of a segment, sealed or not, and syncs them.
    func mend(_ number: Int64, with bytes: ByteBuffer, at offset: Int64) async throws

    /// Removes a segment for good, its name included; does nothing when it is not there. Who has it open reads on.
    func remove(_ number: Int64) async throws

    /// Room left for segments, in bytes.
    func freeSpace() async throws -> Int64
}

/// An unsealed segment. One writer uses it at a time.
package protocol SegmentFile: SegmentSource {
    /// Writes pieces back to back at `offset`, where the last write ended, after reserving the space; ENOSPC is told
    /// before a byte is written. Up to the last whole sector they can be read when this returns.
    func write(_ pieces: [ByteBuffer], at offset: Int64) async throws

    /// Makes what was written up to `end` durable, the segment's name included. More may be written meanwhile.
    func synchronize(upTo end: Int64) async throws

    /// Ends the segment at `length`: gives back what was reserved beyond, and syncs.
    func seal(at length: Int64) async throws

    /// Takes the write permission away, once the rows say that the segment is sealed.
    func makeReadOnly() async throws
}

/// A segment that can be read.
package protocol SegmentSource: Sendable {
    /// Up to `count` bytes at `offset`; fewer only at the end.
    func read(_ count: Int, at offset: Int64) async throws -> ByteBuffer

    /// The bytes of some ranges, in order and not overlapping, back to back in `space`: all of them, or those before the
    /// first one that is cut off, or that is not as it should be.
    func read(
        _ ranges: [Range<Int64>], into space: ReadSpace, where isSound: @escaping RangeCheck
    ) async throws -> ByteBuffer

    func close() async throws
}
