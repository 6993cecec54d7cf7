import Metadata
import Synchronization

/// One body that waits for the writer, and the task that waits for it.
///
/// The writer calls `run` once, or twice when the shared transaction dies, and then `answer` exactly once.
protocol QueuedWrite: Sendable {
    /// Runs the body and keeps its result; tells whether it returned, so that its changes are to be kept.
    func run(on connection: any SQLConnection) -> Bool

    /// Resumes the task with the kept result, or with `failure` when its changes could not be
    /// committed.
    func answer(failure: (any Error)?)
}

extension QueuedWrite {
    func answer() { answer(failure: nil) }
}

final class PendingWrite<Value: Sendable>: QueuedWrite {
    private let body: @Sendable (any SQLConnection) throws -> Value
    private let continuation: CheckedContinuation<Value, any Error>
    private let result = Mutex<Result<Value, any Error>?>(nil)

    init(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value,
        _ continuation: CheckedContinuation<Value, any Error>
    ) {
        self.body = body
        self.continuation = continuation
    }

    func run(on connection: any SQLConnection) -> Bool {
        let outcome = Result { try body(connection) }
        result.withLock { $0 = outcome }
        return (try? outcome.get()) != nil
    }

    func answer(failure: (any Error)?) {
        let kept = result.withLock { $0.take() }
        if let failure {
            continuation.resume(throwing: failure)
        } else if let kept {
            continuation.resume(with: kept)
        } else {
            continuation.resume(throwing: SQLError(.other, "a write was answered before it ran"))
        }
    }
}
