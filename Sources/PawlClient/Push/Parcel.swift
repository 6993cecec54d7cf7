internal import BlockFormat
internal import NIOCore
internal import PawlModel

/// Blocks in memory on their way to the server.
struct Parcel: Sendable {
    /// What the blocks are slices of.
    var bytes: ByteBuffer
    var blocks: [Piece]

    /// A block, and where its first byte is, counted from the readable start of `bytes`.
    struct Piece: Sendable {
        var block: BlockReference
        var position: Int
    }

    /// The same bytes with some of the blocks.
    func only(_ pieces: [Piece]) -> Parcel {
        Parcel(bytes: bytes, blocks: pieces)
    }

    /// How long the records of the blocks are.
    var recordLength: Int {
        blocks.reduce(0) { $0 + RecordHeader.byteCount + $1.block.length }
    }

    /// Parcels whose records have up to `recordLengthMax` bytes each; a single longer one stands alone.
    func split(recordLengthMax: Int) -> [Parcel] {
        var parcels: [Parcel] = []
        var run: [Piece] = []
        var length = 0
        for piece in blocks {
            let record = RecordHeader.byteCount + piece.block.length
            if !run.isEmpty, length + record > recordLengthMax {
                parcels.append(only(run))
                run = []
                length = 0
            }
            run.append(piece)
            length += record
        }
        if !run.isEmpty { parcels.append(only(run)) }
        return parcels
    }

    /// The body of a `PUT …/blocks`: each block behind its header. Blocks the thread for a CRC-32 and a copy.
    func records() -> ByteBuffer {
        var records = ByteBufferAllocator().buffer(capacity: recordLength)
        bytes.withUnsafeReadableBytes { bytes in
            for piece in blocks {
                let range = piece.position..<piece.position + piece.block.length
                let payload = UnsafeRawBufferPointer(rebasing: bytes[range])
                let header = RecordHeader.block(id: piece.block.id, payload: payload)
                records.writeWithUnsafeMutableBytes(minimumWritableBytes: RecordHeader.byteCount) { target in
                    header.write(to: target)
                    return RecordHeader.byteCount
                }
                records.writeBytes(payload)
            }
        }
        return records
    }
}
