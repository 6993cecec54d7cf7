import Glibc
import NIOPosix

extension NIOThreadPool {
    /// Runs blocking file work on a thread of the pool and returns what it made.
    ///
    /// Unlike `runIfActive`, a cancelled task does not take back work that waits in the queue: half of a sequence such
    /// as write, sync, rename would be worse than all of it, and clean-up runs in cancelled tasks too.
    func file<Value: Sendable>(
        _ call: String, _ path: String, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit { state in
                switch state {
                case .active: continuation.resume(with: Result(catching: work))
                case .cancelled: continuation.resume(throwing: FileError(call: call, path: path, errno: ECANCELED))
                }
            }
        }
    }
}
