import Foundation
import Metadata
import PawlModel

extension Ambient {
    /// The system's clock and its random numbers, which are fit for secrets.
    static let system = Ambient(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
        },
        randomByte: {
            var generator = SystemRandomNumberGenerator()
            return UInt8.random(in: .min ... .max, using: &generator)
        })
}
