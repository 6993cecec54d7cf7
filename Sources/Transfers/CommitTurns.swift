import PawlModel
import Synchronization

/// Lets the commits of one upload run one after the other; those of different uploads run beside each other.
///
/// Two at once would undo each other's marks on the pins that the version keeps. The one that waited finds the
/// upload done: a repeat that overtook its own lost answer gets the version.
final class CommitTurns: Sendable {
    /// For each upload that is being committed, who waits for its turn.
    private let waiting = Mutex<[ResourceID: [CheckedContinuation<Void, Never>]]>([:])

    func run<Value>(for upload: ResourceID, _ body: () async throws -> Value) async rethrows -> Value {
        await enter(upload)
        defer { leave(upload) }
        return try await body()
    }

    private func enter(_ upload: ResourceID) async {
        await withCheckedContinuation { continuation in
            let isFirst = waiting.withLock { waiting in
                guard waiting[upload] != nil else {
                    waiting[upload] = []
                    return true
                }
                waiting[upload]?.append(continuation)
                return false
            }
            if isFirst { continuation.resume() }
        }
    }

    private func leave(_ upload: ResourceID) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard let first = waiting[upload]?.first else {
                waiting[upload] = nil
                return nil
            }
            waiting[upload]?.removeFirst()
            return first
        }
        next?.resume()
    }
}
