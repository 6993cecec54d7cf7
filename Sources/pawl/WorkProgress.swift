import Foundation
import PawlModel
import Synchronization

/// Shows how far work on a storage is: a bar on a terminal, a JSON line a second for programs, else nothing.
final class WorkProgress: Sendable {
    private let json: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let start = ContinuousClock.now
    private let lastShown = Mutex<ContinuousClock.Instant?>(nil)

    init(json: Bool) { self.json = json }

    /// Called often, from any thread.
    func show(done: Int64, of total: Int64, _ what: String = "") {
        guard json || isTerminal, isDue else { return }
        if json {
            Output.json(["event": "progress", "bytes_done": .int(done), "bytes_total": .int(total)])
            return
        }
        let share = total > 0 ? min(1, Double(done) / Double(total)) : 1
        let seconds = (ContinuousClock.now - start).inSeconds
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var facts = " \(Int(share * 100)) %  \(Text.bytes(done)) of \(Text.bytes(total))  \(Text.bytes(Int64(rate)))/s"
        if rate > 0, done < total { facts += "  \(Text.seconds(Double(total - done) / rate)) left" }
        let filled = Int(share * 24)
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled)
        Output.drawing("\r\u{1b}[K[\(bar)]\(facts)  \(what)")
    }

    /// What is being done, where nobody knows how much that is.
    func show(_ what: String) {
        guard isTerminal, !json, isDue else { return }
        Output.drawing("\r\u{1b}[K\(what)")
    }

    /// Takes the bar away.
    func finish() {
        if isTerminal, !json { Output.drawing("\r\u{1b}[K") }
    }

    private var isDue: Bool {
        let now = ContinuousClock.now
        return lastShown.withLock { last in
            if let last, now - last < (json ? .seconds(1) : .milliseconds(100)) { return false }
            last = now
            return true
        }
    }
}
