import Foundation
import Glibc
import PawlModel
import Synchronization
import TestKit
import Testing

extension LiveTests {
    /// Many connections at once: what they cost, how many there may be, and that a slow one is nobody's trouble.
    @Suite struct CrowdTests {
        private static let alive = "GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n"

        @Test func fiveHundredIdleConnections_costLessThan50MB() async throws {
            try await withDaemon { daemon in
                try await LineSocket.run(daemon.port) { _ in
                    // The first ones pay for what is made once.
                    let first = try (0..<20).map { _ in try Self.idle(daemon.port) }
                    let before = try daemon.memory
                    let crowd = try (0..<500).map { _ in try Self.idle(daemon.port) }
                    let cost = try daemon.memory - before
                    LiveTests.figure("500 idle connections cost \(cost / 1024) KiB")
                    #expect(cost < 50_000_000)
                    withExtendedLifetime((first, crowd)) {}
                }
            }
        }

        /// A connection that was used once and waits.
        private static func idle(_ port: Int) throws -> LineSocket {
            let line = try LineSocket(port: port)
            try line.send(alive)
            _ = try line.readAnswer()
            return line
        }

        /// Each would hold megabytes, were they not shared among all.
        @Test func crowdThatReadsNothing_takesLittleMemory() async throws {
            try await HTTPWorld.with { world in
                let content = [UInt8].sample(8 << 20, seed: 3)
                let put = try await world.send("PUT", Routes.content(ofAsset: world.asset), content)
                #expect(put.status == 201)
                let head = world.head("GET", Routes.content(ofAsset: world.asset))
                let before = try world.daemon.memory
                let daemon = world.daemon
                try await LineSocket.run(daemon.port) { _ in
                    let crowd = try (0..<200).map { _ in
                        let line = try LineSocket(port: daemon.port, receiveBuffer: 4096)
                        try line.send(head)
                        return line
                    }
                    for line in crowd { #expect(line.poll(POLLIN, 10_000)) }
                    let cost = try daemon.memory - before
                    LiveTests.figure("200 downloads that nobody reads cost \(cost / 1_000_000) MB")
                    #expect(cost < 250_000_000)
                    withExtendedLifetime(crowd) {}
                }
                #expect(try await world.content() == content)
            }
        }

        @Test func connectionsBeyondTheBound_waitForAPlace() async throws {
            try await withDaemon(environment: ["PAWL_HTTP_CONNECTIONS": "8"]) { daemon in
                try await LineSocket.run(daemon.port) { first in
                    try first.send(Self.alive)
                    _ = try first.readAnswer()
                    var others = try (0..<7).map { _ in try Self.idle(daemon.port) }
                    let late = try LineSocket(port: daemon.port)
                    try late.send(Self.alive)
                    #expect(!late.poll(POLLIN, 300), "it was served beyond the bound")
                    others.removeLast()
                    #expect(try late.readAnswer().head.hasPrefix("HTTP/1.1 200 "))
                }
            }
        }

        /// One client at 50 KB/s beside eight fast ones, which take as long as without it.
        @Test func slowClient_doesNotSlowFastOnes() async throws {
            try await HTTPWorld.with { world in
                _ = try await Self.upload(world, seed: 1)
                let alone = try await Self.upload(world, seed: 2)
                let slow = try await world.begin()
                let head = world.head(
                    "PUT", Routes.blocks(slow), ["Content-Type": MediaType.blocks, "Content-Length": "4000000"])
                let isOver = Mutex(false)
                async let dribble = LineSocket.run(world.daemon.port) { line in
                    try line.send(head)
                    let record = WireBlock([UInt8](repeating: 9, count: 200_000)).record
                    var sent = 0
                    while !isOver.withLock({ $0 }), sent < record.count {
                        guard try line.dribble([Array(record[sent..<min(sent + 5000, record.count)])], every: 100)
                        else { throw ProcessError("the slow client was ended: \(try line.readToEnd())") }
                        sent += 5000
                    }
                    return sent
                }
                let beside = try await Self.upload(world, seed: 3)
                isOver.withLock { $0 = true }
                #expect(try await dribble > 0)
                LiveTests.figure("eight fast uploads: \(alone) alone, \(beside) beside a slow one")
                #expect(beside < alone * 3)
            }
        }

        /// How long eight clients take to upload 8 MiB each.
        private static func upload(_ world: HTTPWorld, seed: UInt8) async throws -> Duration {
            try await ContinuousClock().measure {
                try await withThrowingTaskGroup { group in
                    for client in UInt8(0)..<8 {
                        group.addTask { try await upload(world, client: client, seed: seed) }
                    }
                    try await group.waitForAll()
                }
            }
        }

        private static func upload(_ world: HTTPWorld, client: UInt8, seed: UInt8) async throws {
            let upload = try await world.begin()
            for part in UInt8(0)..<2 {
                let records = (UInt8(0)..<15).flatMap { number in
                    WireBlock([seed, client, part, number] + [UInt8](repeating: client, count: 260_000)).record
                }
                let answer = try await world.put(records, to: upload)
                guard answer.status == 200 else { throw ProcessError(answer.text) }
            }
        }
    }
}
