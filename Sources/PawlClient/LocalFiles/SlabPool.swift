internal import NIOCore
internal import Synchronization

/// The buffers that a scan reads into, used again and again.
///
/// How many exist is bounded by who takes them; this only keeps their memory from being made anew each time. A buffer
/// that somebody still holds when it is given back costs a new allocation at its next use, and never a wrong byte.
final class SlabPool: Sendable {
    /// Large enough that the way from thread to thread costs nothing, small enough for seven of them in memory.
    static let slabSize = 4 * 1024 * 1024

    private let free = Mutex<[ByteBuffer]>([])

    /// An empty buffer with room for `slabSize` bytes.
    func take() -> ByteBuffer {
        if var buffer = free.withLock({ $0.popLast() }) {
            buffer.clear()
            return buffer
        }
        return ByteBufferAllocator().buffer(capacity: Self.slabSize)
    }

    func give(_ buffer: consuming ByteBuffer) {
        let given = buffer
        free.withLock { $0.append(given) }
    }
}
