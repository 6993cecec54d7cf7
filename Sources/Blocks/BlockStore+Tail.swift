import BlockFormat
package import Metadata
package import NIOCore
import PawlModel

extension BlockStore {
    /// The bytes of a tail. Throws `damaged` when a part of them is not what was acknowledged.
    package func read(_ tail: [TailLocation]) async throws -> ByteBuffer {
        var bytes = ByteBuffer()
        for piece in tail {
            let source = try await storage.read(piece.segment)
            let start = piece.position + Int64(RecordHeader.byteCount)
            let part: ByteBuffer
            do {
                part = try await source.read(piece.length, at: start)
            } catch {
                try? await source.close()
                throw error
            }
            try? await source.close()
            guard part.readableBytes == piece.length,
                part.withUnsafeReadableBytes({ CRC32.checksum($0) }) == piece.checksum
            else {
                throw BlockStoreError(.damaged, "a tail in segment \(piece.segment) is damaged")
            }
            bytes.writeImmutableBuffer(part)
        }
        return bytes
    }
}
