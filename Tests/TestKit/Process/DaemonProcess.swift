import Foundation
import Glibc

/// The built `pawl serve` as a process of its own, which is gone at the latest when the value is.
package final class DaemonProcess: Sendable {
    package let storage: String
    /// Such as `http://127.0.0.1:41234`.
    package let address: String
    package let port: Int
    private let process: ToolProcess

    private init(storage: String, address: String, port: Int, process: ToolProcess) {
        self.storage = storage
        self.address = address
        self.port = port
        self.process = process
    }

    /// Starts a daemon on 127.0.0.1 and returns as soon as it says that it is ready.
    ///
    /// - Parameters:
    ///   - environment: Settings such as `PAWL_UPLOADS_LIFETIME`.
    ///   - port: 0 takes a free one.
    /// - Throws: `ProcessError` with what it printed, when it ends instead.
    package static func start(
        storage: String, environment: [String: String] = [:], port: Int = 0
    ) async throws -> DaemonProcess {
        let process = try serve(storage: storage, environment: environment, port: port)
        for await line in process.lines {
            guard line.hasPrefix("pawl serves "), let at = line.range(of: " at ", options: .backwards) else { continue }
            let address = String(line[at.upperBound...])
            guard let port = URL(string: address)?.port else {
                throw ProcessError("the daemon's ready line names no port: \(line)")
            }
            return DaemonProcess(storage: storage, address: address, port: port, process: process)
        }
        let end = await process.end()
        throw ProcessError("the daemon ended (\(end)) before it was ready: \(process.errors)")
    }

    /// Starts `pawl serve` without waiting for anything: for a daemon that is not expected to become ready.
    package static func serve(
        storage: String, environment: [String: String] = [:], port: Int = 0
    ) throws -> ToolProcess {
        // A version changes when its digest is found, and a block when its damage is: not by itself, unless a test asks
        // for it.
        let environment = ["PAWL_UPLOADS_PROOF_RATE": "0", "PAWL_SCRUB_RATE": "0"].merging(environment) { $1 }
        return try ToolProcess.pawl(
            ["serve", "--storage", storage, "--host", "127.0.0.1", "--port", String(port)], environment: environment)
    }

    package var processID: Int32 { process.processID }

    /// The key that the daemon wrote on its first start.
    package var adminKey: String {
        get throws {
            try String(contentsOfFile: storage + "/admin.key", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Kills it with SIGKILL and waits until it is gone.
    package func kill() async { await process.kill() }

    /// Asks it to stop (SIGTERM) and returns its exit status.
    package func terminate() async -> Int32 {
        process.send(SIGTERM)
        return await process.status()
    }

    /// Waits for its end, whatever brings it about.
    package func end() async -> ProcessEnd { await process.end() }

    /// Whether it was not reaped yet.
    package var isRunning: Bool { process.endedAs == nil }

    /// The memory that it has now, in bytes (VmRSS).
    package var memory: Int64 {
        get throws {
            let text = try String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)
            guard let match = text.firstMatch(of: /VmRSS:\s+([0-9]+) kB/), let kibibytes = Int64(match.1) else {
                throw ProcessError("no VmRSS in \(text)")
            }
            return kibibytes * 1024
        }
    }

    /// Sends a signal and waits for nothing.
    package func send(_ signal: Int32) { process.send(signal) }

    /// The most memory that it ever had, in bytes (VmHWM).
    package var peakMemory: Int64 { process.peakMemory }

    /// What it has written to standard error so far.
    package var log: String { process.errors }
}

/// Runs a daemon for as long as `body` does. Without `storage` it gets a directory of its own, which goes with it.
package func withDaemon<Result>(
    storage: String? = nil, environment: [String: String] = [:], port: Int = 0,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (DaemonProcess) async throws -> Result
) async throws -> Result {
    let directory = try storage == nil ? TemporaryDirectory() : nil
    defer { withExtendedLifetime(directory) {} }
    let daemon = try await DaemonProcess.start(
        storage: storage ?? directory!.path("storage"), environment: environment, port: port)
    do {
        let result = try await body(daemon)
        await daemon.kill()
        return result
    } catch {
        await daemon.kill()
        throw error
    }
}
