package import PawlModel

/// What no function can know by itself: the time, and chance. Passed in, so that tests choose both.
package struct Ambient: Sendable {
    package var now: @Sendable () -> Timestamp
    package var randomByte: @Sendable () -> UInt8

    package init(now: @escaping @Sendable () -> Timestamp, randomByte: @escaping @Sendable () -> UInt8) {
        self.now = now
        self.randomByte = randomByte
    }

    /// A new id of a kind, such as `ast`.
    package func newID(_ prefix: String) -> ResourceID {
        var generator = Generator(byte: randomByte)
        return ResourceID(prefix: prefix, now: now(), random: &generator)
    }

    package func randomBytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in randomByte() }
    }

    private struct Generator: RandomNumberGenerator {
        let byte: @Sendable () -> UInt8
        mutating func next() -> UInt64 {
            (0..<8).reduce(0) { value, _ in value << 8 | UInt64(byte()) }
        }
    }
}
