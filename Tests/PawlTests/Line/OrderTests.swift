import Foundation
import PawlModel
import TestKit
import Testing

/// Requests and answers on one connection: their order, and how it ends.
@Suite struct OrderTests {
    private static let alive = "GET /healthz HTTP/1.1\r\nHost: here\r\n"

    @Test func pipelinedRequests_areAnsweredInOrder() async throws {
        try await withDaemon { daemon in
            let paths = ["/healthz", "/nowhere", "/readyz", "/openapi.json", "/healthz", "/v1/games"]
            let statuses = try await LineSocket.run(daemon.port) { line in
                try line.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: here\r\n\r\n" }.joined())
                return try paths.map { _ in try line.readAnswer().head.prefix(12) }
            }
            #expect(statuses == [200, 404, 200, 200, 200, 401].map { "HTTP/1.1 \($0)" })
        }
    }

    /// What is wrong with the second request is told after the answer to the first one.
    @Test func garbageBehindARequest_isRefusedInItsTurn() async throws {
        try await withDaemon { daemon in
            let text = try await LineSocket.run(daemon.port) { line in
                try line.send("GET /openapi.json HTTP/1.1\r\nHost: here\r\n\r\nnonsense\r\n\r\n")
                let first = try line.readAnswer()
                #expect(first.head.hasPrefix("HTTP/1.1 200 "))
                #expect(first.body.hasSuffix("}"))
                return try line.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test func requestsBehindTheLastOne_areNotAnswered() async throws {
        try await withDaemon { daemon in
            let text = try await LineSocket.run(daemon.port) { line in
                try line.send(Self.alive + "Connection: close\r\n\r\n" + Self.alive + "\r\n")
                return try line.readToEnd()
            }
            #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2)
        }
    }

    @Test func oldClient_getsAnAnswerThatItUnderstands() async throws {
        try await withDaemon { daemon in
            let text = try await LineSocket.run(daemon.port) { line in
                try line.send("GET /healthz HTTP/1.0\r\n\r\n")
                return try line.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.0 200 "), "\(text)")
            #expect(text.lowercased().contains("connection: close"))
            #expect(!text.lowercased().contains("transfer-encoding"))
        }
    }

    /// A client that ends its half after the request still reads the answer.
    @Test func halfClosedClient_isAnswered() async throws {
        try await withDaemon { daemon in
            let text = try await LineSocket.run(daemon.port) { line in
                try line.send(Self.alive + "\r\n")
                line.finish()
                return try line.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 200 "))
            let none = try await LineSocket.run(daemon.port) { line in
                line.finish()
                return try line.readToEnd()
            }
            #expect(none == "")
        }
    }

    @Test func upgrade_isAnsweredAsIfItWereNone_andEndsTheConnection() async throws {
        try await withDaemon { daemon in
            let text = try await LineSocket.run(daemon.port) { line in
                try line.send(Self.alive + "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
                return try line.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 200 "), "\(text)")
            #expect(text.lowercased().contains("connection: close"))
        }
    }

    // MARK: Refused bodies

    private static func refused(_ fields: String...) -> String {
        "POST /v1/games HTTP/1.1\r\nHost: here\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    /// It is never asked for its body, so the connection cannot be used again (RFC 9110 §10.1.1).
    @Test func refusedRequest_thatWaitsToGoOn_endsTheConnection() async throws {
        try await withDaemon { daemon in
            let text = try await LineSocket.run(daemon.port) { line in
                try line.send(Self.refused("Expect: 100-continue", "Content-Length: 20"))
                return try line.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 401 "), "\(text)")
            #expect(text.lowercased().contains("connection: close"))
        }
    }

    /// A client that sends all before it reads anything still finds the answer: nothing is reset.
    @Test(arguments: ["Connection: close", "A: b"])
    func refusedUpload_thatGoesOn_findsItsAnswer(_ field: String) async throws {
        try await withDaemon { daemon in
            let text = try await LineSocket.run(daemon.port) { line in
                try line.send(Self.refused(field, "Content-Length: \(32 << 20)"))
                for _ in 0..<32 { try line.send([UInt8](repeating: 7, count: 1 << 20)) }
                return try line.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 401 "), "\(text)")
            #expect(text.lowercased().contains("connection: close"))
        }
    }

    @Test func refusedChunks_thatGoOn_findTheirAnswer() async throws {
        try await withDaemon { daemon in
            let text = try await LineSocket.run(daemon.port) { line in
                try line.send(Self.refused("Transfer-Encoding: chunked"))
                for _ in 0..<16 {
                    try line.send("100000\r\n")
                    try line.send([UInt8](repeating: 7, count: 1 << 20))
                    try line.send("\r\n")
                }
                try line.send("0\r\n\r\n")
                return try line.readToEnd()
            }
            #expect(text.hasPrefix("HTTP/1.1 401 "), "\(text)")
        }
    }

    /// A short body is read and dropped, and the connection goes on.
    @Test func shortRefusedBody_keepsTheConnection() async throws {
        try await withDaemon { daemon in
            let heads = try await LineSocket.run(daemon.port) { line in
                try line.send(Self.refused("Content-Length: 1000"))
                let first = try line.readAnswer().head
                try line.send([UInt8](repeating: 7, count: 1000))
                try line.send(Self.alive + "\r\n")
                return try [first, line.readAnswer().head]
            }
            #expect(heads.map { $0.prefix(12) } == ["HTTP/1.1 401", "HTTP/1.1 200"])
        }
    }
}
