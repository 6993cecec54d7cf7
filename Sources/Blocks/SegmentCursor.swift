import NIOCore

/// Reads a segment from its start to its end in pieces of up to 1 MiB, and lends small parts of them.
struct SegmentCursor {
    private let source: any SegmentSource
    /// Called with the bytes of each piece that was read.
    private let pace: @Sendable (Int) async throws -> Void
    private var piece = ByteBuffer()
    /// Where the piece begins in the segment.
    private var start: Int64 = 0

    static let pieceSize = 1024 * 1024

    init(_ source: any SegmentSource, pace: @escaping @Sendable (Int) async throws -> Void = { _ in }) {
        self.source = source
        self.pace = pace
    }

    /// Up to `count` bytes at an offset, no more than a piece has; fewer only at the end of the segment.
    mutating func read(_ count: Int, at offset: Int64) async throws -> ByteBuffer {
        precondition(count <= Self.pieceSize)
        if let part = part(count, at: offset) { return part }
        piece = try await source.read(Self.pieceSize, at: offset)
        start = offset
        try await pace(piece.readableBytes)
        return part(min(count, piece.readableBytes), at: offset) ?? ByteBuffer()
    }

    private func part(_ count: Int, at offset: Int64) -> ByteBuffer? {
        guard offset >= start, offset - start + Int64(count) <= Int64(piece.readableBytes) else { return nil }
        return piece.getSlice(at: piece.readerIndex + Int(offset - start), length: count)
    }
}
