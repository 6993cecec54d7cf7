internal import BlockFormat
internal import NIOCore
internal import NIOPosix
internal import PawlModel

/// Sends blocks that are not in memory, from their places in the files.
struct RepeatedRead: Sendable {
    let source: PushSource
    let delivery: BlockDelivery

    /// A block and where it is: the index of its entry, and the offset in that file.
    struct Piece: Sendable {
        var file: Int
        var block: BlockReference
        var offset: Int64
    }

    /// Has the server pin blocks, and sends those that it misses. At most `Limits.haveCountMax` at once.
    func confirm(_ pieces: [Piece]) async throws {
        guard !pieces.isEmpty else { return }
        let missing = try await delivery.session.missing(pieces.map(\.block.id))
        var wanted: [Piece] = []
        var ids: Set<Digest> = []
        var length = 0
        for (piece, isMissing) in zip(pieces, missing) where isMissing && ids.insert(piece.block.id).inserted {
            if length + piece.block.length > SlabPool.slabSize {
                try await send(wanted)
                wanted = []
                length = 0
            }
            wanted.append(piece)
            length += piece.block.length
        }
        if !wanted.isEmpty { try await send(wanted) }
    }

    private func send(_ pieces: [Piece]) async throws {
        let parcel = try await delivery.client.threads.runIfActive { try read(pieces) }
        try await delivery.deliver(parcel, isRepeat: true)
    }

    /// Reads blocks and proves that they are what they were. Blocks the thread.
    private func read(_ pieces: [Piece]) throws -> Parcel {
        let length = pieces.reduce(0) { $0 + $1.block.length }
        var parcel = Parcel(bytes: ByteBufferAllocator().buffer(capacity: length), blocks: [])
        var open: (index: Int, file: SourceFile)?
        for piece in pieces {
            let path = source.path(of: piece.file)
            if open?.index != piece.file { open = (piece.file, try SourceFile(path)) }
            guard let file = open?.file else { continue }
            let position = parcel.bytes.readableBytes
            try parcel.bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: piece.block.length) { space in
                let target = UnsafeMutableRawBufferPointer(rebasing: space[..<piece.block.length])
                let count = try file.read(into: target, at: piece.offset)
                guard count == target.count, Digest(sha256Of: UnsafeRawBufferPointer(target)) == piece.block.id else {
                    throw ClientError.changed(path)
                }
                return count
            }
            parcel.blocks.append(Parcel.Piece(block: piece.block, position: position))
        }
        return parcel
    }
}
