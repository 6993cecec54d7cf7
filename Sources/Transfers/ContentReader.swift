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
    private var reader: BlockReader
    /// Counted among all that read at once, as long as it is there.
    private let seat: Readers.Seat
    /// What has yet to be given.
    private var range: Range<Int64>
    /// What of the manifest page at hand has yet to be read, and the next one, which is looked up meanwhile.
    private var page = Page()
    private var following: Task<Page, any Error>?

    init(_ range: Range<Int64>, of selected: Downloads.Selected, context: TransferContext) {
        self.range = range
        self.selected = selected
        self.context = context
        reader = BlockReader(store: context.blocks, game: selected.gameNumber)
        seat = context.readers.enter()
    }

    /// The next bytes; nil at the end of the range. Throws `not_found` when the version was deleted meanwhile, and what it
    /// held is gone.
    package mutating func next() async throws -> ByteBuffer? {
        do {
            return try await nextRun()
        } catch let error as BlockStoreError where error.code == .damaged || error.code == .segmentMissing {
            let version = selected.version.id
            guard try await context.database.read({ try VersionRows($0).ready(version) }) != nil else {
                throw Problem.notFound("versions", version)
            }
            throw error
        }
    }

    private mutating func nextRun() async throws -> ByteBuffer? {
        guard !range.isEmpty else { return nil }
        if page.blocks.isEmpty { try await turnPage() }
        var (bytes, count) = try await reader.read(
            page.blocks, at: page.locations, upTo: context.readers.runSize)
        let start = page.start
        page.drop(count)
        if page.start > range.upperBound {
            bytes.moveWriterIndex(to: bytes.writerIndex - Int(page.start - range.upperBound))
        }
        if start < range.lowerBound { bytes.moveReaderIndex(forwardBy: Int(range.lowerBound - start)) }
        range = min(page.start, range.upperBound)..<range.upperBound
        return bytes
    }

    package mutating func close() async {
        following?.cancel()
        await reader.close()
    }

    /// The blocks of one manifest page that lie in the range, and where they are stored.
    private struct Page: Sendable {
        var blocks: ArraySlice<BlockReference> = []
        var locations: ArraySlice<BlockLocation> = []
        /// Where the first of them begins in the content.
        var start: Int64 = 0

        mutating func drop(_ count: Int) {
            start += blocks.prefix(count).reduce(0) { $0 + Int64($1.length) }
            blocks = blocks.dropFirst(count)
            locations = locations.dropFirst(count)
        }
    }

    private mutating func turnPage() async throws {
        if let following {
            page = try await following.value
        } else {
            page = try await Self.page(of: range, of: selected, context)
        }
        let end = page.blocks.reduce(page.start) { $0 + Int64($1.length) }
        let (rest, selected, context) = (end..<max(end, range.upperBound), selected, context)
        following = rest.isEmpty ? nil : Task { try await Self.page(of: rest, of: selected, context) }
    }

    /// The page that covers the start of a range.
    private static func page(
        of range: Range<Int64>, of selected: Downloads.Selected, _ context: TransferContext
    ) async throws -> Page {
        let version = selected.version.id
        let found = try await context.database.read { sql in
            guard let page = try VersionRows(sql).page(of: version, covering: range.lowerBound) else {
                // It was deleted while it was read, and collected.
                guard try VersionRows(sql).ready(version) != nil else { throw Problem.notFound("versions", version) }
                throw SQLError.corrupt("\(version) has no page at \(range.lowerBound)")
            }
            return page
        }
        var page = Page(blocks: found.blocks[...], start: found.firstOffset)
        page.drop(page.blocks.prefixCount(endingBy: range.lowerBound - page.start))
        page.blocks = page.blocks.prefix(
            page.blocks.prefixCount(endingBy: range.upperBound - page.start, includingTheLast: true))
        guard !page.blocks.isEmpty else { throw SQLError.corrupt("\(version) ends before its size") }
        page.locations = try await BlockReader.located(
            Array(page.blocks), in: context.blocks, game: selected.gameNumber)[...]
        return page
    }
}

extension ArraySlice<BlockReference> {
    /// How many of the blocks end by an offset from the first one; with `includingTheLast` also the one that holds it.
    fileprivate func prefixCount(endingBy offset: Int64, includingTheLast: Bool = false) -> Int {
        var (count, end) = (0, Int64(0))
        for block in self {
            if includingTheLast ? end >= offset : end + Int64(block.length) > offset { break }
            end += Int64(block.length)
            count += 1
        }
        return count
    }
}
