import Foundation
import Glibc
import PawlModel
import TestKit
import Testing

/// SIGTERM: what runs may end, what is new is refused, and it is over in time.
@Suite struct StopTests {
    private static let block = WireBlock([UInt8](repeating: 5, count: 40_000))

    /// Begins to send blocks, and returns once the daemon waits for them.
    private static func begin(
        _ line: LineSocket, _ world: HTTPWorld, _ upload: ResourceID, length: Int
    ) throws {
        let fields = [
            "Content-Type": MediaType.blocks, "Content-Length": "\(length)", "Expect": "100-continue",
        ]
        let text = String(decoding: world.head("PUT", Routes.blocks(upload), fields), as: UTF8.self)
        try line.send(text.replacing("Connection: close\r\n", with: ""))
        guard try line.readHead().hasPrefix("HTTP/1.1 100 ") else { throw ProcessError("it is not told to go on") }
    }

    /// Returns once the daemon takes no new connections.
    private static func waitUntilRefused(_ port: Int) throws {
        for _ in 0..<2000 {
            guard let probe = try? LineSocket(port: port) else { return }
            _ = probe.poll(0, 10)
        }
        throw ProcessError("connections are still taken")
    }

    @Test func idleConnections_areClosed_andItEndsAtOnce() async throws {
        try await HTTPWorld.with(environment: ["PAWL_HTTP_SHUTDOWN_TIMEOUT": "600"]) { world in
            try await LineSocket.run(world.daemon.port) { line in
                try line.send("GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
                _ = try line.readAnswer()
                world.daemon.send(SIGTERM)
                #expect(try line.readToEnd() == "")
            }
            #expect(await world.daemon.end() == .exited(0))
        }
    }

    @Test func runningUpload_endsWell_andItsConnectionIsTheLast() async throws {
        try await HTTPWorld.with(environment: ["PAWL_HTTP_SHUTDOWN_TIMEOUT": "600"]) { world in
            let upload = try await world.begin()
            let record = Self.block.record
            let text = try await LineSocket.run(world.daemon.port) { line in
                try Self.begin(line, world, upload, length: record.count)
                try line.send(Array(record.prefix(20_000)))
                world.daemon.send(SIGTERM)
                try Self.waitUntilRefused(world.daemon.port)
                try line.send(Array(record.dropFirst(20_000)))
                return try line.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 200 "), "\(text)")
            #expect(text.lowercased().contains("connection: close"))
            #expect(await world.daemon.end() == .exited(0))
        }
    }

    /// It ends in time though the client sends no more, and what came whole is there afterwards.
    @Test func hangingUpload_isEndedInTime_andLosesNothingAcknowledged() async throws {
        let directory = try TemporaryDirectory()
        let storage = directory.path("storage")
        let upload = try await HTTPWorld.with(
            storage: storage, environment: ["PAWL_HTTP_SHUTDOWN_TIMEOUT": "1"]
        ) { world in
            let upload = try await world.begin()
            let answer = try await world.put(Self.block.record, to: upload)
            #expect(answer.status == 200)
            let other = WireBlock([UInt8](repeating: 6, count: 40_000))
            try await LineSocket.run(world.daemon.port) { line in
                try Self.begin(line, world, upload, length: 90_000)
                try line.send(other.record)
                world.daemon.send(SIGTERM)
                _ = try line.readToEnd()
            }
            #expect(await world.daemon.end() == .exited(0))
            return upload
        }
        try await withDaemon(storage: storage) { daemon in
            let key = try daemon.adminKey
            let manifest = WireBlock.manifest([Self.block])
            let answer = try await Wire(port: daemon.port).exchange([
                .send(
                    Array(
                        """
                        POST \(Routes.commit(upload)) HTTP/1.1\r\nHost: here\r\nConnection: close\r
                        Authorization: Bearer \(key)\r\nContent-Type: \(MediaType.manifest)\r
                        Content-Length: \(manifest.count)\r\n\r\n
                        """.utf8) + manifest)
            ])
            #expect(answer.status == 201, "\(answer.text)")
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func toldTwice_itEndsAtOnce(_ signal: Int32) async throws {
        try await HTTPWorld.with(environment: ["PAWL_HTTP_SHUTDOWN_TIMEOUT": "600"]) { world in
            let upload = try await world.begin()
            try await LineSocket.run(world.daemon.port) { line in
                try Self.begin(line, world, upload, length: 90_000)
                try line.send(Self.block.record)
                world.daemon.send(signal)
                try Self.waitUntilRefused(world.daemon.port)
                world.daemon.send(signal)
                _ = try line.readToEnd()
            }
            #expect(await world.daemon.end() == .exited(128 + signal))
        }
    }

    @Test func eventStream_ends() async throws {
        try await HTTPWorld.with(environment: ["PAWL_HTTP_SHUTDOWN_TIMEOUT": "600"]) { world in
            let text = try await LineSocket.run(world.daemon.port) { line in
                try line.send(world.head("GET", Routes.eventStream))
                _ = try line.readHead()
                world.daemon.send(SIGTERM)
                return try line.readToEnd()
            }
            #expect(text.hasSuffix("0\r\n\r\n"), "\(text)")
            #expect(await world.daemon.end() == .exited(0))
        }
    }
}
