internal import Synchronization

/// How far a push or a pull is.
public struct TransferProgress: Hashable, Sendable {
    public enum Phase: Hashable, Sendable {
        /// Reading what is here already, to see what differs.
        case comparing
        case transferring
        /// All bytes are over; the version, or the file's name, is being made.
        case finishing
        /// Nothing moves, for the reason given; it goes on by itself when that passes.
        case waiting(String)
    }

    public var phase: Phase
    /// Bytes of the whole file; 0 until a pull has been told.
    public var bytesTotal: Int64
    /// Bytes of it that are known to be where they should be.
    public var bytesDone: Int64 = 0
    /// Bytes of blocks that went over the wire, in either direction, and were confirmed.
    public var bytesSent: Int64 = 0
    /// Blocks that went over the wire.
    public var blocksSent: Int64 = 0
}

/// Counts the bytes of one transfer, and tells whoever watches.
final class ProgressMeter: Sendable {
    private let progress: Mutex<TransferProgress>
    private let watch: @Sendable (TransferProgress) -> Void

    init(bytesTotal: Int64, phase: TransferProgress.Phase, watch: @escaping @Sendable (TransferProgress) -> Void) {
        progress = Mutex(TransferProgress(phase: phase, bytesTotal: bytesTotal))
        self.watch = watch
        watch(current)
    }

    /// The same transfer from its start: nothing is done, and what was sent was sent.
    func again() -> ProgressMeter {
        change {
            $0.bytesDone = 0
            $0.phase = .transferring
        }
        return self
    }

    var current: TransferProgress { progress.withLock { $0 } }

    /// How long the whole is, once that is known.
    func expect(bytes: Int64) {
        change { $0.bytesTotal = bytes }
    }

    /// Bytes that did not have to be sent.
    func kept(bytes: some BinaryInteger) {
        change {
            $0.bytesDone += Int64(bytes)
            if case .waiting = $0.phase { $0.phase = .transferring }
        }
    }

    /// Blocks that were sent and confirmed. With `isRepeat` they were counted as done before, in error.
    func sent(bytes: Int, blocks: Int, isRepeat: Bool = false) {
        change {
            $0.bytesSent += Int64(bytes)
            $0.blocksSent += Int64(blocks)
            if !isRepeat { $0.bytesDone += Int64(bytes) }
            if case .waiting = $0.phase { $0.phase = .transferring }
        }
    }

    func enter(_ phase: TransferProgress.Phase) {
        change { $0.phase = phase }
    }

    private func change(_ body: (inout TransferProgress) -> Void) {
        let now = progress.withLock { progress in
            body(&progress)
            return progress
        }
        watch(now)
    }
}
