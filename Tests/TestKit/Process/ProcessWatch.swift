import Foundation
import Glibc
import Synchronization

/// How a program ended.
package enum ProcessEnd: Hashable, Sendable {
    /// By itself, with this status.
    case exited(Int32)
    /// By this signal.
    case killed(Int32)

    /// As a shell has it: 128 and the signal's number when it was killed.
    package var status: Int32 {
        switch self {
        case .exited(let status): status
        case .killed(let signal): 128 + signal
        }
    }
}

/// Follows a program from a thread of its own: takes what it prints, and reaps it.
///
/// Its memory is looked at every 50 ms: `VmHWM` is a high-water mark of the kernel's, which goes with the process.
/// (`ru_maxrss` of wait4(2) counts what the test process used before exec, and says nothing here.)
final class ProcessWatch: Sendable {
    private static let sampleInterval: Int32 = 50

    fileprivate struct State {
        var output: [UInt8] = []
        var errors: [UInt8] = []
        /// How much of `output` was given out as lines.
        var lineStart = 0
        var peakMemory: Int64 = 0
        var end: ProcessEnd?
        var waiting: [CheckedContinuation<ProcessEnd, Never>] = []
    }

    private let child: ProcessSpawn.Child
    private let state = Mutex(State())
    /// What is printed on standard output, line by line; it ends with the program. For one reader.
    let lines: AsyncStream<String>
    private let lineSink: AsyncStream<String>.Continuation

    init(_ child: ProcessSpawn.Child) {
        self.child = child
        (lines, lineSink) = AsyncStream.makeStream()
        Thread.detachNewThread { [self] in follow() }
    }

    var output: [UInt8] { state.withLock { $0.output } }
    var errors: [UInt8] { state.withLock { $0.errors } }
    var end: ProcessEnd? { state.withLock { $0.end } }

    var peakMemory: Int64 {
        sampleMemory()
        return state.withLock { $0.peakMemory }
    }

    /// Sends a signal, unless the program was reaped: then its id may be another one's.
    func send(_ signal: Int32) {
        state.withLock { state in
            if state.end == nil { kill(child.processID, signal) }
        }
    }

    func waitForEnd() async -> ProcessEnd {
        await withCheckedContinuation { continuation in
            let end: ProcessEnd? = state.withLock { state in
                if state.end == nil { state.waiting.append(continuation) }
                return state.end
            }
            if let end { continuation.resume(returning: end) }
        }
    }

    // MARK: The thread

    private func follow() {
        var pipes = [
            pollfd(fd: child.output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: child.errors, events: Int16(POLLIN), revents: 0),
        ]
        // A negative descriptor is one that poll(2) passes over.
        while pipes.contains(where: { $0.fd >= 0 }) {
            guard poll(&pipes, nfds_t(pipes.count), Self.sampleInterval) >= 0 || errno == EINTR else { break }
            for index in pipes.indices where pipes[index].fd >= 0 && pipes[index].revents != 0 {
                if !take(from: pipes[index].fd, isOutput: index == 0) { pipes[index].fd = -1 }
            }
            sampleMemory()
        }
        close(child.output)
        close(child.errors)
        reap()
    }

    /// Reads once; false at the end.
    private func take(from descriptor: Int32, isOutput: Bool) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        let count = read(descriptor, &bytes, bytes.count)
        if count < 0 { return errno == EINTR || errno == EAGAIN }
        guard count > 0 else { return false }
        let lines: [String] = state.withLock { state in
            if isOutput {
                state.output += bytes.prefix(count)
                return state.takeLines()
            }
            state.errors += bytes.prefix(count)
            return []
        }
        for line in lines { lineSink.yield(line) }
        return true
    }

    private func reap() {
        // Left a zombie at first, so that `send` never signals an id that is free again.
        var info = siginfo_t()
        while waitid(P_PID, id_t(child.processID), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        let (end, waiting) = state.withLock { state in
            var status: Int32 = 0
            while waitpid(child.processID, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7f
            let end: ProcessEnd = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal)
            state.end = end
            defer { state.waiting = [] }
            return (end, state.waiting)
        }
        lineSink.finish()
        for continuation in waiting { continuation.resume(returning: end) }
    }

    private func sampleMemory() {
        guard let text = try? String(contentsOfFile: "/proc/\(child.processID)/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int64($0) })
        else { return }
        state.withLock { state in
            if state.end == nil { state.peakMemory = max(state.peakMemory, kibibytes * 1024) }
        }
    }
}

extension ProcessWatch.State {
    /// The whole lines that were not given out yet.
    fileprivate mutating func takeLines() -> [String] {
        var lines: [String] = []
        while let end = output[lineStart...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: output[lineStart..<end], as: UTF8.self))
            lineStart = end + 1
        }
        return lines
    }
}
