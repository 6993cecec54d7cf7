import Glibc
package import NIOCore
package import NIOPosix
import Synchronization

/// Bytes that are too many for memory and are needed once: a file without a name, which goes with the value.
///
/// They are written by one thread, which blocks, and read after that.
package final class SpoolFile: Sendable {
    private static let bufferSize = 256 * 1024

    private let path: String
    private let descriptor: Int32
    private struct State {
        var waiting: [UInt8] = []
        var written: Int64 = 0
    }
    private let state = Mutex(State())

    /// - Parameter path: What it is called for a moment; it ends with six X's, which mkstemp(3) replaces.
    package init(at path: String) throws {
        self.path = path
        var template = Array(path.utf8CString)
        descriptor = try system("mkstemp", path) { mkstemp(&template) }
        unlink(template)
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// How many bytes it has.
    package var byteCount: Int64 { state.withLock { $0.written + Int64($0.waiting.count) } }

    /// Blocks the thread now and then. Throws `noSpace` where the disk is full.
    package func append(_ bytes: [UInt8]) throws {
        try state.withLock { state in
            state.waiting.append(contentsOf: bytes)
            if state.waiting.count >= Self.bufferSize { try flush(&state) }
        }
    }

    /// Ends the writing.
    package func finish() throws {
        try state.withLock { try flush(&$0) }
    }

    private func flush(_ state: inout State) throws {
        var offset = 0
        while offset < state.waiting.count {
            offset += try state.waiting.withUnsafeBytes { bytes in
                try system("pwrite", path) {
                    pwrite(
                        descriptor, bytes.baseAddress! + offset, bytes.count - offset,
                        off_t(state.written) + off_t(offset))
                }
            }
        }
        state.written += Int64(offset)
        state.waiting.removeAll(keepingCapacity: true)
    }

    /// Up to `count` bytes from `offset` on; none at the end.
    package func read(_ count: Int, at offset: Int64, on threads: NIOThreadPool) async throws -> ByteBuffer {
        try await threads.file("pread", path) { [self] in
            var buffer = ByteBuffer()
            try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
                try system("pread", path) { pread(descriptor, space.baseAddress, count, off_t(offset)) }
            }
            return buffer
        }
    }
}
