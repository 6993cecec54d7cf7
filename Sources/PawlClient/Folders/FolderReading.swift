internal import BlockFormat
internal import NIOPosix

/// The blocks of some local files, by their numbers.
struct FolderReading: Sendable {
    private(set) var blocks: [Int: [BlockReference]] = [:]
    /// When each was opened, in nanoseconds since 1970.
    private(set) var times: [Int: Int64] = [:]

    /// Reads files from end to end. Those that may be passed over, and cannot be read, are left out.
    static func read(_ files: [ScanFile], threads: NIOThreadPool) async throws -> FolderReading {
        var reading = FolderReading()
        var scan = FileScan(files, threads: threads)
        while let slab = try await scan.next() {
            for piece in slab.blocks { reading.blocks[piece.file, default: []].append(piece.block) }
            for end in slab.ends {
                if end.readCount < 0 {
                    reading.blocks[end.file] = nil
                } else {
                    reading.times[end.file] = end.openedAt
                    if end.readCount == 0 { reading.blocks[end.file] = [] }
                }
            }
            scan.recycle(slab)
        }
        return reading
    }
}
