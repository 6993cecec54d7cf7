import Foundation
import PawlModel
import TestKit
import Testing

/// Bodies that are wrong, that stop and that dribble, and readers who do not read.
@Suite struct BodyTests {
    private static func head(_ world: HTTPWorld, _ fields: String...) -> String {
        "POST /v1/games HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer \(world.admin)\r\n"
            + "Content-Type: application/json\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    private static let game = #"{"slug":"chunky","name":"Chunky"}"#

    @Test(arguments: [
        ("a size that is no number", "zz\r\nabc\r\n"), ("a size beyond all", "FFFFFFFFFFFFFFFFFF\r\nabc\r\n"),
        ("a size that does not fit", "3\r\nabcdef\r\n0\r\n\r\n"), ("a negative size", "-3\r\nabc\r\n0\r\n\r\n"),
        ("an empty size", "\r\nabc\r\n0\r\n\r\n"),
    ])
    func badChunks_areRefused(_ name: String, _ body: String) async throws {
        try await HTTPWorld.with { world in
            let text = try await LineSocket.run(world.daemon.port) { line in
                try line.send(Self.head(world, "Transfer-Encoding: chunked") + body)
                return try line.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 400 "), "\(name): \(text)")
            #expect(try await world.send("GET", "/healthz").status == 200)
        }
    }

    @Test func chunks_withExtensionsAndTrailers_areRead() async throws {
        try await HTTPWorld.with { world in
            let chunks = Self.game.utf8.map { "1;name=\"value\"\r\n\(Character(UnicodeScalar($0)))\r\n" }.joined()
            let text = try await LineSocket.run(world.daemon.port) { line in
                try line.send(Self.head(world, "Transfer-Encoding: chunked") + chunks + "0\r\nA-Trailer: b\r\n\r\n")
                return try line.readAnswer().head
            }
            #expect(text.hasPrefix("HTTP/1.1 201 "), "\(text)")
        }
    }

    /// Megabytes of extensions are passed over, or refused: nothing of them is kept.
    @Test func absurdExtensions_costNothing() async throws {
        try await HTTPWorld.with { world in
            let before = try world.daemon.memory
            let text = try await LineSocket.run(world.daemon.port) { line in
                try line.send(Self.head(world, "Transfer-Encoding: chunked") + "3;a=")
                do {
                    for _ in 0..<32 { try line.send([UInt8](repeating: 98, count: 1 << 20)) }
                    try line.send("\r\nabc\r\n0\r\n\r\n")
                } catch {}
                return try line.readAnswer().head
            }
            #expect(text.hasPrefix("HTTP/1.1 400 "), "\(text)")
            #expect(try world.daemon.memory - before < 16 << 20)
        }
    }

    // MARK: Slow clients

    private static let impatient = ["PAWL_HTTP_IDLE_TIMEOUT": "2", "PAWL_HTTP_BODY_RATE": "1000"]

    @Test func bodyBelowTheFloor_isEnded() async throws {
        try await HTTPWorld.with(environment: Self.impatient) { world in
            let text = try await LineSocket.run(world.daemon.port) { line in
                try line.send(Self.head(world, "Content-Length: 100000"))
                // Something moves all the time, but too little.
                let wentOn = try line.dribble(repeatElement([32], count: 400), every: 50)
                #expect(!wentOn)
                return try line.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 400 "), "\(text)")
            #expect(text.contains("truncated_body"))
        }
    }

    /// Several times the idle timeout, and well above the floor.
    @Test func slowBody_isTaken_whileItMoves() async throws {
        try await HTTPWorld.with(environment: Self.impatient) { world in
            let body = Array((String(repeating: " ", count: 48_000) + Self.game).utf8)
            let text = try await LineSocket.run(world.daemon.port) { line in
                try line.send(Self.head(world, "Content-Length: \(body.count)"))
                let parts = stride(from: 0, to: body.count, by: 400).map { Array(body[$0..<min($0 + 400, body.count)]) }
                #expect(try line.dribble(parts, every: 50))
                return try line.readAnswer().head
            }
            #expect(text.hasPrefix("HTTP/1.1 201 "), "\(text)")
        }
    }

    @Test func bodyThatStops_isEnded_andWhatCameWholeIsKept() async throws {
        try await HTTPWorld.with(environment: Self.impatient) { world in
            let upload = try await world.begin()
            let block = WireBlock([UInt8](repeating: 5, count: 40_000))
            let head = world.head(
                "PUT", Routes.blocks(upload), ["Content-Type": MediaType.blocks, "Content-Length": "90000"])
            let text = try await LineSocket.run(world.daemon.port) { line in
                try line.send(head + block.record)
                return try line.readToEnd()
            }
            #expect(text.contains("truncated_body"), "\(text)")
            let answer = try await world.commit(WireBlock.manifest([block]), of: upload)
            #expect(answer.status == 201, "\(answer.text)")
        }
    }

    /// A client that waits to be told to go on is told at once, and is not blamed for the wait.
    @Test func waitingClient_isToldToGoOn() async throws {
        try await HTTPWorld.with(environment: Self.impatient) { world in
            let heads = try await LineSocket.run(world.daemon.port) { line in
                try line.send(Self.head(world, "Expect: 100-continue", "Content-Length: \(Self.game.utf8.count)"))
                let first = try line.readHead()
                try line.send(Self.game)
                return try [first, line.readAnswer().head]
            }
            #expect(heads.map { $0.prefix(12) } == ["HTTP/1.1 100", "HTTP/1.1 201"])
        }
    }

    // MARK: Readers

    private static func content(_ world: HTTPWorld, _ version: ResourceID) -> [UInt8] {
        world.head("GET", "/v1/versions/\(version)/content")
    }

    private static func push(_ world: HTTPWorld) async throws -> (id: ResourceID, size: Int) {
        let blocks = (0..<96).map { number in WireBlock([UInt8](repeating: UInt8(number), count: 256 * 1024)) }
        return (try await world.push(blocks).id, blocks.count * 256 * 1024)
    }

    @Test func readerWhoTakesNothing_isEnded() async throws {
        try await HTTPWorld.with(environment: ["PAWL_HTTP_IDLE_TIMEOUT": "2"]) { world in
            let version = try await Self.push(world).id
            let before = try world.daemon.memory
            let isEnded = try await LineSocket.run(world.daemon.port, receiveBuffer: 4096) { line in
                try line.send(Self.content(world, version))
                // Only an end is waited for, not what there is to read.
                return line.poll(0, 20_000)
            }
            #expect(isEnded)
            #expect(try world.daemon.memory - before < 16 << 20)
        }
    }

    /// The end of the client's half, or of the connection, cuts no answer short.
    @Test(arguments: ["Connection: close\r\n", ""])
    func readerWhoHasSentAll_getsAll(_ field: String) async throws {
        try await HTTPWorld.with { world in
            let (version, size) = try await Self.push(world)
            let head = String(decoding: Self.content(world, version), as: UTF8.self)
            let count = try await LineSocket.run(world.daemon.port, receiveBuffer: 64 * 1024) { line in
                try line.send(head.replacing("Connection: close\r\n", with: field))
                if field.isEmpty { line.finish() }
                _ = line.poll(0, 300)
                _ = try line.readHead()
                return try line.readToEnd().utf8.count
            }
            #expect(count == size)
        }
    }

    @Test func slowReader_isServed_whileItReads() async throws {
        try await HTTPWorld.with(environment: ["PAWL_HTTP_IDLE_TIMEOUT": "2"]) { world in
            let (version, size) = try await Self.push(world)
            let count = try await LineSocket.run(world.daemon.port, receiveBuffer: 64 * 1024) { line in
                try line.send(Self.content(world, version))
                // Three times the idle timeout, a small part at a time.
                for _ in 0..<60 {
                    try line.readSome()
                    _ = line.poll(0, 100)
                }
                _ = try line.readHead()
                return try line.readToEnd().utf8.count
            }
            #expect(count == size)
        }
    }
}
