import PawlModel
import Synchronization

/// Lets what changes one upload happen one after the other; different uploads go on beside each other.
///
/// Whoever wants a turn tells those before it that read a body to stop: a client that lost its connection comes back
/// before the daemon has noticed, and must neither wait for the old request nor meet it (DESIGN: fencing). They keep what
/// they have, and end.
final class UploadTurns: Sendable {
    private struct Turn {
        var id: Int
        /// Stops the body that is read in this turn; nil for what is short.
        var fence: (@Sendable () -> Void)?
        var continuation: CheckedContinuation<Void, Never>?
    }

    private struct State {
        /// For each upload, who has the turn, and who waits for it.
        var turns: [ResourceID: [Turn]] = [:]
        var lastID = 0
    }

    private let state = Mutex(State())

    /// - Parameter fence: Called at most once, when somebody else wants the turn; the body should then end soon.
    func run<Value>(
        for upload: ResourceID, fence: (@Sendable () -> Void)? = nil, _ body: () async throws -> Value
    ) async rethrows -> Value {
        let id = await enter(upload, fence)
        defer { leave(upload, id) }
        return try await body()
    }

    private func enter(_ upload: ResourceID, _ fence: (@Sendable () -> Void)?) async -> Int {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withCheckedContinuation { continuation in
            let (fences, isFirst) = state.withLock { state in
                var turns = state.turns[upload, default: []]
                let fences = turns.compactMap(\.fence)
                for index in turns.indices { turns[index].fence = nil }
                turns.append(Turn(id: id, fence: fence, continuation: turns.isEmpty ? nil : continuation))
                state.turns[upload] = turns
                return (fences, turns.count == 1)
            }
            for fence in fences { fence() }
            if isFirst { continuation.resume() }
        }
        return id
    }

    private func leave(_ upload: ResourceID, _ id: Int) {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.turns[upload]?.removeAll { $0.id == id }
            guard let first = state.turns[upload]?.first else {
                state.turns[upload] = nil
                return nil
            }
            state.turns[upload]?[0].continuation = nil
            return first.continuation
        }
        next?.resume()
    }
}
