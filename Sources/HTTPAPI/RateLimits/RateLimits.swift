import HTTPTypes
import Metadata
import PawlModel
import Synchronization

/// Counts requests by caller, and refuses those beyond the quota (RFC 6585 §4), so that one client's mistake or somebody's
/// guessing leaves room for the others.
final class RateLimits: Sendable {
    private let quota: RequestQuota
    private let now: @Sendable () -> ContinuousClock.Instant
    private let buckets = Mutex<[Subject: TokenBucket]>([:])

    init(_ quota: RequestQuota, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.quota = quota
        self.now = now
    }

    /// Whom a quota is for.
    enum Subject: Hashable, Sendable {
        case key(ResourceID)
        case player(ResourceID)
        case address(String)

        init(_ caller: Caller, address: String) {
            switch caller.id {
            case nil: self = .address(address)
            case let id?: self = caller.player == nil ? .key(id) : .player(id)
            }
        }
    }

    /// Takes one request of the subject's quota. Nil when it has none, for any number is allowed.
    func take(_ subject: Subject) -> RateStanding? {
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
                buckets = buckets.filter { !$0.value.isFull(at: now) }
                // A crowd that is larger than what is remembered: somebody begins anew.
                if buckets.count >= Limits.rateSubjectsMax { buckets.remove(at: buckets.startIndex) }
            }
            var bucket = buckets[subject] ?? TokenBucket(quota: quota, at: now)
            let isAllowed = bucket.take(at: now)
            buckets[subject] = bucket
            return RateStanding(quota: quota, bucket: bucket, isAllowed: isAllowed)
        }
    }
}

/// What a caller is told of its quota: the fields of draft-ietf-httpapi-ratelimit-headers.
struct RateStanding: Sendable {
    let quota: Int
    let bucket: TokenBucket
    let isAllowed: Bool

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
