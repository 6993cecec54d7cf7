import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import PawlModel
import TestKit

/// A stream of events as it comes over the wire, block by block.
struct EventReader {
    let status: Int
    let headers: [String: String]
    private var body: HTTPClientResponse.Body.AsyncIterator
    private var rest: [UInt8] = []

    /// Lines up to an empty one.
    struct Block: Equatable {
        var lines: [String]

        subscript(_ field: String) -> String? {
            lines.first { $0.hasPrefix(field + ": ") }.map { String($0.dropFirst(field.count + 2)) }
        }

        var isComment: Bool { lines.first?.hasPrefix(":") == true }
        var json: JSONObject { self["data"].flatMap { try? JSONValue(parsing: $0.utf8) }?.object ?? [:] }
    }

    /// Opens `/v1/events/stream` with this query.
    init(
        _ world: HTTPWorld, _ query: String = "", key: String? = nil, headers: [String: String] = [:],
        http: HTTPClient = .shared
    ) async throws {
        var request = HTTPClientRequest(url: "\(world.daemon.address)\(Routes.eventStream)\(query)")
        request.headers.add(name: "Authorization", value: "Bearer \(key ?? world.admin)")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let answer = try await http.execute(request, deadline: .distantFuture)
        status = Int(answer.status.code)
        self.headers = Dictionary(
            answer.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        body = answer.body.makeAsyncIterator()
    }

    /// The next block; nil at the end of the stream.
    mutating func block() async throws -> Block? {
        while true {
            if let end = rest.indices.dropLast().first(where: { rest[$0] == 10 && rest[$0 + 1] == 10 }) {
                let lines = String(decoding: rest[..<end], as: UTF8.self).split(separator: "\n").map(String.init)
                rest = Array(rest[(end + 2)...])
                return Block(lines: lines)
            }
            guard let bytes = try await body.next() else { return nil }
            rest += bytes.readableBytesView
        }
    }

    /// The next block with data: an event, or a reset.
    mutating func event() async throws -> Block {
        while let block = try await block() {
            if block["data"] != nil { return block }
        }
        throw ProcessError("the stream has ended")
    }

    /// The id that the stream tells before anything has happened: from then on it misses nothing.
    mutating func begin() async throws -> String {
        while let block = try await block() {
            if let id = block["id"] { return id }
        }
        throw ProcessError("the stream has ended")
    }
}
