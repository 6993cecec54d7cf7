import BlockFormat
import Foundation
import FoundationXML
import PawlModel
import TestKit
import Testing

/// Metalinks (RFC 5854): what they say is true of the content.
@Suite struct MetalinkTests {
    private static let mebibyte = 1024 * 1024

    private func blocks(_ size: Int, seed: UInt64) -> [WireBlock] {
        var random = SeededGenerator(seed: seed)
        return stride(from: 0, to: size, by: 200_000).map { WireBlock(random.bytes(min(200_000, size - $0))) }
    }

    @Test func pieces_areDigestsOfTheBytes_atEveryLength() async throws {
        try await HTTPWorld.with { world in
            for size in [0, 1, Self.mebibyte - 1, Self.mebibyte, Self.mebibyte + 1, 3 * Self.mebibyte] {
                let blocks = blocks(size, seed: UInt64(size))
                let bytes = blocks.flatMap(\.bytes)
                let version = try await world.push(blocks, sha256: Digest(sha256Of: bytes))
                let answer = try await world.send("GET", Routes.metalink(ofVersion: version.id))
                #expect(answer.headers["content-type"] == "application/metalink4+xml")
                let file = try MetalinkFile(answer.body)
                #expect(file.size == "\(size)" && file.hash == Digest(sha256Of: bytes).hex)
                #expect(file.name == "win64" && file.pieceLength == (size == 0 ? nil : "\(Self.mebibyte)"))
                #expect(
                    file.pieces
                        == stride(from: 0, to: size, by: Self.mebibyte).map {
                            Digest(sha256Of: Array(bytes[$0..<min($0 + Self.mebibyte, size)])).hex
                        }, "\(size)")
                #expect(file.url == "http://127.0.0.1" + Routes.content(ofVersion: version.id))
                // Once more from memory, and not at all for who has it.
                let again = try await world.send("GET", Routes.metalink(ofVersion: version.id))
                #expect(again.body == answer.body)
                let unchanged = try await world.send(
                    "GET", Routes.metalink(ofVersion: version.id),
                    headers: ["If-None-Match": answer.headers["etag"] ?? ""])
                #expect(unchanged.status == 304 && unchanged.body.isEmpty)
            }
        }
    }

    @Test func metalinkOfAnAsset_namesTheVersionForGood() async throws {
        try await HTTPWorld.with { world in
            let first = try await world.push(blocks(5000, seed: 1))
            try await world.push(blocks(6000, seed: 2))
            let file = try MetalinkFile(
                try await world.send("GET", Routes.metalink(ofAsset: world.asset) + "?version=1").body)
            #expect(file.size == "5000" && file.url.hasSuffix(Routes.content(ofVersion: first.id)))
            let newest = try MetalinkFile(try await world.send("GET", Routes.metalink(ofAsset: world.asset)).body)
            #expect(newest.size == "6000")
        }
    }

    /// As a proxy tells it that ends TLS; what is no authority is left out.
    @Test func url_beginsWithWhatTheClientReached() async throws {
        try await HTTPWorld.with { world in
            let path = Routes.metalink(ofVersion: try await world.push(blocks(10, seed: 1)).id)
            let proxied = try await world.send("GET", path, headers: ["X-Forwarded-Proto": "https"])
            #expect(try MetalinkFile(proxied.body).url.hasPrefix("https://127.0.0.1"))
            let twice = try await world.send("GET", path, headers: ["X-Forwarded-Proto": "https, http"])
            #expect(try MetalinkFile(twice.body).url.hasPrefix("https://127.0.0.1"))
            let strange = try await world.send("GET", path, headers: ["X-Forwarded-Proto": "javascript"])
            #expect(try MetalinkFile(strange.body).url.hasPrefix("/v1/versions/"))
        }
    }

    @Test func damagedContent_hasNoMetalink() async throws {
        try await HTTPWorld.with { world in
            let blocks = blocks(3 * Self.mebibyte, seed: 9)
            let version = try await world.push(blocks)
            try world.flip(Array(blocks[12].bytes[500..<600]))
            for _ in 0..<2 {
                let answer = try await world.send("GET", Routes.metalink(ofVersion: version.id))
                #expect(answer.status == 500 && answer.code == "damaged_block")
            }
            let upload = try await world.begin()
            _ = try await world.put(blocks[12].record, to: upload)
            #expect(try await world.send("GET", Routes.metalink(ofVersion: version.id)).status == 200)
        }
    }
}

/// The one file of a metalink, as an XML parser reads it.
struct MetalinkFile {
    private(set) var name = ""
    private(set) var size = ""
    private(set) var hash: String?
    private(set) var pieceLength: String?
    private(set) var pieces: [String] = []
    private(set) var url = ""

    init(_ bytes: [UInt8]) throws {
        let document = try XMLDocument(data: Data(bytes))
        func texts(_ path: String) throws -> [String] {
            let names = path.split(separator: "/").map { "*[local-name()='\($0)']" }.joined(separator: "/")
            return try document.nodes(forXPath: "/" + names).compactMap(\.stringValue)
        }
        func attribute(_ name: String, _ element: String) throws -> String? {
            let path = "//*[local-name()='\(element)']/@\(name)"
            return try document.nodes(forXPath: path).first?.stringValue
        }
        name = try attribute("name", "file") ?? ""
        size = try texts("metalink/file/size").first ?? ""
        hash = try texts("metalink/file/hash").first
        pieceLength = try attribute("length", "pieces")
        pieces = try texts("metalink/file/pieces/hash")
        url = try texts("metalink/file/url").first ?? ""
    }
}
