import HTTPTypes
package import Metadata
package import PawlModel
import Synchronization

/// Counts requests by caller, and refuses those beyond the quota (RFC 6585 §4), so that one client's mistake or somebody's
/// guessing leaves room for the others.
package final class RateLimits: Sendable {
    private let quota: RequestQuota
    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[Subject: TokenBucket]>([:])

    package init(_ quota: RequestQuota, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.quota = quota
        self.now = now
    }

    /// Whom a quota is for.
    package enum Subject: Hashable, Sendable {
        case key(ResourceID)
        case player(ResourceID)
        case address(String)

        package init(_ caller: Caller, address: String) {
            switch caller.id {
            case nil: self = .address(address)
            case let id?: self = caller.player == nil ? .key(id) : .player(id)
            }
        }
    }

    /// Takes one request of the subject's quota. Nil when it has none, for any number is allowed.
    package func take(_ subject: Subject) -> RateStanding? {
        let quota =
            switch subject {
            case .key: quota.keys
            case .player: quota.players
            case .address: quota.addresses
            }
        guard quota > 0 else { return nil }
        let now = now()
        return buckets.withLock { buckets in
            if buckets[subject] == nil, buckets.count >= Limits.rateSubjectsMax {
                Self.makeRoom(in: &buckets, at: now)
            }
            var bucket = buckets[subject] ?? TokenBucket(quota: quota, at: now)
            let isAllowed = bucket.take(at: now)
            buckets[subject] = bucket
            return RateStanding(quota: quota, bucket: bucket, isAllowed: isAllowed)
        }
    }

    /// Subjects that are remembered now.
    package var subjectCount: Int { buckets.withLock { $0.count } }

    /// Forgets whoever has a full bucket anyway, and of a crowd that is larger than what is remembered some, who begin
    /// anew. Half of the places are free then, so that a flood of new addresses has this done seldom.
    private static func makeRoom(in buckets: inout [Subject: TokenBucket], at now: ContinuousClock.Instant) {
        buckets = buckets.filter { !$0.value.isFull(at: now) }
        let kept = Limits.rateSubjectsMax / 2
        guard buckets.count > kept else { return }
        buckets = Dictionary(uniqueKeysWithValues: buckets.lazy.prefix(kept).map { ($0.key, $0.value) })
    }
}

/// What a caller is told of its quota: the fields of draft-ietf-httpapi-ratelimit-headers.
package struct RateStanding: Sendable {
    let quota: Int
    package let bucket: TokenBucket
    package let isAllowed: Bool

    func write(to headers: inout HTTPFields) {
        headers[.rateLimitPolicy] = "\"caller\";q=\(quota);w=\(Int(TokenBucket.window))"
        headers[.rateLimit] = "\"caller\";r=\(bucket.remaining);t=\(bucket.secondsUntilFull)"
        if !isAllowed { headers[.retryAfter] = String(bucket.secondsUntilNext) }
    }

    /// Throws `too_many_requests` for a request beyond the quota.
    func check() throws(Problem) {
        guard !isAllowed else { return }
        throw Problem(
            .tooManyRequests,
            "\(quota) requests a minute are allowed here: go on in \(bucket.secondsUntilNext) seconds.")
    }
}

extension HTTPField.Name {
    static let rateLimit = Self("RateLimit")!
    static let rateLimitPolicy = Self("RateLimit-Policy")!
}
