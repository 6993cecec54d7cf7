import BlockFormat
import Blocks
import Files
import NIOCore
import PawlModel

/// An unsealed segment on disk: reserves space ahead of what is written, and syncs its name with its first bytes.
///
/// An actor because it keeps how far space is reserved; its one writer awaits each call.
actor DiskSegment: SegmentFile {
    private let file: any File
    private let directory: String
    private let files: any FileSystem
    private var reservedEnd: Int64 = 0
    private var isNameDurable = false

    init(file: any File, directory: String, files: any FileSystem) {
        self.file = file
        self.directory = directory
        self.files = files
    }

    /// Cuts the file at `length`, and begins a new one with its header.
    func begin(_ header: SegmentHeader, at length: Int64) async throws {
        try await file.truncate(to: length)
        reservedEnd = length
        if length == 0 { try await write(ByteBuffer(bytes: header.bytes), at: 0) }
    }

    func read(_ count: Int, at offset: Int64) async throws -> ByteBuffer {
        try await file.read(count, at: offset)
    }

    func read(_ ranges: [Range<Int64>], into space: ReadSpace) async throws -> ByteBuffer {
        try await file.read(ranges, into: space)
    }

    func write(_ bytes: ByteBuffer, at offset: Int64) async throws {
        do {
            let end = offset + Int64(bytes.readableBytes)
            if end > reservedEnd {
                let step = Limits.segmentReserveStep
                let target = (end + step - 1) / step * step
                try await file.allocate(reservedEnd..<target)
                reservedEnd = target
            }
            try await file.write(bytes, at: offset)
        } catch {
            throw BlockStoreError.telling(error)
        }
    }

    func synchronize() async throws {
        do {
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
        // Truncating to its own length gives back what was reserved beyond it.
        try await file.truncate(to: length)
        try await synchronize()
    }

    func makeReadOnly() async throws {
        try await file.makeReadOnly()
    }

    func close() async throws {
        // For the space that is reserved beyond what was written. Where that fails, the next lease gives it back.
        if let size = try? await file.size(), size < reservedEnd { try? await file.truncate(to: size) }
        try await file.close()
    }
}
