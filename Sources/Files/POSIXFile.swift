import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// An open file of the system.
///
/// Each call takes the descriptor for as long as it runs. `close` only gives up the file's own hold on it, so a call
/// that still runs never meets a number that the system has handed to another file.
final class POSIXFile: File {
    private let path: String
    private let threads: NIOThreadPool
    /// Nil once closed.
    private let descriptor: Mutex<Descriptor?>

    init(_ descriptor: Descriptor, path: String, threads: NIOThreadPool) {
        self.path = path
        self.threads = threads
        self.descriptor = Mutex(descriptor)
    }

    func read(_ count: Int, at offset: Int64) async throws -> ByteBuffer {
        precondition(count >= 0)
        return try await run("pread") { number, path in
            var buffer = ByteBufferAllocator().buffer(capacity: count)
            try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
                var filled = 0
                while filled < count {
                    let rest = UnsafeMutableRawBufferPointer(rebasing: space[filled..<count])
                    let step = try system("pread", path) {
                        pread(number, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
                    }
                    if step == 0 { break }
                    filled += step
                }
                return filled
            }
            return buffer
        }
    }

    func read(
        _ ranges: [Range<Int64>], into space: ReadSpace, where isSound: @escaping RangeCheck
    ) async throws -> ByteBuffer {
        try await run("preadv") { number, path in
            let scattered = ScatteredRead(ranges)
            return try space.fill(capacity: scattered.count) { memory in
                try scattered.fill(memory, where: isSound) { vectors, count, offset in
                    try system("preadv", path) { preadv(number, vectors, count, off_t(offset)) }
                }
            }
        }
    }

    func write(_ bytes: ByteBuffer, at offset: Int64) async throws {
        try await run("pwrite") { number, path in
            try bytes.withUnsafeReadableBytes { try Self.write($0, to: number, path, at: offset) }
        }
    }

    func write(_ space: WriteSpace, _ count: Int, at offset: Int64) async throws {
        try await run("pwrite") { number, path in
            try space.withBytes(count) { try Self.write($0, to: number, path, at: offset) }
        }
    }

    private static func write(
        _ bytes: UnsafeRawBufferPointer, to number: Int32, _ path: String, at offset: Int64
    ) throws {
        var written = 0
        while written < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
            written += try system("pwrite", path) {
                pwrite(number, rest.baseAddress, rest.count, off_t(offset) + off_t(written))
            }
        }
    }

    func allocate(_ range: Range<Int64>) async throws {
        if range.isEmpty { return }
        guard let fallocate = SystemCalls.fallocate else { return }
        try await run("fallocate") { number, path in
            do {
                _ = try system("fallocate", path) {
                    fallocate(number, SystemCalls.keepSize, off_t(range.lowerBound), off_t(range.count))
                }
            } catch let error as FileError where error.errno == EOPNOTSUPP || error.errno == ENOSYS {
                // fallocate(2): the file system cannot reserve; a full disk is then met by the write.
            }
        }
    }

    func synchronize() async throws {
        try await run("fdatasync") { number, path in
            _ = try system("fdatasync", path) { fdatasync(number) }
        }
    }

    func truncate(to size: Int64) async throws {
        try await run("ftruncate") { number, path in
            _ = try system("ftruncate", path) { ftruncate(number, off_t(size)) }
        }
    }

    func size() async throws -> Int64 {
        try await run("fstat") { number, path in
            var status = stat()
            _ = try system("fstat", path) { fstat(number, &status) }
            return Int64(status.st_size)
        }
    }

    func makeReadOnly() async throws {
        try await run("fchmod") { number, path in
            _ = try system("fchmod", path) { fchmod(number, 0o400) }
        }
    }

    func close() async throws {
        try await threads.file("close", path) { [self] in descriptor.withLock { $0 = nil } }
    }

    /// Runs a call on a thread of the pool with the descriptor's number, which stays open until the call returns.
    private func run<Value: Sendable>(
        _ call: String, _ body: @escaping @Sendable (_ number: Int32, _ path: String) throws -> Value
    ) async throws -> Value {
        try await threads.file(call, path) { [self] in
            guard let descriptor = descriptor.withLock({ $0 }) else {
                throw FileError(call: call, path: path, errno: EBADF)
            }
            return try withExtendedLifetime(descriptor) { try body(descriptor.number, path) }
        }
    }
}

/// Names of Linux that Swift's Glibc module leaves out, because it is made without `_GNU_SOURCE`.
enum SystemCalls {
    /// fallocate(2), looked up by name once; nil where the C library has none.
    static let fallocate: (@convention(c) (Int32, Int32, off_t, off_t) -> Int32)? = dlsym(nil, "fallocate").map {
        unsafeBitCast($0, to: (@convention(c) (Int32, Int32, off_t, off_t) -> Int32).self)
    }

    /// `FALLOC_FL_KEEP_SIZE` of linux/falloc.h.
    static let keepSize: Int32 = 1

    /// `O_DIRECT` of open(2), which differs between processors; none where it is not known.
    #if arch(x86_64)
        static let direct: Int32 = 0o40000
    #elseif arch(arm64)
        static let direct: Int32 = 0o200000
    #else
        static let direct: Int32 = 0
    #endif
}

/// An open file descriptor, closed with the last reference to it.
final class Descriptor: Sendable {
    let number: Int32

    /// Opens `path`; `flags` are those of open(2), and `O_CLOEXEC` is always added.
    init(_ path: String, _ flags: Int32, permissions: mode_t = 0) throws {
        number = try system("open", path) { Glibc.open(path, flags | O_CLOEXEC, permissions) }
    }

    deinit {
        // close(2): after EINTR the descriptor is gone already, so a second try could close another file. Its other
        // errors tell of data that was never synchronized; who needs that data has called fdatasync.
        _ = Glibc.close(number)
    }
}
