import BlockFormat
import Blocks
import Metadata
import NIOCore
import PawlModel

/// Reads blocks one run after the other, in order, every byte checked. Belongs to one task; `close` ends it.
struct BlockSequence: ~Copyable {
    private var reader: BlockReader
    /// The blocks that no page was looked up for yet.
    private var rest: ArraySlice<BlockReference>
    private var page: ArraySlice<BlockReference> = []
    private var locations: ArraySlice<BlockLocation> = []

    init(_ blocks: [BlockReference], store: BlockStore, game: Int64) {
        reader = BlockReader(store: store, game: game)
        rest = blocks[...]
    }

    /// The raw bytes of the next few blocks, about a MiB; nil at the end.
    mutating func next() async throws -> ByteBuffer? {
        if page.isEmpty {
            guard !rest.isEmpty else { return nil }
            page = rest.prefix(Limits.manifestPageEntries)
            rest = rest.dropFirst(page.count)
            locations = try await reader.located(Array(page))[...]
        }
        let run = try await reader.read(page, at: locations)
        page = page.dropFirst(run.count)
        locations = locations.dropFirst(run.count)
        return run.bytes
    }

    mutating func close() async {
        await reader.close()
    }
}
