import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import PawlModel
import TestKit
import Testing

/// What a test asks the daemon beside the command line.
extension Site {
    /// One request with the owner's key; the status and the body.
    func ask(
        _ method: String, _ path: String, body: ByteBuffer? = nil, as mediaType: String? = nil
    ) async throws -> (status: Int, body: ByteBuffer) {
        var request = HTTPClientRequest(url: address + path)
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        if let mediaType { request.headers.add(name: "Content-Type", value: mediaType) }
        if let body { request.body = .bytes(body) }
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        return (Int(answer.status.code), try await answer.body.collect(upTo: 64 * 1024 * 1024))
    }

    /// Has the daemon check every row and every byte of its storage, and expects nothing to be wrong.
    func expectSound(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let answer = try await ask("POST", "/v1/maintenance:doctor")
        try #require(answer.status == 200, "\(String(buffer: answer.body))", sourceLocation: sourceLocation)
        let report = try JSONValue(parsing: answer.body.readableBytesView).object
        #expect(report?["findings"] == .array([]), sourceLocation: sourceLocation)
    }

    /// What the records of all blocks that this daemon stored take, by its own metrics.
    func storedRecordBytes() async throws -> Int64 {
        let text = String(buffer: try await ask("GET", Routes.metrics).body)
        func counter(_ name: String) throws -> Int64 {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            return try #require(line?.split(separator: " ").last.flatMap { Double($0) }.map { Int64($0) }, "\(name)")
        }
        return try counter("pawl_block_bytes_stored_total") + 64 * counter("pawl_blocks_stored_total")
    }
}
