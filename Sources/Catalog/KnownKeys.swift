import Metadata
import PawlModel
import Synchronization

/// Keys as they were last read. Any commit outdates all of them, so that what is revoked is refused from the moment on
/// that the revocation is answered; between commits a busy key costs no read.
final class KnownKeys: Sendable {
    private struct State {
        var generation: UInt64 = 0
        var holders: [Digest: KeyHolder] = [:]
    }

    private let state = Mutex(State())

    /// The holder, when it was read at this generation of the database.
    func holder(of digest: Digest, at generation: UInt64) -> KeyHolder? {
        state.withLock { $0.generation == generation ? $0.holders[digest] : nil }
    }

    func keep(_ holder: KeyHolder, of digest: Digest, at generation: UInt64) {
        state.withLock { state in
            // An older reading than what is kept tells nothing.
            guard generation >= state.generation else { return }
            if generation > state.generation || state.holders.count >= Limits.knownKeysMax { state.holders = [:] }
            state.generation = generation
            state.holders[digest] = holder
        }
    }

    func forget(_ digest: Digest) {
        state.withLock { state in _ = state.holders.removeValue(forKey: digest) }
    }
}
