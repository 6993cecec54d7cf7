internal import AsyncHTTPClient
internal import BlockFormat
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import PawlModel

/// Fetches runs of blocks by ranges of a version's content, and proves each block as it comes.
struct RangeFetch: Sendable {
    /// Bytes of one range: many blocks for one round trip, little to fetch again after a broken line.
    static let runSizeMax: Int64 = 8 * 1024 * 1024
    /// Bytes that are collected before they are proven and written together.
    private static let batchSize = 512 * 1024
    /// Times that bytes may come which are not the block, before it is an error.
    private static let wrongBlocksMax = 3

    let client: PawlClient
    let version: Version
    /// Blocks that follow each other in the version's content.
    let positions: BlockPositions
    /// Where the first of them begins in it.
    let start: Int64
    let meter: ProgressMeter
    /// Puts proven blocks, given by their indices, where they belong.
    let write: @Sendable (ByteBuffer, Range<Int>) async throws -> Void

    /// Fetches runs side by side, as many at once as there may be connections.
    func fetch(all runs: [Range<Int>]) async throws {
        var waiting = runs.makeIterator()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<client.configuration.connectionsMax {
                guard let run = waiting.next() else { break }
                group.addTask { try await fetch(run) }
            }
            while try await group.next() != nil {
                if let run = waiting.next() { group.addTask { try await fetch(run) } }
            }
        }
    }

    /// Returns when all blocks of the run are written. After a trouble it goes on with the first block
    /// that is not.
    func fetch(_ run: Range<Int>) async throws {
        var rest = run
        var outage = Outage(client.patience)
        var wrongBlockCount = 0
        while !rest.isEmpty {
            // The first block that is not written.
            var next = rest.lowerBound
            do {
                let end = try await fetch(rest, next: &next)
                if end == .wrongBlock { wrongBlockCount += 1 }
                guard wrongBlockCount < Self.wrongBlocksMax else { throw wrongBytes(next) }
            } catch {
                if next > rest.lowerBound { outage.end() }
                try await outage.pause(after: error)
            }
            rest = next..<run.upperBound
        }
    }

    /// How an answer came to its end.
    private enum End: Sendable {
        case complete
        /// A block came whose bytes are not what its id says; what follows it was not looked at.
        case wrongBlock
    }

    /// Fetches a run once. `next` moves with each block that is in its place, also when this throws.
    private func fetch(_ run: Range<Int>, next: inout Int) async throws -> End {
        let place = positions.bytes(of: run)
        let range = start + place.lowerBound..<start + place.upperBound
        let request = Request(.GET, Routes.content(ofVersion: version.id))
            .with(header: "Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")
        var reached = next
        defer { next = reached }
        return try await client.stream(request) { head, body in
            try check(head, is: range)
            var bytes = ByteBufferAllocator().buffer(capacity: Self.batchSize + Limits.blockSizeMax)
            for try await part in body {
                bytes.writeImmutableBuffer(part)
                if bytes.readableBytes >= Self.batchSize {
                    guard try await take(&bytes, upTo: run.upperBound, next: &reached) else { return .wrongBlock }
                }
            }
            guard try await take(&bytes, upTo: run.upperBound, next: &reached) else { return .wrongBlock }
            guard reached == run.upperBound, bytes.readableBytes == 0 else {
                throw ClientError(
                    .interrupted, "The server's answer ended too early.",
                    advice: "Run the same command again.")
            }
            return .complete
        }
    }

    /// Proves and writes the whole blocks at the start of `bytes`, and takes them away. False when one is wrong.
    private func take(_ bytes: inout ByteBuffer, upTo end: Int, next: inout Int) async throws -> Bool {
        let first = next
        var last = first
        var length = 0
        while last < end, length + positions.blocks[last].length <= bytes.readableBytes {
            length += positions.blocks[last].length
            last += 1
        }
        guard last > first, let whole = bytes.readSlice(length: length) else { return true }
        let candidates = first..<last
        let goodCount = try await client.threads.runIfActive { goodBlocks(in: whole, from: candidates) }
        if goodCount > 0 {
            let good = positions.bytes(of: first..<first + goodCount)
            let slice = whole.getSlice(at: whole.readerIndex, length: good.count)!
            try await write(slice, first..<first + goodCount)
            next = first + goodCount
            client.patience.progressed()
            meter.sent(bytes: good.count, blocks: goodCount)
        }
        // What is left begins the next block; it is short, and the buffer is used again.
        bytes.discardReadBytes()
        return goodCount == candidates.count
    }

    /// How many blocks from the start on are what their ids say. Blocks the thread.
    private func goodBlocks(in bytes: ByteBuffer, from run: Range<Int>) -> Int {
        bytes.withUnsafeReadableBytes { bytes in
            var position = 0
            for index in run {
                let block = positions.blocks[index]
                let slice = UnsafeRawBufferPointer(rebasing: bytes[position..<position + block.length])
                guard Digest(sha256Of: slice) == block.id else { return index - run.lowerBound }
                position += block.length
            }
            return run.count
        }
    }

    private func check(_ head: HTTPClientResponse, is range: Range<Int64>) throws {
        let isWhole = range == 0..<version.size
        guard head.status == .partialContent || head.status == .ok && isWhole else {
            throw ClientError(
                .badAnswer, "The server answered a range with \(head.status).",
                advice: "Bring `pawl` to the server's version, and see what proxies are between.")
        }
        if head.status == .partialContent, let place = head.headers.first(name: "Content-Range"),
            !place.hasPrefix("bytes \(range.lowerBound)-\(range.upperBound - 1)/")
        {
            throw ClientError(
                .badAnswer, "The server answered with another range than was asked for.",
                advice: "See what proxies are between.")
        }
    }

    private func wrongBytes(_ index: Int) -> ClientError {
        ClientError(
            .wrongBytes, "The server sent wrong bytes for block \(positions.blocks[index].id), again and again.",
            advice: "Run `pawl doctor` on the server; nothing was changed here.")
    }
}
