import BlockFormat
import Blocks
import Files
import NIOCore
import PawlModel

/// An unsealed segment on disk: reserves space ahead of what is written, and syncs its name with its first bytes.
///
/// What is written goes past the system's cache, in whole sectors: the cache would be filled with bytes of which most
/// are not read soon, and on virtual machines each new page of it costs more than the write. What does not fill a sector
/// waits in memory for what comes behind it; groups end on whole sectors, so nothing waits at their sync.
///
/// An actor because it keeps how far it is; its one writer awaits each call.
actor DiskSegment: SegmentFile {
    private let file: any File
    private let path: String
    private let directory: String
    private let files: any FileSystem
    /// Made with the first bytes: who only recovers a segment needs none.
    private lazy var space = WriteSpace(capacity: Limits.segmentWriteSize)
    /// Where the space's first byte goes: all before it is in the file.
    private var start: Int64 = 0
    private var reservedEnd: Int64 = 0
    private var isNameDurable = false
    /// For reading, which wants the cache; opened when it is needed.
    private var source: (any File)?

    init(file: any File, path: String, directory: String, files: any FileSystem) {
        self.file = file
        self.path = path
        self.directory = directory
        self.files = files
    }

    /// Cuts the file at `length`, and begins a new one with its header.
    func begin(_ header: SegmentHeader, at length: Int64) async throws {
        try await file.truncate(to: length)
        reservedEnd = length
        start = length - length % Int64(Limits.syncAlignment)
        if length == 0 {
            try await write([ByteBuffer(bytes: header.bytes)], at: 0)
        } else if start < length {
            // A stop came in the middle of a group: its last sector is written again.
            _ = space.fill(try await read(Int(length - start), at: start))
        }
    }

    func read(_ count: Int, at offset: Int64) async throws -> ByteBuffer {
        try await openSource().read(count, at: offset)
    }

    func read(
        _ ranges: [Range<Int64>], into space: ReadSpace, where isSound: @escaping RangeCheck
    ) async throws -> ByteBuffer {
        try await openSource().read(ranges, into: space, where: isSound)
    }

    func write(_ pieces: [ByteBuffer], at offset: Int64) async throws {
        precondition(offset == start + Int64(space.count), "a segment is written at its end")
        do {
            let end = pieces.reduce(offset) { $0 + Int64($1.readableBytes) }
            try await reserve(upTo: end)
            for var piece in pieces {
                while piece.readableBytes > 0 {
                    piece.moveReaderIndex(forwardBy: space.fill(piece))
                    if space.count == space.capacity { try await writeSectors() }
                }
            }
            if end % Int64(Limits.syncAlignment) == 0 { try await writeSectors() }
        } catch {
            throw BlockStoreError.telling(error)
        }
    }

    func synchronize(upTo end: Int64) async throws {
        do {
            if end > start { try await writeAll() }
            try await file.synchronize()
            if !isNameDurable {
                try await files.synchronizeDirectory(directory)
                isNameDurable = true
            }
        } catch {
            throw BlockStoreError.telling(error)
        }
    }

    func seal(at length: Int64) async throws {
        do {
            try await writeAll()
            // Truncating to its own length gives back what was reserved beyond it.
            try await file.truncate(to: length)
        } catch {
            throw BlockStoreError.telling(error)
        }
        try await synchronize(upTo: length)
    }

    func makeReadOnly() async throws {
        try await file.makeReadOnly()
    }

    func close() async throws {
        try? await source?.close()
        // For the space that is reserved beyond what was written. Where that fails, the next lease gives it back.
        if let size = try? await file.size(), size < reservedEnd { try? await file.truncate(to: size) }
        try await file.close()
    }

    // MARK: Sectors

    private func reserve(upTo end: Int64) async throws {
        guard end > reservedEnd else { return }
        let step = Limits.segmentReserveStep
        let target = (end + step - 1) / step * step
        try await file.allocate(reservedEnd..<target)
        reservedEnd = target
    }

    /// Writes the whole sectors that the space holds.
    private func writeSectors() async throws {
        let count = space.count - space.count % Limits.syncAlignment
        guard count > 0 else { return }
        try await file.write(space, count, at: start)
        space.drop(count)
        start += Int64(count)
    }

    /// Writes what does not fill a sector too; it stays in the space, for the sector is written again with what follows.
    private func writeAll() async throws {
        try await writeSectors()
        guard space.count > 0 else { return }
        try await file.write(space, Limits.syncAlignment, at: start)
        reservedEnd = start + Int64(space.count)
        try await file.truncate(to: reservedEnd)
    }

    private func openSource() async throws -> any File {
        if let source { return source }
        let opened = try await files.open(path, .read)
        // Another read may have opened it meanwhile.
        if let source {
            try? await opened.close()
            return source
        }
        source = opened
        return opened
    }
}
