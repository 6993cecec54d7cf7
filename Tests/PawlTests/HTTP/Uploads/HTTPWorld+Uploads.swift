import Foundation
import PawlModel
import TestKit
import Testing

/// Requests of the upload protocols, byte by byte as their clients send them.
extension HTTPWorld {
    /// A request of tus. An empty value stands for a field that is not sent.
    func tus(
        _ method: String, _ path: String = Routes.tus, _ headers: [String: String] = [:], _ body: [UInt8]? = nil
    ) async throws -> WireAnswer {
        let headers = ["Tus-Resumable": "1.0.0"].merging(headers) { $1 }
        return try await send(method, path, headers: headers, body, type: MediaType.offsetOctets)
    }

    /// A request of the IETF's protocol, without a version unless given.
    func ietf(
        _ method: String, _ path: String, _ headers: [String: String] = [:], _ body: [UInt8]? = nil
    ) async throws -> WireAnswer {
        try await send(method, path, headers: headers, body, type: MediaType.partialUpload)
    }

    /// `Upload-Metadata` that names the world's asset, and more.
    func metadata(_ pairs: KeyValuePairs<String, String> = [:]) -> String {
        (["asset \(asset.description.base64)"] + pairs.map { "\($0) \($1.base64)" }).joined(separator: ",")
    }

    /// Begins an upload by tus and returns its id.
    func beginTus(_ headers: [String: String], sourceLocation: SourceLocation = #_sourceLocation) async throws
        -> ResourceID
    {
        let answer = try await tus("POST", Routes.tus, ["Upload-Metadata": metadata()].merging(headers) { $1 })
        #expect(answer.status == 201, "\(answer.text)", sourceLocation: sourceLocation)
        return try #require(answer.upload, sourceLocation: sourceLocation)
    }

    /// Begins an upload of the IETF's protocol, without bytes, and returns its id.
    func beginIETF(_ headers: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation) async throws
        -> ResourceID
    {
        let headers = ["Upload-Complete": "?0", "Content-Length": "0"].merging(headers) { $1 }
        let answer = try await ietf("POST", Routes.content(ofAsset: asset), headers)
        #expect(answer.status == 201, "\(answer.text)", sourceLocation: sourceLocation)
        return try #require(answer.upload, sourceLocation: sourceLocation)
    }

    /// The newest content of the world's asset.
    func content() async throws -> [UInt8] {
        try await send("GET", Routes.content(ofAsset: asset)).body
    }

    /// The date of a content, once it is old enough to be told.
    func lastModified(_ path: String) async throws -> String {
        while true {
            let answer = try await send("HEAD", path)
            if let date = answer.headers["last-modified"] { return date }
            guard answer.status == 200 else { throw ProcessError(answer.text) }
            await Task.yield()
        }
    }

    /// How many uploads to the world's asset go on, and the newest of them.
    func openUploads() async throws -> (count: Int, newest: ResourceID?) {
        let answer = try await send("GET", "/v1/uploads?asset=\(asset)")
        let items = answer.json["items"]?.elements ?? []
        return (items.count, items.first?.object?["id"]?.string.flatMap { ResourceID($0) })
    }

    /// Waits until an upload goes on, and returns it.
    func nextUpload() async throws -> ResourceID {
        while true {
            if let upload = try await openUploads().newest { return upload }
            await Task.yield()
        }
    }
}

extension WireAnswer {
    /// The id of the upload that `Location` points at.
    var upload: ResourceID? {
        headers["location"]?.split(separator: "/").last.flatMap { ResourceID($0, kind: Upload.idPrefix) }
    }

    /// Holds the answer against a status and fields by their lower-case names; nil for what must not be there.
    func check(
        _ rule: String, _ status: Int, _ fields: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(self.status == status, "\(rule): \(text.prefix(300))", sourceLocation: sourceLocation)
        for (name, value) in fields {
            #expect(headers[name] == value, "\(rule): \(name)", sourceLocation: sourceLocation)
        }
    }
}

extension String {
    var base64: String { Data(utf8).base64EncodedString() }
}

extension [UInt8] {
    var base64: String { Data(self).base64EncodedString() }

    /// Bytes that look random and are the same each time.
    static func sample(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return generator.bytes(count)
    }
}

/// An interim answer: its status, and its fields by lower-case name.
struct InterimHead: Sendable {
    var status: Int
    var headers: [String: String] = [:]

    /// All that stand before the final answer.
    static func all(in bytes: [UInt8]) -> [InterimHead] {
        let text = String(decoding: bytes, as: UTF8.self)
        var heads: [InterimHead] = []
        for block in text.components(separatedBy: "\r\n\r\n") {
            let lines = block.components(separatedBy: "\r\n")
            guard let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
                (100..<200).contains(status)
            else { break }
            var head = InterimHead(status: status)
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { continue }
                head.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
            }
            heads.append(head)
        }
        return heads
    }
}
