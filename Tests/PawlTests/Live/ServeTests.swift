import TestKit
import Testing

extension LiveTests {
    /// `pawl serve` where it cannot serve.
    @Suite(.timeLimit(.minutes(5))) struct ServeTests {
        private let quiet = ["PAWL_LOG_LEVEL": "critical"]

        @Test func secondDaemonOnTheSameStorage_saysSo() async throws {
            try await withDaemon { first in
                let second = try DaemonProcess.serve(storage: first.storage, environment: quiet)
                #expect(await second.status() == 1)
                #expect(second.output == "")
                let lines = second.errors.split(separator: "\n")
                #expect(lines.count == 1, "\(second.errors)")
                #expect(second.errors.contains("Another pawl (process \(first.processID)) already serves"))
                #expect(second.errors.contains(first.address))
                #expect(first.isRunning)
            }
        }

        @Test func takenPort_isNamed() async throws {
            let directory = try TemporaryDirectory()
            try await withRelay(to: 9) { other in
                let port = try #require(Int(other.address.split(separator: ":")[2]))
                let daemon = try DaemonProcess.serve(
                    storage: directory.path("storage"), environment: quiet, port: port)
                #expect(await daemon.status() == 1)
                #expect(daemon.output == "")
                #expect(daemon.errors.split(separator: "\n").count == 1, "\(daemon.errors)")
                #expect(daemon.errors.contains("Something else already listens on 127.0.0.1:\(port)."))
            }
            // Nothing is left behind that would keep the next one from the storage.
            try await withDaemon(storage: directory.path("storage")) { #expect($0.isRunning) }
        }

        @Test func stoppedDaemon_leavesItsStorageToTheNext() async throws {
            let directory = try TemporaryDirectory()
            for _ in 0..<2 {
                let daemon = try await DaemonProcess.start(storage: directory.path("storage"))
                #expect(await daemon.terminate() == 0)
            }
        }
    }
}
