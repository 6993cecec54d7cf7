import Foundation
import PawlClient
import PawlModel
import Synchronization

/// Shows how far a transfer is: a bar on a terminal, a JSON line a second for programs, a line when it has to wait.
final class ProgressBar: Sendable {
    private let style: Style
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    enum Style: Sendable {
        /// A line that is drawn over, on stderr.
        case bar
        case json
        /// Only that something is waited for, on stderr: what a log of a build should show.
        case quiet
    }

    private struct State {
        var lastDrawn: ContinuousClock.Instant?
        var lastPhase: TransferProgress.Phase?
        var lastNotice: ContinuousClock.Instant?
        /// How much was done at some moments of the last seconds, oldest first: for the rate.
        var samples: [(time: ContinuousClock.Instant, bytes: Int64)] = []
        var isDrawn = false
        var isFinished = false
    }

    init(json: Bool) {
        style = json ? .json : isatty(STDERR_FILENO) == 1 ? .bar : .quiet
    }

    /// Called often, from any thread; draws ten times a second at most, and each change of the phase.
    func show(_ progress: TransferProgress) {
        let now = ContinuousClock.now
        state.withLock { state in
            let interval: Duration = style == .json ? .seconds(1) : .milliseconds(100)
            let isDue = state.lastDrawn.map { now - $0 >= interval } ?? true
            guard !state.isFinished, isDue || state.lastPhase != progress.phase && style != .json else { return }
            state.lastDrawn = now
            state.lastPhase = progress.phase
            switch style {
            case .bar:
                Output.drawing("\r\u{1b}[K" + line(progress, rate: rate(progress, now, &state)))
                state.isDrawn = true
            case .json: Output.json(progress.json)
            case .quiet:
                // A bad line breaks often: every five seconds is enough to know.
                let isNews = state.lastNotice.map { now - $0 >= .seconds(5) } ?? true
                if case .waiting(let reason) = progress.phase, isNews {
                    Output.error("pawl: \(reason) It is tried again.")
                    state.lastNotice = now
                }
            }
        }
    }

    /// Takes the bar away; nothing is drawn afterwards.
    func finish() {
        state.withLock { state in
            if state.isDrawn { Output.drawing("\r\u{1b}[K") }
            state.isFinished = true
        }
    }

    /// Bytes a second over the last five seconds.
    private func rate(_ progress: TransferProgress, _ now: ContinuousClock.Instant, _ state: inout State) -> Double {
        if state.samples.isEmpty { state.samples = [(start, 0)] }
        state.samples.append((now, progress.bytesDone))
        while state.samples.count > 2, now - state.samples[1].time > .seconds(5) { state.samples.removeFirst() }
        let seconds = (now - state.samples[0].time).inSeconds
        return seconds > 0 ? Double(progress.bytesDone - state.samples[0].bytes) / seconds : 0
    }

    private func line(_ progress: TransferProgress, rate: Double) -> String {
        let fraction = progress.bytesTotal > 0 ? Double(progress.bytesDone) / Double(progress.bytesTotal) : 0
        let share = min(1, max(0, fraction))
        var facts = " \(Int(share * 100)) %  \(Text.bytes(progress.bytesDone)) of \(Text.bytes(progress.bytesTotal))"
        switch progress.phase {
        case .comparing: facts += "  comparing with what is here"
        case .finishing: facts += "  finishing"
        case .waiting(let reason): facts += "  waiting: \(Text.plain(reason))"
        case .transferring:
            facts += "  \(Text.bytes(Int64(rate)))/s"
            if rate > 0, progress.bytesDone < progress.bytesTotal {
                facts += "  \(Text.seconds(Double(progress.bytesTotal - progress.bytesDone) / rate)) left"
            }
        }
        let barWidth = 24
        let filled = Int(share * Double(barWidth))
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: barWidth - filled)
        // A line that wraps could not be drawn over.
        return String("[\(bar)]\(facts)".prefix(Self.terminalWidth - 1))
    }

    private static var terminalWidth: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20 else { return 80 }
        return Int(size.ws_col)
    }
}

extension TransferProgress {
    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "event": "progress", "bytes_total": .int(bytesTotal), "bytes_done": .int(bytesDone),
            "bytes_sent": .int(bytesSent), "blocks_sent": .int(blocksSent),
        ]
        switch phase {
        case .comparing: object["phase"] = "comparing"
        case .transferring: object["phase"] = "transferring"
        case .finishing: object["phase"] = "finishing"
        case .waiting(let reason):
            object["phase"] = "waiting"
            object["reason"] = .string(reason)
        }
        return object
    }
}
