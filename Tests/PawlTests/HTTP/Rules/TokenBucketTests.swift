import HTTPAPI
import PawlModel
import Synchronization
import Testing

/// The count behind the quotas, on a clock that stands until it is moved.
@Suite struct TokenBucketTests {
    private static let start = ContinuousClock.now

    @Test func bucket_givesItsQuota_andFillsEvenly() {
        var bucket = TokenBucket(quota: 6, at: Self.start)
        func take(after seconds: Double) -> Bool { bucket.take(at: Self.start + .seconds(seconds)) }
        for left in (0..<6).reversed() {
            #expect(take(after: 0))
            #expect(bucket.remaining == left)
        }
        #expect(!take(after: 0))
        #expect(bucket.secondsUntilNext == 10 && bucket.secondsUntilFull == 60)
        #expect(!take(after: 9.9))
        #expect(bucket.secondsUntilNext == 1)
        // A refusal takes nothing away.
        #expect(take(after: 10.1))
        #expect(!take(after: 10.2))
        #expect(take(after: 1000))
        #expect(bucket.remaining == 5)
        #expect(!bucket.isFull(at: Self.start + .seconds(1009)) && bucket.isFull(at: Self.start + .seconds(1011)))
    }

    /// In any minute no more pass than the quota and what that minute gives back.
    @Test func flood_passesNoFasterThanItFills() {
        var bucket = TokenBucket(quota: 600, at: Self.start)
        var passed = 0
        for millisecond in 0..<60_000 where bucket.take(at: Self.start + .milliseconds(millisecond)) { passed += 1 }
        #expect((1195...1200).contains(passed))
    }

    @Test func subjects_haveTheirOwnQuotas_andZeroIsNone() {
        let clock = ManualClock()
        let limits = RateLimits(RequestQuota(keys: 2, players: 1, addresses: 0), now: { clock.now })
        let (key, other) = (ResourceID(prefix: "key", value: 1), ResourceID(prefix: "key", value: 2))
        let player = ResourceID(prefix: "ply", value: 1)
        #expect([true, true, false] == (0..<3).map { _ in limits.take(.key(key))?.isAllowed })
        #expect(limits.take(.key(other))?.isAllowed == true)
        #expect([true, false] == (0..<2).map { _ in limits.take(.player(player))?.isAllowed })
        clock.advance(by: .seconds(30))
        #expect([true, false] == (0..<2).map { _ in limits.take(.key(key))?.isAllowed })
        #expect(limits.take(.address("127.0.0.1")) == nil && limits.subjectCount == 3)
    }

    /// However many addresses come, so many are remembered; and whoever is counted while few come stays counted.
    @Test func crowd_takesBoundedMemory() {
        let clock = ManualClock()
        let limits = RateLimits(RequestQuota(keys: 2, players: 2, addresses: 2), now: { clock.now })
        for number in 0..<3 * Limits.rateSubjectsMax {
            _ = limits.take(.address("\(number)"))
            if limits.subjectCount > Limits.rateSubjectsMax { break }
        }
        #expect(limits.subjectCount <= Limits.rateSubjectsMax)
        #expect(limits.subjectCount > Limits.rateSubjectsMax / 4)
        // An hour later all of them are full again, and forgotten when the place is needed.
        clock.advance(by: .seconds(3600))
        let busy = RateLimits.Subject.address("busy")
        #expect([true, true, false] == (0..<3).map { _ in limits.take(busy)?.isAllowed })
        for number in 0..<Limits.rateSubjectsMax / 4 { _ = limits.take(.address("new \(number)")) }
        #expect(limits.take(busy)?.isAllowed == false)
        #expect(limits.subjectCount <= Limits.rateSubjectsMax)
    }

    private final class ManualClock: Sendable {
        private let time = Mutex(TokenBucketTests.start)
        var now: ContinuousClock.Instant { time.withLock { $0 } }
        func advance(by duration: Duration) { time.withLock { $0 += duration } }
    }
}
