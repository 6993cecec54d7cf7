import PawlModel
import Synchronization

/// Bounds how many bodies of blocks are received at once: what is over the daemon's bound waits unread, which holds its
/// sender back, and what is over an upload's bound is refused, so that one client cannot take every place.
final class Receptions: Sendable {
    private let state = Mutex(State())

    private struct State {
        var free = Limits.blockRequestsMax
        var running: [ResourceID: Int] = [:]
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    func run<Value>(for upload: ResourceID, _ body: () async throws -> Value) async throws -> Value {
        try admit(upload)
        defer { dismiss(upload) }
        await enter()
        defer { leave() }
        return try await body()
    }

    private func admit(_ upload: ResourceID) throws(Problem) {
        let count = state.withLock { state in
            state.running[upload, default: 0] += 1
            return state.running[upload, default: 0]
        }
        guard count <= Limits.blockRequestsPerUploadMax else {
            dismiss(upload)
            throw Problem(
                .tooManyRequests,
                "An upload takes \(Limits.blockRequestsPerUploadMax) requests at once: wait for one of them to end.")
        }
    }

    private func dismiss(_ upload: ResourceID) {
        state.withLock { state in
            let count = state.running[upload, default: 1] - 1
            state.running[upload] = count == 0 ? nil : count
        }
    }

    private func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
