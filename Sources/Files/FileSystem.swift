package import NIOCore

/// The file port: every file operation that durability hangs on goes through it, so that a test can make each fail.
///
/// Calls suspend while a thread of the adapter's own pool does the work; none blocks the caller's thread. Paths are
/// absolute or relative to the working directory and come from a layout type, never from a user.
package protocol FileSystem: Sendable {
    /// Opens a file. `.create` refuses one that exists.
    func open(_ path: String, _ mode: FileMode) async throws -> any File

    /// The names in a directory, sorted, without `.` and `..`; empty when there is no such directory.
    func list(_ directory: String) async throws -> [String]

    /// Makes a directory and those above it; does nothing when it is there. The new names are synced.
    func makeDirectory(_ path: String) async throws

    /// Whether there is something of this name.
    func exists(_ path: String) async throws -> Bool

    /// Gives a file a new name in one step, replacing what had it (rename(2)).
    func rename(_ path: String, to target: String) async throws

    /// Lets a file be written that `File.makeReadOnly` had closed to that (chmod(2)). Answers whether it was closed.
    func makeWritable(_ path: String) async throws -> Bool

    /// Removes a file; does nothing when it is gone.
    func remove(_ path: String) async throws

    /// Makes the names in a directory durable (fsync(2) of the directory).
    func synchronizeDirectory(_ path: String) async throws

    /// Room left for this process on the volume that holds `path`, in bytes (statvfs(3)).
    func freeSpace(at path: String) async throws -> Int64
}

package enum FileMode: Sendable {
    case read
    /// Read and write a file that must exist.
    case update
    /// Read and write a new file that must not exist yet; mode 0600.
    case create
    /// Written from a `WriteSpace` only, past the system's cache where the file system can; made when missing, with mode
    /// 0600.
    case uncached
}

/// Says whether a range that was read is as it should be: its index among those that were asked for, and its bytes. Asked
/// on the thread that read it, while the processor still has it at hand.
package typealias RangeCheck = @Sendable (_ index: Int, _ bytes: UnsafeRawBufferPointer) -> Bool

/// One open file. Offsets and lengths are in bytes.
package protocol File: Sendable {
    /// Up to `count` bytes from `offset` on; fewer only at the end of the file.
    func read(_ count: Int, at offset: Int64) async throws -> ByteBuffer

    /// The bytes of some ranges, in order and not overlapping, back to back in `space`: all of them, or those before the
    /// first one that the file ends in, or that is not as it should be.
    func read(
        _ ranges: [Range<Int64>], into space: ReadSpace, where isSound: @escaping RangeCheck
    ) async throws -> ByteBuffer

    /// Writes all readable bytes at `offset`.
    func write(_ bytes: ByteBuffer, at offset: Int64) async throws

    /// Writes the first `count` bytes of `space` at `offset`; both are whole sectors (`Limits.syncAlignment`).
    func write(_ space: WriteSpace, _ count: Int, at offset: Int64) async throws

    /// Reserves the blocks under a range without changing the file's size (fallocate(2) with KEEP_SIZE). Does nothing
    /// where the file system cannot.
    func allocate(_ range: Range<Int64>) async throws

    /// Makes the data durable (fdatasync(2)). A failure is final: what it covered must not be believed.
    func synchronize() async throws

    /// Cuts or extends the file (ftruncate(2)).
    func truncate(to size: Int64) async throws

    func size() async throws -> Int64

    /// Takes the write permission away, for a file that is complete (fchmod(2)).
    func makeReadOnly() async throws

    /// Closes the file; nothing may use it afterwards.
    func close() async throws
}

extension File {
    /// Writes a copy: right for every file.
    package func write(_ space: WriteSpace, _ count: Int, at offset: Int64) async throws {
        try await write(space.withBytes(count) { ByteBuffer(bytes: $0) }, at: offset)
    }

    /// Reads all from the first range to the last, and leaves out what lies between them: right for every file, and fast
    /// for none.
    package func read(
        _ ranges: [Range<Int64>], into space: ReadSpace, where isSound: @escaping RangeCheck
    ) async throws -> ByteBuffer {
        var wanted = ByteBuffer()
        guard let start = ranges.first?.lowerBound, let end = ranges.last?.upperBound else { return wanted }
        let bytes = try await read(Int(end - start), at: start)
        for (index, range) in ranges.enumerated() {
            guard let part = bytes.getSlice(at: Int(range.lowerBound - start), length: range.count),
                part.withUnsafeReadableBytes({ isSound(index, $0) })
            else { break }
            wanted.writeImmutableBuffer(part)
        }
        return wanted
    }
}
