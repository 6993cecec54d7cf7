package import NIOCore
import PawlModel
import Synchronization

/// Memory that begins on a sector and is filled piece by piece, so that a file is written from it in whole sectors, past
/// the system's cache (open(2), O_DIRECT). It is used again after each write.
package final class WriteSpace: Sendable {
    /// In bytes; a multiple of `Limits.syncAlignment`.
    package let capacity: Int
    private let memory: Mutex<Memory>

    package init(capacity: Int) {
        precondition(capacity > 0 && capacity % Limits.syncAlignment == 0, "a space is whole sectors")
        self.capacity = capacity
        memory = Mutex(Memory(capacity: capacity))
    }

    private struct Memory: ~Copyable {
        let bytes: UnsafeMutableRawBufferPointer
        var count = 0

        init(capacity: Int) {
            bytes = .allocate(byteCount: capacity, alignment: Limits.syncAlignment)
        }

        deinit { bytes.deallocate() }
    }

    /// Bytes in it.
    package var count: Int { memory.withLock { $0.count } }

    /// Takes as many of the readable bytes as fit, and returns how many.
    package func fill(_ bytes: ByteBuffer) -> Int {
        memory.withLock { memory in
            let taken = min(bytes.readableBytes, capacity - memory.count)
            bytes.withUnsafeReadableBytes { bytes in
                UnsafeMutableRawBufferPointer(rebasing: memory.bytes[memory.count...])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
            }
            memory.count += taken
            return taken
        }
    }

    /// Forgets the first `count` bytes; those behind them move to the start.
    package func drop(_ count: Int) {
        memory.withLock { memory in
            let rest = UnsafeRawBufferPointer(rebasing: memory.bytes[count..<memory.count])
            memory.bytes.copyMemory(from: rest)
            memory.count = rest.count
        }
    }

    /// Lends the first `count` bytes; zeros stand for those that are not filled.
    package func withBytes<Value>(
        _ count: Int, _ body: (UnsafeRawBufferPointer) throws -> sending Value
    ) rethrows -> sending Value {
        try memory.withLock { memory in
            let space = UnsafeMutableRawBufferPointer(rebasing: memory.bytes[..<count])
            if memory.count < count {
                UnsafeMutableRawBufferPointer(rebasing: space[memory.count...]).initializeMemory(
                    as: UInt8.self, repeating: 0)
            }
            return try body(UnsafeRawBufferPointer(space))
        }
    }
}
