package import NIOCore
import Synchronization

/// Memory that is read into again and again, so that a long read does not ask the system for new pages all the time.
package final class ReadSpace: Sendable {
    private let buffer = Mutex(ByteBuffer())

    package init() {}

    /// Lets `body` write up to `capacity` bytes, and returns them. Where somebody still holds what was returned before,
    /// that stays as it is, and new memory is taken.
    func fill(
        capacity: Int, _ body: (UnsafeMutableRawBufferPointer) throws -> Int
    ) throws -> ByteBuffer {
        try buffer.withLock { buffer in
            buffer.clear(minimumCapacity: capacity)
            try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { space in
                try body(UnsafeMutableRawBufferPointer(rebasing: space[..<capacity]))
            }
            return buffer
        }
    }
}
