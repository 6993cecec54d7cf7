import PawlModel
import Synchronization

/// Bounds how many parts of streams are in memory between the socket and the disk, over all uploads: two cores hash no
/// more at once, and whoever waits for a place holds its sender back.
///
/// A place is taken for a part that goes on by itself, whatever its sender does then; so nobody waits for long.
final class PartPlaces: Sendable {
    private let state = Mutex(State())

    private struct State {
        var free = Limits.streamPartsMax
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// Taken until the last one lets it go.
    final class Place: Sendable {
        private let places: PartPlaces

        fileprivate init(_ places: PartPlaces) {
            self.places = places
        }

        deinit { places.leave() }
    }

    /// Takes a place, in the order of arrival.
    func enter() async -> Place {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
        return Place(self)
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
