import Foundation
import TestKit
import Testing

/// Heads that are too long, too slow or wrong: each is answered in plain words, and the daemon serves on.
@Suite struct HeadTests {
    struct Head: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var status: Int

        init(_ name: String, _ status: Int, _ lines: String...) {
            self.name = name
            self.status = status
            text = lines.map { $0 + "\r\n" }.joined() + "\r\n"
        }

        var testDescription: String { name }
    }

    private static let get = "GET /healthz HTTP/1.1"
    private static let post = "POST /v1/games HTTP/1.1"
    private static let host = "Host: here"

    static let heads = [
        Head("too many fields", 431, get, host, (0..<200).map { "A\($0): b" }.joined(separator: "\r\n")),
        Head("too long a field", 431, get, host, "A: " + String(repeating: "b", count: 20_000)),
        Head("too long a name", 431, get, host, String(repeating: "b", count: 20_000) + ": a"),
        Head(
            "too long in all", 431, get, host,
            (0..<9).map { "A\($0): " + String(repeating: "b", count: 8000) }.joined(separator: "\r\n")),
        Head("too long a URL", 414, "GET /" + String(repeating: "a", count: 20_000) + " HTTP/1.1", host),
        Head(
            "too long a field behind an empty line", 431, "", get, host, "A: " + String(repeating: "b", count: 20_000)),
        Head("too long a query", 414, "GET /healthz?" + String(repeating: "a=b&", count: 5000) + " HTTP/1.1", host),
        Head("no host (RFC 9112 §3.2)", 400, get),
        Head("two hosts (RFC 9112 §3.2)", 400, get, host, "Host: there"),
        Head("two lengths (RFC 9112 §6.3)", 400, post, host, "Content-Length: 2", "Content-Length: 3"),
        Head("a list of lengths (RFC 9112 §6.3)", 400, post, host, "Content-Length: 2, 2"),
        Head("no number as length", 400, post, host, "Content-Length: two"),
        Head("a negative length", 400, post, host, "Content-Length: -2"),
        Head("a hexadecimal length", 400, post, host, "Content-Length: 0x2"),
        Head("a length beyond all", 400, post, host, "Content-Length: 99999999999999999999999"),
        Head("length and coding (RFC 9112 §6.1)", 400, post, host, "Content-Length: 2", "Transfer-Encoding: chunked"),
        Head("coding and length (RFC 9112 §6.1)", 400, post, host, "Transfer-Encoding: chunked", "Content-Length: 2"),
        Head("an unknown coding (RFC 9112 §6.1)", 400, post, host, "Transfer-Encoding: gzip, chunked"),
        Head(
            "chunked twice (RFC 9112 §6.1)", 400, post, host, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"
        ),
        Head("a coding that is not last", 400, post, host, "Transfer-Encoding: chunked, gzip"),
        Head(
            "a coding from HTTP/1.0 (RFC 9112 §6.1)", 400, "POST /v1/games HTTP/1.0", host, "Transfer-Encoding: chunked"
        ),
        Head("a space before the colon (RFC 9112 §5.1)", 400, get, host, "A : b"),
        Head("a folded field (RFC 9112 §5.2)", 400, get, " folded: here", host),
        Head("a NUL in a field", 400, get, host, "A: b\0c"),
        Head("an empty name", 400, get, host, ": b"),
        Head("another version", 400, "GET /healthz HTTP/3.7", host),
        Head("no version", 400, "GET /healthz", host),
        Head("HTTP/2 in plain", 400, "PRI * HTTP/2.0", ""),
        Head("no method", 400, " /healthz HTTP/1.1", host),
        Head("TLS on a plain port", 400, "\u{16}\u{3}\u{1}\u{2}\0"),
    ]

    /// One daemon takes them all: after each it still answers.
    @Test func badHead_isAnsweredWithItsStatus_andTheConnectionEnds() async throws {
        try await withDaemon { daemon in
            for head in Self.heads {
                let answer = try await LineSocket.run(daemon.port) { line in
                    try line.send(head.text)
                    return try line.readToEnd()
                }
                #expect(answer.hasPrefix("HTTP/1.1 \(head.status) "), "\(head.name): \(answer.prefix(300))")
                #expect(answer.lowercased().contains("connection: close"), "\(head.name)")
                #expect(answer.contains("application/problem+json"), "\(head.name)")
                #expect(answer.contains(/\r\n[Dd]ate: [A-Z][a-z]{2}, .* GMT\r\n/), "\(head.name)")
            }
            let answer = try await LineSocket.run(daemon.port) { line in
                try line.send("GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
                return try line.readAnswer().head
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    /// It is told before the line has ended.
    @Test func urlWithoutAnEnd_isTooLong() async throws {
        try await withDaemon { daemon in
            let answer = try await LineSocket.run(daemon.port) { line in
                try line.send("GET /")
                for _ in 0..<5 { try line.send(String(repeating: "a", count: 4000)) }
                return try line.readToEnd()
            }
            #expect(answer.hasPrefix("HTTP/1.1 414 "), "\(answer.prefix(300))")
            #expect(answer.contains("url_too_long"))
        }
    }

    @Test func headThatDribbles_getsATotalTime() async throws {
        try await withDaemon(environment: ["PAWL_HTTP_HEAD_TIMEOUT": "1", "PAWL_HTTP_IDLE_TIMEOUT": "30"]) { daemon in
            let answer = try await LineSocket.run(daemon.port) { line in
                try line.send("GET /healthz HTTP/1.1\r\nHost: here\r\n")
                // Each byte comes well within any idle time.
                let wentOn = try line.dribble(repeatElement(Array("a".utf8), count: 300), every: 100)
                #expect(!wentOn)
                return try line.readToEnd()
            }
            #expect(answer.hasPrefix("HTTP/1.1 408 "), "\(answer)")
            #expect(answer.contains("head_too_slow"))
        }
    }

    @Test func idleConnection_isClosed_beforeAndAfterARequest() async throws {
        try await withDaemon(environment: ["PAWL_HTTP_IDLE_TIMEOUT": "1"]) { daemon in
            let silent = try await LineSocket.run(daemon.port) { try $0.readToEnd() }
            #expect(silent == "")
            let answer = try await LineSocket.run(daemon.port) { line in
                try line.send("GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
                let answer = try line.readAnswer().head
                #expect(try line.readToEnd() == "")
                return answer
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func headInTwoParts_isWhole() async throws {
        try await withDaemon(environment: ["PAWL_HTTP_HEAD_TIMEOUT": "5"]) { daemon in
            let answer = try await LineSocket.run(daemon.port) { line in
                _ = try line.dribble("GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n".utf8.map { [$0] }, every: 5)
                return try line.readAnswer().head
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }
}
