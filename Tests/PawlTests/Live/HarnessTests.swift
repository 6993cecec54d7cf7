import TestKit
import Testing

extension LiveTests {
    /// The harness itself: what every other test of this target stands on.
    @Suite(.timeLimit(.minutes(5))) struct HarnessTests {
        @Test func daemon_startsAndStops() async throws {
            let directory = try TemporaryDirectory()
            let daemon = try await DaemonProcess.start(storage: directory.path("storage"))
            #expect(try daemon.adminKey.hasPrefix("pawl_"))
            #expect(daemon.port > 0)
            #expect(daemon.peakMemory > 1_000_000)
            #expect(await daemon.terminate() == 0)
            #expect(!daemon.isRunning)
        }

        @Test func daemon_isKilledAndStartsAgainOnItsPort() async throws {
            let directory = try TemporaryDirectory()
            let first = try await DaemonProcess.start(storage: directory.path("storage"))
            await first.kill()
            #expect(await first.end() == .killed(9))
            let second = try await DaemonProcess.start(storage: directory.path("storage"), port: first.port)
            #expect(second.port == first.port)
            #expect(try first.adminKey == second.adminKey)
            await second.kill()
        }

        @Test func tool_runsToItsEnd() async throws {
            let tool = try ToolProcess.start("/bin/sh", ["-c", "pwd; echo bad >&2; exit 7"])
            #expect(await tool.status() == 7)
            #expect(tool.output == "/\n")
            #expect(tool.errors == "bad\n")
        }

        @Test func relay_countsWhatPasses() async throws {
            try await withDaemon { daemon in
                try await withRelay(to: daemon.port) { relay in
                    let tool = try ToolProcess.start(
                        "/usr/bin/curl", ["-sS", "-H", "User-Agent:", relay.address + "/healthz"])
                    #expect(await tool.status() == 0, "\(tool.errors)")
                    let host = relay.address.dropFirst("http://".count)
                    let request = "GET /healthz HTTP/1.1\r\nHost: \(host)\r\nAccept: */*\r\n\r\n"
                    #expect(relay.count(.toServer) == request.utf8.count)
                    #expect(relay.count(.toClient) > tool.output.utf8.count)
                }
            }
        }
    }
}
