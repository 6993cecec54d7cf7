import Glibc

/// A program that runs beside the test: to its end, or until it is killed, which it is when the value goes.
package final class ToolProcess: Sendable {
    package let processID: Int32
    private let watch: ProcessWatch

    private init(_ child: ProcessSpawn.Child) {
        processID = child.processID
        watch = ProcessWatch(child)
    }

    deinit {
        watch.send(SIGKILL)
    }

    /// Starts an executable. Of the test's own environment it sees all but `PAWL_…`.
    package static func start(
        _ executable: String, _ arguments: [String], environment: [String: String] = [:], directory: String = "/"
    ) throws -> ToolProcess {
        let spawn = ProcessSpawn(
            executable: executable, arguments: arguments, environment: environment, directory: directory)
        return ToolProcess(try spawn.start())
    }

    /// Starts the built `pawl` with these arguments.
    package static func pawl(
        _ arguments: [String], environment: [String: String] = [:], directory: String = "/"
    ) throws -> ToolProcess {
        try start(BuiltBinary.path, arguments, environment: environment, directory: directory)
    }

    /// Waits for the end. A cancelled wait kills the program.
    @discardableResult
    package func end() async -> ProcessEnd {
        await withTaskCancellationHandler {
            await watch.waitForEnd()
        } onCancel: {
            watch.send(SIGKILL)
        }
    }

    /// The exit status at the end; 128 and the signal's number when it was killed.
    @discardableResult
    package func status() async -> Int32 { await end().status }

    /// Kills it with SIGKILL and waits until it is gone.
    package func kill() async {
        watch.send(SIGKILL)
        await end()
    }

    package func send(_ signal: Int32) { watch.send(signal) }

    /// Nil while it runs.
    package var endedAs: ProcessEnd? { watch.end }

    /// What it has printed on standard output so far.
    package var output: String { String(decoding: watch.output, as: UTF8.self) }
    package var outputBytes: [UInt8] { watch.output }

    /// What it has printed on standard error so far.
    package var errors: String { String(decoding: watch.errors, as: UTF8.self) }

    /// Its standard output line by line, as it comes. For one reader.
    package var lines: AsyncStream<String> { watch.lines }

    /// The most memory that it ever had, in bytes (VmHWM).
    package var peakMemory: Int64 { watch.peakMemory }
}
