import BlockFormat
import Blocks
import Metadata
package import NIOCore
import PawlModel

/// Reads a range of a version's content in order, about a MiB at a time, every block checked before its bytes leave.
///
/// Belongs to one task. After the last `next`, or an error, it wants `close`. `next` throws
/// `BlockStoreError.damaged` when a block fails its check: what came before is right, and nothing of that block is given.
package struct ContentReader: ~Copyable {
    private let selected: Downloads.Selected
    private let context: TransferContext
    /// What has yet to be given.
    private var range: Range<Int64>
    /// The blocks of the page at hand, and the offset of what it gives next.
    private var sequence: BlockSequence?
    private var position: Int64 = 0

    init(_ range: Range<Int64>, of selected: Downloads.Selected, context: TransferContext) {
        self.range = range
        self.selected = selected
        self.context = context
    }

    /// The next bytes; nil at the end of the range.
    package mutating func next() async throws -> ByteBuffer? {
        while !range.isEmpty {
            if sequence == nil { try await openPage() }
            guard var bytes = try await sequence?.next() else {
                await close()
                continue
            }
            let end = position + Int64(bytes.readableBytes)
            if end > range.upperBound {
                bytes.moveWriterIndex(to: bytes.writerIndex - Int(end - range.upperBound))
            }
            if position < range.lowerBound { bytes.moveReaderIndex(forwardBy: Int(range.lowerBound - position)) }
            position = end
            range = min(end, range.upperBound)..<range.upperBound
            return bytes
        }
        return nil
    }

    package mutating func close() async {
        await sequence?.close()
        sequence = nil
    }

    /// Finds the blocks of the manifest page that covers the range's start.
    private mutating func openPage() async throws {
        let (version, start) = (selected.version.id, range.lowerBound)
        let page = try await context.database.read { try VersionRows($0).page(of: version, covering: start) }
        guard let page else { throw SQLError.corrupt("\(version) has no page at \(start)") }
        var offset = page.firstOffset
        var blocks: [BlockReference] = []
        for block in page.blocks {
            let end = offset + Int64(block.length)
            if end > range.lowerBound, offset < range.upperBound {
                if blocks.isEmpty { position = offset }
                blocks.append(block)
            }
            offset = end
        }
        guard !blocks.isEmpty else { throw SQLError.corrupt("\(version) ends before its size") }
        sequence = BlockSequence(blocks, store: context.blocks, game: selected.gameNumber)
    }
}
