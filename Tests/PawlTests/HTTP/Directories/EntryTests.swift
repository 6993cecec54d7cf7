import BlockFormat
import Foundation
import FoundationXML
import PawlModel
import TestKit
import Testing

/// The entries of directory versions: listed, and each file downloaded by its path.
@Suite struct EntryTests {
    private func with(_ body: (HTTPWorld, Version, BuildTree) async throws -> Void) async throws {
        try await HTTPWorld.with { world in
            let tree = BuildTree()
            try await body(world, try await world.push(tree), tree)
        }
    }

    /// Along the links.
    private func list(_ world: HTTPWorld, _ path: String) async throws -> [Entry] {
        var entries: [Entry] = []
        var next: String? = path
        while let path = next {
            let answer = try await world.send("GET", path)
            try #require(answer.status == 200, "\(answer.text)")
            entries += try (answer.json["items"]?.elements ?? []).map { try $0.decoded() }
            next = answer.headers["link"]?.firstMatch(of: /<(.+)>; rel="next"/).map { String($0.1) }
            #expect((next == nil) == (answer.json["next_page_token"] == nil))
        }
        return entries
    }

    @Test func everyEntry_isListed_onPagesOfAnySize() async throws {
        try await with { world, version, tree in
            let path = Routes.entries(ofVersion: version.id)
            for size in [1, 2, 3, 500] {
                let entries = try await list(world, path + "?page_size=\(size)")
                #expect(entries == tree.manifest.listed, "\(size), seed \(testSeed)")
            }
            #expect(try await list(world, Routes.entries(ofAsset: world.asset) + "?version=1").count == 8)
            let answer = try await world.send("GET", path)
            #expect(answer.headers["cache-control"] == "private, max-age=31536000, immutable")
            let first = answer.json["items"]?.elements.first?.object
            #expect(first?["kind"] == "file" && first?["executable"] == false && first?["target"] == .null)
        }
    }

    @Test func prefix_chooses_andTokensAreOfOneVersion() async throws {
        try await with { world, version, tree in
            let path = Routes.entries(ofVersion: version.id)
            for (prefix, count) in [("data/", 4), ("data", 4), ("data/level%201", 2), ("x", 0), ("play", 1), ("", 8)] {
                #expect(try await list(world, path + "?prefix=\(prefix)&page_size=1").count == count, "\(prefix)")
            }
            let page = try await world.send("GET", path + "?page_size=1")
            let token = page.json["next_page_token"]?.string ?? ""
            var other = tree
            other["readme.txt"] = [WireBlock([9])]
            let second = try await world.push(other)
            let answer = try await world.send(
                "GET", Routes.entries(ofVersion: second.id) + "?page_token=\(token)")
            #expect(answer.status == 400 && answer.pointers == ["?page_token"])
            for bad in ["page_size=0", "page_token=zz"] {
                #expect(try await world.send("GET", path + "?" + bad).code == "malformed_query")
            }
        }
    }

    @Test func everyFile_isDownloaded_asAContentOfItsOwn() async throws {
        try await with { world, version, tree in
            for entry in tree.manifest.listed where entry.kind == .file {
                let path = Routes.entry(entry.path, ofVersion: version.id)
                let bytes = tree.bytes(of: entry.path)
                let whole = try await world.send("GET", path)
                #expect(whole.status == 200 && whole.body == bytes, "\(entry.path), seed \(testSeed)")
                #expect(whole.headers["etag"] == "\"\(entry.root!)\"")
                #expect(whole.headers["cache-control"] == "private, max-age=31536000, immutable")
                #expect(whole.headers["content-type"] == MediaType.octets && whole.headers["accept-ranges"] == "bytes")
                #expect(whole.headers["x-content-type-options"] == "nosniff")
                let head = try await world.send("HEAD", path)
                #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "\(bytes.count)")
                let unchanged = try await world.send(
                    "GET", path, headers: ["If-None-Match": "\"\(entry.root!)\""])
                #expect(unchanged.status == 304)
                guard bytes.count > 10 else { continue }
                for (range, expected) in [
                    ("bytes=3-6", Array(bytes[3...6])), ("bytes=-4", Array(bytes.suffix(4))),
                    ("bytes=5-", Array(bytes[5...])),
                ] {
                    let part = try await world.send(
                        "GET", path, headers: ["Range": range, "If-Range": "\"\(entry.root!)\""])
                    #expect(part.status == 206 && part.body == expected, "\(entry.path) \(range)")
                    #expect(part.headers["content-range"]?.hasSuffix("/\(bytes.count)") == true)
                }
                let stale = try await world.send(
                    "GET", path, headers: ["Range": "bytes=0-1", "If-Range": "\"\(version.root)\""])
                #expect(stale.status == 200 && stale.body == bytes)
                let behind = try await world.send("GET", path, headers: ["Range": "bytes=\(bytes.count)-"])
                #expect(behind.status == 416 && behind.headers["content-range"] == "bytes */\(bytes.count)")
            }
            let named = try await world.send("GET", Routes.entry("data/größe#1.txt", ofVersion: version.id))
            #expect(named.headers["content-disposition"]?.contains("filename*=UTF-8''gr%C3%B6%C3%9Fe#1.txt") == true)
        }
    }

    /// Ranges in any order of one file, joined in one answer.
    @Test func severalRanges_comeInParts() async throws {
        try await with { world, version, tree in
            let bytes = tree.bytes(of: "game.exe")
            let answer = try await world.send(
                "GET", Routes.entry("game.exe", ofVersion: version.id), headers: ["Range": "bytes=0-1,-2"])
            #expect(answer.status == 206)
            #expect(answer.headers["content-type"]?.hasPrefix("multipart/byteranges") == true)
            #expect(answer.text.contains("Content-Range: bytes 0-1/\(bytes.count)"))
        }
    }

    @Test func asset_showsTheVersionAskedFor() async throws {
        try await with { world, version, tree in
            var other = tree
            other["readme.txt"] = [WireBlock(Array("new".utf8))]
            try await world.push(other)
            let path = Routes.entry("readme.txt", ofAsset: world.asset)
            let newest = try await world.send("GET", path)
            #expect(newest.text == "new" && newest.headers["cache-control"] == "private, no-cache")
            #expect(try await world.send("GET", path + "?version=1").body == tree.bytes(of: "readme.txt"))
            #expect(try await world.send("GET", path + "?version=3").code == "no_version")
        }
    }

    @Test func whatIsNoFile_isToldAsWhatItIs() async throws {
        try await with { world, version, tree in
            func code(_ path: String) async throws -> String? {
                let answer = try await world.send("GET", Routes.entries(ofVersion: version.id) + "/" + path)
                #expect(answer.status == 404)
                return answer.code
            }
            #expect(try await code("saves") == "not_a_file")
            #expect(try await code("play") == "not_a_file")
            // Not listed, and so nothing by itself.
            for path in ["data", "nothing", "data/level", "GAME.EXE", "%FF", "..%2F..%2Fetc", "game.exe/x"] {
                #expect(try await code(path) == "not_found", "\(path)")
            }
            // With and without escapes it is the same path.
            let escaped = try await world.send("GET", Routes.entries(ofVersion: version.id) + "/data%2Flevel%201.pak")
            #expect(escaped.body == tree.bytes(of: "data/level 1.pak"))
            let wrong = try await world.send("POST", Routes.entry("game.exe", ofVersion: version.id))
            #expect(wrong.status == 405 && wrong.headers["allow"] == "GET, HEAD, OPTIONS")
        }
    }

    @Test func versionOfAFile_hasNoEntries() async throws {
        try await HTTPWorld.with { world in
            let version = try await world.push([WireBlock([1])])
            for path in [Routes.entries(ofVersion: version.id), Routes.entry("a", ofVersion: version.id)] {
                let answer = try await world.send("GET", path)
                #expect(answer.status == 404 && answer.code == "not_a_directory", "\(answer.text)")
            }
        }
    }

    /// A signed URL opens all of the version, and nothing else; without one or a key nothing is told.
    @Test func signedURL_opensTheEntries() async throws {
        try await with { world, version, tree in
            let signed = try await world.send("POST", Routes.verb("versions", version.id, "sign"), json: [:])
            let query = "?" + (signed.json["url"]?.string?.split(separator: "?").last ?? "")
            let path = Routes.entry("data/level 1.pak", ofVersion: version.id)
            #expect(try await world.send("GET", path + query, key: "").body == tree.bytes(of: "data/level 1.pak"))
            let list = try await world.send("GET", Routes.entries(ofVersion: version.id) + query, key: "")
            #expect(list.status == 200)
            #expect(try await world.send("GET", path, key: "").status == 401)
            var other = tree
            other["readme.txt"] = [WireBlock([9])]
            let second = try await world.push(other)
            let foreign = try await world.send(
                "GET", Routes.entry("readme.txt", ofVersion: second.id) + query, key: "")
            #expect(foreign.status == 403 && foreign.code == "bad_signature")
            let plan = try await world.send("POST", Routes.plan(ofVersion: version.id) + query, key: "", json: [:])
            #expect(plan.status == 401)
        }
    }

    @Test func metalink_listsEveryFile() async throws {
        try await with { world, version, tree in
            let answer = try await world.send("GET", Routes.metalink(ofVersion: version.id))
            #expect(answer.status == 200 && answer.headers["content-type"] == MediaType.metalink)
            let document = try XMLDocument(data: Data(answer.body))
            let names = try document.nodes(forXPath: "//*[local-name()='file']/@name").compactMap(\.stringValue)
            let urls = try document.nodes(forXPath: "//*[local-name()='url']").compactMap(\.stringValue)
            #expect(names == tree.entries.filter { $0.kind == .file }.map(\.path))
            for (name, url) in zip(names, urls) {
                let path = url.replacing("http://127.0.0.1", with: "")
                #expect(try await world.send("GET", path).body == tree.bytes(of: name), "\(url)")
            }
            let head = try await world.send("HEAD", Routes.metalink(ofVersion: version.id))
            #expect(head.status == 200 && head.headers["etag"] == answer.headers["etag"] && head.body.isEmpty)
            #expect(head.headers["content-length"] == "\(answer.body.count)")
            let unchanged = try await world.send(
                "GET", Routes.metalink(ofVersion: version.id), headers: ["If-None-Match": answer.headers["etag"]!])
            #expect(unchanged.status == 304)
        }
    }

    /// A block that is damaged breaks what it is in, and nothing else.
    @Test func damage_isMetWhereItIs() async throws {
        try await with { world, version, tree in
            try world.flip(tree["readme.txt"]![0].bytes)
            let broken = try await world.send("GET", Routes.entry("readme.txt", ofVersion: version.id))
            #expect(broken.status == 500 && broken.code == "damaged_block")
            let sound = try await world.send("GET", Routes.entry("game.exe", ofVersion: version.id))
            #expect(sound.body == tree.bytes(of: "game.exe"))
        }
    }
}
