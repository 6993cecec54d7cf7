import Foundation
import NIOCore
import PawlModel
import TestKit
import Testing

extension LiveTests {
    /// HTTP/2 on a long line, interim answers, refusals, and what its windows cost.
    @Suite(.needs(.openssl, .curl)) struct HTTP2Tests {
        /// A daemon with TLS, an asset and an upload to send blocks to.
        private struct World {
            let certificate: Certificate
            let daemon: DaemonProcess
            let key: String
            let asset: String
            let upload: String

            static func with(
                _ environment: [String: String] = [:], _ body: (World) async throws -> Void
            ) async throws {
                let certificate = try await Certificate()
                try await withDaemon(environment: certificate.settings.merging(environment) { $1 }) { daemon in
                    let key = try daemon.adminKey
                    func create(_ resource: String, _ json: String) async throws -> String {
                        let text = try await certificate.curl([
                            "-H", "Authorization: Bearer \(key)", "--json", json, "\(daemon.address)/v1/\(resource)",
                        ])
                        guard let id = text.firstMatch(of: /"id":"([^"]+)"/) else { throw ProcessError(text) }
                        return String(id.1)
                    }
                    let game = try await create("games", #"{"slug":"g","name":"G"}"#)
                    let asset = try await create("assets", #"{"game_id":"\#(game)","path":"a"}"#)
                    let upload = try await create("uploads", #"{"asset_id":"\#(asset)"}"#)
                    try await body(
                        World(certificate: certificate, daemon: daemon, key: key, asset: asset, upload: upload))
                }
            }

            /// Sends blocks over HTTP/2 through a port, and returns what `format` says about it.
            func send(_ file: String, port: Int, _ options: [String] = [], format: String) async throws -> String {
                try await certificate.curl(
                    [
                        "--http2", "-X", "PUT", "--data-binary", "@" + file, "-H", "Authorization: Bearer \(key)", "-H",
                        "Content-Type: \(MediaType.blocks)", "-o", "/dev/null", "-w", format,
                    ] + options + ["https://127.0.0.1:\(port)/v1/uploads/\(upload)/blocks"])
            }

            /// Puts a file as the asset's content over HTTP/2, and returns what curl prints.
            func put(_ file: String, _ options: [String] = []) async throws -> String {
                try await certificate.curl(
                    [
                        "--http2", "-X", "PUT", "--data-binary", "@" + file, "-H", "Authorization: Bearer \(key)", "-H",
                        "Content-Type: \(MediaType.octets)",
                    ] + options + ["\(daemon.address)/v1/assets/\(asset)/content"])
            }

            /// A file with 4 MB of block records.
            func blocks() throws -> (path: String, size: Int) {
                var generator = SeededGenerator(seed: 20_26)
                let records = (0..<15).flatMap { _ in WireBlock(generator.bytes(256_000)).record }
                let path = certificate.directory.path("blocks")
                try Data(records).write(to: URL(filePath: path))
                return (path, records.count)
            }
        }

        /// With the window that HTTP/2 begins with, an upload gets 65,535 bytes across in a round trip, however fast the
        /// line is.
        @Test func uploadOnALongLine_isNotCappedByTheWindow() async throws {
            try await World.with { world in
                let (file, size) = try world.blocks()
                try await withRelay(to: world.daemon.port, delay: .milliseconds(50)) { relay in
                    let port = URL(string: relay.address)?.port ?? 0
                    let text = try await world.send(
                        file, port: port, format: "%{http_version} %{http_code} %{time_total} %{time_pretransfer}")
                    let parts = text.split(separator: " ")
                    #expect(parts.prefix(2) == ["2", "200"])
                    let seconds = (Double(parts[2]) ?? 0) - (Double(parts[3]) ?? 0)
                    let capped = Double(size) / 65_535 * 0.1
                    LiveTests.figure("4 MB at 100 ms: \(seconds) s, with a window of 65,535 at least \(capped) s")
                    #expect(seconds < capped / 2)
                }
            }
        }

        @Test func waitingClient_isToldToGoOn() async throws {
            try await World.with { world in
                let (file, _) = try world.blocks()
                let heads = world.certificate.directory.path("heads")
                let text = try await world.send(
                    file, port: world.daemon.port, ["-H", "Expect: 100-continue", "-D", heads], format: "%{http_code}")
                #expect(text == "200")
                #expect(try String(contentsOfFile: heads, encoding: .utf8).hasPrefix("HTTP/2 100"))
            }
        }

        /// Status code 104 with the upload's URL, before the final answer (draft, Upload Creation).
        @Test func resumableUpload_isToldItsURL() async throws {
            try await World.with { world in
                let (file, _) = try world.blocks()
                let heads = world.certificate.directory.path("heads")
                let answer = try await world.put(
                    file, ["-H", "Upload-Draft-Interop-Version: 8", "-H", "Upload-Complete: ?1", "-D", heads])
                #expect(answer.contains("\"id\":\"ver_"), "\(answer)")
                let text = try String(contentsOfFile: heads, encoding: .utf8)
                #expect(text.hasPrefix("HTTP/2 104"), "\(text)")
                #expect(text.contains("location: /v1/uploads/upl_"), "\(text)")
                #expect(text.contains("HTTP/2 201"), "\(text)")
            }
        }

        /// A client that opens no window has its stream ended, and what it did not take costs little.
        @Test func readerWhoTakesNothing_isEnded() async throws {
            try await World.with(["PAWL_HTTP_IDLE_TIMEOUT": "2"]) { world in
                let (file, _) = try world.blocks()
                _ = try await world.put(file)
                let frames = world.certificate.directory.path("frames")
                try Data(
                    RawHTTP2.get("/v1/assets/\(world.asset)/content", authorization: "Bearer \(world.key)")
                ).write(to: URL(filePath: frames))
                let before = try world.daemon.memory
                let client = try ToolProcess.start(
                    "/bin/sh",
                    [
                        "-c",
                        "(cat \(frames); sleep 60) | \(OutsideTool.openssl.path) s_client -quiet -alpn h2 "
                            + "-connect 127.0.0.1:\(world.daemon.port)",
                    ])
                while client.endedAs == nil, !RawHTTP2.types(in: client.outputBytes).contains(RawHTTP2.reset) {
                    await Task.yield()
                }
                let types = RawHTTP2.types(in: client.outputBytes)
                await client.kill()
                #expect(types.contains(RawHTTP2.data) && types.last == RawHTTP2.reset, "\(types)")
                #expect(try world.daemon.memory - before < 16 << 20)
            }
        }

        /// The answer comes whole, though the body has not ended.
        @Test func refusedUpload_findsItsAnswer() async throws {
            try await World.with { world in
                let (file, _) = try world.blocks()
                let text = try await world.send(
                    file, port: world.daemon.port, ["-H", "Authorization: Bearer wrong"], format: "%{http_code}")
                #expect(text == "401")
            }
        }

        @Test func download_isWhole() async throws {
            try await World.with { world in
                let copy = world.certificate.directory.path("copy")
                let text = try await world.certificate.curl([
                    "--http2", "-o", copy, "-w", "%{http_version} %{http_code} %{size_download}",
                    world.daemon.address + "/openapi.json",
                ])
                let size = try Data(contentsOf: URL(filePath: copy)).count
                #expect(text == "2 200 \(size)")
                #expect(size > 100_000)
            }
        }

        /// Many uploads at once on a slow disk or none: what they may send ahead is bounded.
        @Test func manyUploadsAtOnce_stayInBounds() async throws {
            try await World.with { world in
                let (file, _) = try world.blocks()
                try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 0..<12 {
                        group.addTask { try await world.send(file, port: world.daemon.port, format: "%{http_code}") }
                    }
                    for try await code in group { #expect(code == "200") }
                }
                LiveTests.figure("12 uploads over HTTP/2: \(world.daemon.peakMemory.mebibytes)")
                #expect(world.daemon.peakMemory < LiveTests.memoryMax)
            }
        }

        @Test func stopping_letsARunningUploadEnd() async throws {
            try await World.with(["PAWL_HTTP_SHUTDOWN_TIMEOUT": "60"]) { world in
                let (file, _) = try world.blocks()
                try await withRelay(to: world.daemon.port) { relay in
                    relay.hold(.toServer, after: 1 << 20)
                    let port = URL(string: relay.address)?.port ?? 0
                    async let text = world.send(file, port: port, format: "%{http_version} %{http_code}")
                    await relay.reached(1 << 20, .toServer)
                    world.daemon.send(SIGTERM)
                    relay.release(.toServer)
                    let answer = try await text
                    #expect(answer == "2 200")
                    #expect(await world.daemon.end() == .exited(0))
                }
            }
        }
    }
}
