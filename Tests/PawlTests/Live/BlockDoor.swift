import AsyncHTTPClient
import BlockFormat
import NIOCore
import NIOHTTP1
import PawlModel
import TestKit

/// The block door without a client's patience: each request is sent once, and its answer told.
struct BlockDoor: Sendable {
    /// The daemon, or a relay to it.
    var address: String
    var key: String
    var http: HTTPClient

    /// A block and its bytes.
    struct Block: Sendable {
        var reference: BlockReference
        var bytes: [UInt8]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            reference = BlockReference(id: Digest(sha256Of: bytes), length: bytes.count)
        }
    }

    /// Begins an upload.
    func begin(asset: ResourceID) async throws -> ResourceID {
        let body = JSONValue.object(["asset_id": .string(asset.description)]).data
        let answer = try await send(.post, Routes.collection("uploads"), ByteBuffer(bytes: body), MediaType.json)
        guard answer.status == 201 else { throw ProcessError("no upload: \(String(buffer: answer.body))") }
        return try JSONValue(parsing: answer.body.readableBytesView).decoded(as: Upload.self).id
    }

    /// How many of these blocks the server misses.
    func missingCount(_ ids: [Digest], in upload: ResourceID) async throws -> Int {
        try await missing(ids, in: upload).count
    }

    /// Which of these blocks the server misses.
    func missing(_ ids: [Digest], in upload: ResourceID) async throws -> Set<Digest> {
        var all: Set<Digest> = []
        for start in stride(from: 0, to: ids.count, by: Limits.haveCountMax) {
            let batch = Array(ids[start..<min(ids.count, start + Limits.haveCountMax)])
            let answer = try await send(
                .post, Routes.have(upload), ByteBuffer(bytes: HaveRequest(ids: batch).encode()), MediaType.have)
            guard answer.status == 200 else { throw ProcessError("no answer to have: \(String(buffer: answer.body))") }
            let missing = try HaveAnswer(parsing: Array(answer.body.readableBytesView), count: batch.count).missing
            for (id, isMissing) in zip(batch, missing) where isMissing { all.insert(id) }
        }
        return all
    }

    /// Sends blocks in one request; its status.
    func put(_ blocks: [Block], in upload: ResourceID) async throws -> Int {
        var records = ByteBuffer()
        for block in blocks {
            let header = block.bytes.withUnsafeBytes { RecordHeader.block(id: block.reference.id, payload: $0) }
            records.writeBytes(header.bytes)
            records.writeBytes(block.bytes)
        }
        return try await send(.put, Routes.blocks(upload), records, MediaType.blocks).status
    }

    /// Makes a file version of these blocks; its status.
    func commit(_ blocks: [BlockReference], to upload: ResourceID) async throws -> Int {
        let manifest = Manifest(file: blocks, profile: "")
        return try await send(
            .post, Routes.commit(upload), ByteBuffer(bytes: manifest.encode()), MediaType.manifest
        ).status
    }

    private enum Method: String {
        case post = "POST"
        case put = "PUT"
    }

    private func send(
        _ method: Method, _ path: String, _ body: ByteBuffer, _ mediaType: String
    ) async throws -> (status: Int, body: ByteBuffer) {
        var request = HTTPClientRequest(url: address + path)
        request.method = .init(rawValue: method.rawValue)
        request.headers.add(name: "Authorization", value: "Bearer \(key)")
        request.headers.add(name: "Content-Type", value: mediaType)
        request.body = .bytes(body)
        let answer = try await http.execute(request, timeout: .seconds(30))
        return (Int(answer.status.code), try await answer.body.collect(upTo: 1024 * 1024))
    }
}
