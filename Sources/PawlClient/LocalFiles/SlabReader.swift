internal import BlockFormat
internal import NIOCore
internal import PawlModel

/// Where the blocks of a file end.
enum Cuts: Sendable {
    /// Where the content says so: `Chunker`.
    case content
    /// Where a manifest says so: the lengths of its blocks in order, in bytes.
    case lengths([Int])
}

/// A file that is to be read.
struct ScanFile: Sendable {
    /// What whoever reads it knows it by.
    var number: Int
    var path: String
    /// What it must be when it is opened; nil when that does not matter.
    var state: FileState?
    var cuts = Cuts.content
    /// Whether it is passed over when it cannot be read.
    var isOptional = false
}

/// A run of whole blocks of some files in memory, not hashed yet.
struct CutSlab: Sendable {
    /// The blocks one after the other, perhaps with a part of the next one behind them.
    var bytes: ByteBuffer
    var cuts: [Cut] = []
    var ends: [FileEnd] = []

    /// One block: whose, where in its file, and how long, in bytes.
    struct Cut: Sendable {
        var file: Int
        var offset: Int64
        var length: Int
    }

    /// The blocks in so many runs of about the same number, each with the position of its first byte.
    func parts(_ count: Int) -> [(cuts: ArraySlice<Cut>, position: Int)] {
        var parts: [(cuts: ArraySlice<Cut>, position: Int)] = []
        var position = 0
        let size = max(1, (cuts.count + count - 1) / count)
        for start in stride(from: 0, to: cuts.count, by: size) {
            let part = cuts[start..<min(start + size, cuts.count)]
            parts.append((part, position))
            position += part.reduce(0) { $0 + $1.length }
        }
        return parts
    }

    /// Blocks with their ids. Blocks the thread: about 0.7 ms a MiB.
    func hashed(_ cuts: ArraySlice<Cut>, from start: Int) -> [SlabBlock] {
        bytes.withUnsafeReadableBytes { bytes in
            var position = start
            return cuts.map { cut in
                defer { position += cut.length }
                let block = UnsafeRawBufferPointer(rebasing: bytes[position..<position + cut.length])
                let reference = BlockReference(id: Digest(sha256Of: block), length: cut.length)
                return SlabBlock(file: cut.file, offset: cut.offset, block: reference)
            }
        }
    }
}

/// A file that was read to its end.
struct FileEnd: Sendable {
    var file: Int
    /// Bytes that were there; -1 when it could not be read.
    var readCount: Int64
    /// When it was opened, in nanoseconds since 1970.
    var openedAt: Int64
}

/// Reads files one after the other, each from its start, and cuts them into blocks, a slab at a time.
///
/// Small files share a slab, so that what is done for each slab, as asking the server, is done for many of them at once.
struct SlabReader: Sendable {
    /// Blocks of one slab: what one `have` asks about.
    private static let cutsMax = Limits.haveCountMax

    private let slabs: SlabPool
    private var files: ArraySlice<ScanFile>
    private var current: Reading?
    /// What was read beyond the last whole block; it begins the next slab.
    private var rest = ByteBuffer()

    /// A file that was begun.
    private struct Reading: Sendable {
        var file: ScanFile
        var source: SourceFile
        /// Bytes read from it so far.
        var readCount: Int64 = 0
        var cutting = Cutting()
        let openedAt: Int64
    }

    init(_ files: [ScanFile], slabs: SlabPool) {
        self.files = files[...]
        self.slabs = slabs
    }

    /// The next run of whole blocks, or nil at the end. Blocks the thread.
    mutating func next() throws -> CutSlab? {
        var slab = CutSlab(bytes: slabs.take())
        slab.bytes.writeImmutableBuffer(rest)
        rest = ByteBuffer()
        // Where the first block that is not whole begins in the slab.
        var position = 0
        while slab.cuts.count < Self.cutsMax, slab.ends.count < Self.cutsMax {
            guard var reading = try current ?? openNext(&slab) else { break }
            current = nil
            let room = SlabPool.slabSize - slab.bytes.readableBytes
            // What is appended meanwhile is not read: whoever cares sees that the file is another one at the end.
            let wanted = Int(min(Int64(room), max(0, reading.source.state.size - reading.readCount)))
            let count = try read(wanted, of: reading, into: &slab.bytes)
            reading.readCount += Int64(count)
            let isEnd = count < wanted || reading.readCount >= reading.source.state.size
            position = reading.cutting.cut(&slab, of: reading.file, from: position, isEnd: isEnd)
            // What lies behind the last length is not read, but it is there.
            let isOver = reading.cutting.isOver(reading.file.cuts)
            if isOver { reading.readCount = max(reading.readCount, reading.source.state.size) }
            guard isEnd || isOver else {
                rest = slab.bytes.withUnsafeReadableBytes { ByteBuffer(bytes: $0[position...]) }
                current = reading
                break
            }
            // Cuts by length may leave bytes behind the last block.
            slab.bytes.moveWriterIndex(to: slab.bytes.readerIndex + position)
            slab.ends.append(
                FileEnd(
                    file: reading.file.number, readCount: reading.readCount, openedAt: reading.openedAt))
        }
        guard !slab.cuts.isEmpty || !slab.ends.isEmpty || current != nil else {
            slabs.give(slab.bytes)
            return nil
        }
        return slab
    }

    /// Opens the next file; those that may be passed over and cannot be read have an end, and no bytes.
    private mutating func openNext(_ slab: inout CutSlab) throws -> Reading? {
        while let file = files.popFirst() {
            do {
                let openedAt = FileClock.now
                let source = try SourceFile(file.path)
                if let state = file.state, source.state != state { throw ClientError.changed(file.path) }
                if source.state.size == 0 { try source.checkEmpty() }
                return Reading(file: file, source: source, openedAt: openedAt)
            } catch let error as ClientError where error.code != .fileChanged {
                // What was a file when it was looked at, and is none now, changed.
                if file.state != nil, try FileState(path: file.path)?.isRegular != true {
                    throw ClientError.changed(file.path)
                }
                guard file.isOptional else { throw error }
                slab.ends.append(FileEnd(file: file.number, readCount: -1, openedAt: 0))
            }
        }
        return nil
    }

    private func read(_ count: Int, of reading: Reading, into bytes: inout ByteBuffer) throws -> Int {
        guard count > 0 else { return 0 }
        return try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            try reading.source.read(
                into: UnsafeMutableRawBufferPointer(rebasing: target[..<count]), at: reading.readCount)
        }
    }
}
