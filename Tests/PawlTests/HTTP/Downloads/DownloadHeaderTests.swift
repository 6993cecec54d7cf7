import BlockFormat
import Foundation
import PawlModel
import TestKit
import Testing

/// The header fields of downloads, rule by rule: digests, names, caching, links.
@Suite struct DownloadHeaderTests {
    /// A version of 1,000 bytes in three blocks.
    private func withContent(_ body: (HTTPWorld, Version, [UInt8]) async throws -> Void) async throws {
        try await HTTPWorld.with { world in
            var random = SeededGenerator(seed: 1)
            let blocks = [400, 500, 100].map { WireBlock(random.bytes($0)) }
            try await body(world, try await world.push(blocks), blocks.flatMap(\.bytes))
        }
    }

    // MARK: RFC 9530

    @Test func rfc9530_3_reprDigest_isThatOfTheWhole_onceProven() async throws {
        try await HTTPWorld.with { world in
            let block = WireBlock(Array("content that is proven".utf8))
            let proven = try await world.push([block], sha256: Digest(sha256Of: block.bytes))
            let digest = "sha-256=:\(Data(Digest(sha256Of: block.bytes).bytes).base64EncodedString()):"
            let path = Routes.content(ofVersion: proven.id)
            for (method, range) in [("GET", ""), ("HEAD", ""), ("GET", "bytes=3-5"), ("GET", "bytes=3-5,7-8")] {
                let answer = try await world.send(method, path, headers: ["Range": range])
                #expect(answer.headers["repr-digest"] == digest, "\(method) \(range)")
            }
        }
    }

    @Test func rfc9530_2_contentDigest_isThatOfWhatIsSent_wherePartsAreSmall() async throws {
        try await HTTPWorld.with { world in
            var random = SeededGenerator(seed: 2)
            let blocks = (0..<20).map { _ in WireBlock(random.bytes(100_000)) }
            let path = Routes.content(ofVersion: try await world.push(blocks).id)
            for range in ["bytes=0-9", "bytes=-1048576", "bytes=1-2,99990-200010"] {
                let answer = try await world.send("GET", path, headers: ["Range": range])
                let digest = Data(Digest(sha256Of: answer.body).bytes).base64EncodedString()
                #expect(answer.headers["content-digest"] == "sha-256=:\(digest):", "\(range)")
            }
            for range in ["", "bytes=-1048577"] {
                let answer = try await world.send("GET", path, headers: ["Range": range])
                #expect(answer.headers["content-digest"] == nil && answer.body.count > Limits.contentDigestMax)
            }
        }
    }

    @Test func rfc9530_4_wishes_areHonoured() async throws {
        try await HTTPWorld.with { world in
            let block = WireBlock(Array("content that is proven".utf8))
            let version = try await world.push([block], sha256: Digest(sha256Of: block.bytes))
            for (wish, isThere) in [
                ("sha-256=10", true), ("sha-256=0", false), ("sha-512=10", true), ("sha-512=3, sha-256=0", false),
                ("nonsense=(", true), ("sha-256", true),
            ] {
                let answer = try await world.send(
                    "GET", Routes.content(ofVersion: version.id),
                    headers: ["Range": "bytes=1-3", "Want-Repr-Digest": wish, "Want-Content-Digest": wish])
                #expect((answer.headers["repr-digest"] != nil) == isThere, "\(wish)")
                #expect((answer.headers["content-digest"] != nil) == isThere, "\(wish)")
            }
        }
    }

    // MARK: RFC 6266, RFC 8187

    @Test func rfc6266_4_3_fileName_isTheLastSegment_andSafe() async throws {
        try await HTTPWorld.with { world in
            for (path, disposition) in [
                ("builds/win64.zip", #"attachment; filename="win64.zip""#),
                ("a b/c;d=e, f.txt", #"attachment; filename="c;d=e, f.txt""#),
                (
                    "x/Größe €.dat",
                    #"attachment; filename="Gr__e _.dat"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%E2%82%AC.dat"#
                ),
                (#"x/a"b\c.txt"#, #"attachment; filename="a_b_c.txt""#),
                ("100% real.bin", #"attachment; filename="100_ real.bin"; filename*=UTF-8''100%25%20real.bin"#),
                ("日本", "attachment; filename=\"__\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC"),
            ] {
                let asset = try await world.create(
                    "assets", ["game_id": .string("\(world.game)"), "path": .string(path)])
                _ = try await world.send("PUT", Routes.content(ofAsset: asset), Array("x".utf8))
                let answer = try await world.send("GET", Routes.content(ofAsset: asset))
                #expect(answer.headers["content-disposition"] == disposition, "\(path)")
            }
        }
    }

    // MARK: RFC 9111, RFC 8246

    @Test func rfc9111_5_2_2_caching_isOfTheURLAndTheAsset() async throws {
        try await withContent { world, version, _ in
            for visibility in ["private", "public"] {
                let changed = try await world.send(
                    "PATCH", "/v1/assets/\(world.asset)", headers: ["If-Match": "*"],
                    json: ["visibility": .string(visibility)])
                #expect(changed.status == 200, "\(changed.text)")
                for (path, caching) in [
                    (Routes.content(ofVersion: version.id), "max-age=31536000, immutable"),
                    (Routes.content(ofAsset: world.asset), "no-cache"),
                    (Routes.content(ofAsset: world.asset) + "?version=1", "no-cache"),
                    (Routes.metalink(ofVersion: version.id), "no-cache"),
                ] {
                    let answer = try await world.send("GET", path)
                    #expect(answer.headers["cache-control"] == "\(visibility), \(caching)", "\(path)")
                }
            }
        }
    }

    // MARK: RFC 6249

    @Test func rfc6249_link_leadsToTheMetalink() async throws {
        try await withContent { world, version, _ in
            for (path, metalink) in [
                (Routes.content(ofVersion: version.id), Routes.metalink(ofVersion: version.id)),
                (
                    Routes.content(ofAsset: world.asset) + "?version=1",
                    Routes.metalink(ofAsset: world.asset) + "?version=1"
                ),
            ] {
                let answer = try await world.send("GET", path)
                #expect(
                    answer.headers["link"] == "<\(metalink)>; rel=describedby; type=\"application/metalink4+xml\"")
            }
        }
    }
}
