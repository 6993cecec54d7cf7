import CoreMetrics
import Synchronization

/// A number that only grows.
final class PrometheusCounter: CounterHandler, PrometheusRegistry.Series {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.add(amount, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }

    func lines(name: String, labels: String) -> [String] {
        [PrometheusLine(name, labels, "\(value.load(ordering: .relaxed))").text]
    }
}

/// A number that goes up and down.
final class PrometheusGauge: MeterHandler, RecorderHandler, FloatingPointCounterHandler, PrometheusRegistry.Series {
    private let value = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func reset() { set(0.0) }

    func lines(name: String, labels: String) -> [String] {
        [PrometheusLine(name, labels, "\(value.withLock { $0 })").text]
    }
}

/// Durations in seconds, counted in buckets from half a millisecond to ten seconds.
final class PrometheusHistogram: TimerHandler, PrometheusRegistry.Series {
    private static let bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private struct State {
        var counts = [Int](repeating: 0, count: bounds.count)
        var count = 0
        var sum = 0.0
    }

    private let state = Mutex(State())

    func recordNanoseconds(_ duration: Int64) {
        let seconds = Double(duration) / 1e9
        state.withLock { state in
            if let index = Self.bounds.firstIndex(where: { seconds <= $0 }) { state.counts[index] += 1 }
            state.count += 1
            state.sum += seconds
        }
    }

    func lines(name: String, labels: String) -> [String] {
        let state = state.withLock { $0 }
        var total = 0
        var lines: [String] = []
        let separator = labels.isEmpty ? "" : ","
        for (bound, count) in zip(Self.bounds, state.counts) {
            total += count
            lines.append(PrometheusLine(name + "_bucket", "\(labels)\(separator)le=\"\(bound)\"", "\(total)").text)
        }
        lines.append(PrometheusLine(name + "_bucket", "\(labels)\(separator)le=\"+Inf\"", "\(state.count)").text)
        lines.append(PrometheusLine(name + "_sum", labels, "\(state.sum)").text)
        lines.append(PrometheusLine(name + "_count", labels, "\(state.count)").text)
        return lines
    }
}

private struct PrometheusLine {
    let text: String

    init(_ name: String, _ labels: String, _ value: String) {
        text = labels.isEmpty ? "\(name) \(value)" : "\(name){\(labels)} \(value)"
    }
}
