import Metrics
import Synchronization

/// Counts requests and their durations, by method, route and status.
///
/// The meters of a kind of request are kept once they were made: to make one again, the factory of the metrics has to
/// write all its labels, which takes longer than many a request.
final class RequestMeters: Sendable {
    /// What is told apart. Method and route come from fixed sets, so kinds are few.
    struct Kind: Hashable {
        var method: String
        var route: String
        var status: Int
    }

    private struct Meters {
        var requests: Counter
        var seconds: Timer

        init(_ kind: Kind) {
            let labels = [("method", kind.method), ("route", kind.route)]
            requests = Counter(
                label: "pawl_http_requests_total", dimensions: labels + [("status", String(kind.status))])
            seconds = Timer(label: "pawl_http_request_seconds", dimensions: labels)
        }
    }

    private let known = Mutex<[Kind: Meters]>([:])

    func record(_ duration: Duration, of kind: Kind) {
        let meters = known.withLock { known in
            if let meters = known[kind] { return meters }
            let meters = Meters(kind)
            known[kind] = meters
            return meters
        }
        meters.requests.increment()
        meters.seconds.record(duration: duration)
    }
}
