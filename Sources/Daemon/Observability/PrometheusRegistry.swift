import CoreMetrics
import Synchronization

/// Keeps the metrics of this process and writes them in the Prometheus text format (version 0.0.4).
final class PrometheusRegistry: MetricsFactory {
    private let families = Mutex<[String: Family]>([:])

    private struct Family {
        var kind: String
        var series: [String: any Series] = [:]
    }

    /// One line's worth of values; `lines` writes them out.
    protocol Series: AnyObject, Sendable {
        func lines(name: String, labels: String) -> [String]
    }

    /// All metrics, sorted by name and labels.
    var text: String {
        let families = families.withLock { $0 }
        var lines: [String] = []
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            lines.append("# TYPE \(name) \(family.kind)")
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                lines += series.lines(name: name, labels: labels)
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private func series<S: Series>(_ label: String, _ dimensions: [(String, String)], _ kind: String, _ make: () -> S)
        -> S
    {
        let labels = dimensions.map { "\($0.0)=\"\(Self.escape($0.1))\"" }.joined(separator: ",")
        return families.withLock { families in
            if let series = families[label]?.series[labels] as? S { return series }
            let series = make()
            families[label, default: Family(kind: kind)].series[labels] = series
            return series
        }
    }

    private static func escape(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    // MARK: MetricsFactory

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, "counter") { PrometheusCounter() }
    }

    func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        series(label, dimensions, "counter") { PrometheusGauge() }
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, "gauge") { PrometheusGauge() }
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(label, dimensions, "gauge") { PrometheusGauge() }
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, "histogram") { PrometheusHistogram() }
    }

    // Series live as long as the process: a metric that is made again goes on where it was.
    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    func destroyMeter(_ handler: any MeterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}
}
