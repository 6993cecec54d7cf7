package import Metadata
package import PawlModel
import Synchronization

/// A clock that stands until it is moved, and chance from a seed.
package final class TestAmbient: Sendable {
    private struct State {
        var now = Timestamp(microseconds: 1_790_000_000_000_000)
        var generator: SeededGenerator
    }

    private let state: Mutex<State>

    package init(seed: UInt64 = testSeed) {
        state = Mutex(State(generator: SeededGenerator(seed: seed)))
    }

    package var now: Timestamp { state.withLock { $0.now } }

    package func advance(bySeconds seconds: Int64) {
        state.withLock { $0.now = $0.now.advanced(bySeconds: seconds) }
    }

    package var ambient: Ambient {
        Ambient(
            now: { self.now },
            randomByte: { self.state.withLock { UInt8(truncatingIfNeeded: $0.generator.next()) } })
    }
}
