import BlockFormat
import PawlModel
import TestKit
import Testing

/// Versions of directories, committed through the block door.
@Suite struct DirectoryCommitTests {
    @Test func directory_becomesAVersion_andComesBackByteForByte() async throws {
        try await HTTPWorld.with { world in
            let tree = BuildTree()
            let version = try await world.push(tree)
            #expect(version.root == tree.manifest.root && version.sha256 == nil)
            #expect(version.size == Int64(tree.bytes.count) && version.entryCount == Int64(tree.entries.count))
            #expect(version.blockCount == Int64(tree.blocks.count))
            let manifest = try await world.send("GET", Routes.manifest(version.id))
            #expect(manifest.body == tree.manifest.encode(), "seed \(testSeed)")
            let head = try await world.send("HEAD", Routes.manifest(version.id))
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head.headers["content-length"] == "\(manifest.body.count)")
            let asset = try await world.send("GET", Routes.row("assets", world.asset))
            #expect(asset.json["kind"] == "directory")
            // The content is the files one after another, in ranges too.
            let content = try await world.send("GET", Routes.content(ofVersion: version.id))
            #expect(content.body == tree.bytes && content.headers["etag"] == "\"\(version.root)\"")
            let middle = tree.bytes.count / 3..<2 * tree.bytes.count / 3
            let range = try await world.send(
                "GET", Routes.content(ofVersion: version.id),
                headers: ["Range": "bytes=\(middle.lowerBound)-\(middle.upperBound - 1)"])
            #expect(range.status == 206 && range.body == Array(tree.bytes[middle]))
        }
    }

    /// A manifest is written as its pages are read: also one of more blocks than a few pages have.
    @Test func manifestOfManyBlocks_comesBack_ofFilesAndOfDirectories() async throws {
        try await HTTPWorld.with { world in
            let blocks = (0..<40).map { WireBlock(Array(repeating: UInt8($0), count: $0 + 1)) }
            let many = (0..<20_000).map { blocks[($0 * $0 + 7) % 40] }
            let file = Manifest(file: many.map(\.reference), profile: "", isExecutable: true)
            let version = try await world.push(file, blocks)
            #expect(try await world.send("GET", Routes.manifest(version.id)).body == file.encode())
            let other = try await world.create(
                "assets", ["game_id": .string("\(world.game)"), "path": "builds/linux"])
            let directory = Manifest(directory: [
                .file(path: "a", blocks: many.map(\.reference)), .symlink(path: "b", target: "a"),
                .file(path: "c", isExecutable: true, blocks: many.reversed().map(\.reference)),
            ])
            let second = try await world.push(directory, blocks, to: other)
            #expect(try await world.send("GET", Routes.manifest(second.id)).body == directory.encode())
            let bytes = many.flatMap(\.bytes)
            let part = try await world.send(
                "GET", Routes.entry("c", ofVersion: second.id), headers: ["Range": "bytes=-1000"])
            #expect(part.body == Array(many.reversed().flatMap(\.bytes).suffix(1000)))
            #expect(try await world.send("GET", Routes.entry("a", ofVersion: second.id)).body == bytes)
        }
    }

    @Test func rerun_getsTheSameVersion_andAChangeANewOne() async throws {
        try await HTTPWorld.with { world in
            var tree = BuildTree()
            let first = try await world.push(tree)
            let upload = try await world.begin()
            _ = try await world.send(
                "POST", Routes.have(upload), HaveRequest(ids: tree.blocks.map(\.id)).encode(), type: MediaType.have)
            let again = try await world.commit(tree.manifest.encode(), of: upload)
            #expect(again.status == 200 && again.id == first.id)
            // After a lost answer the same commit is harmless.
            let repeated = try await world.commit(tree.manifest.encode(), of: upload)
            #expect(repeated.status == 200 && repeated.id == first.id)
            tree["readme.txt"] = [WireBlock(Array("other".utf8))]
            let second = try await world.push(tree)
            #expect(second.number == 2 && second.root == tree.manifest.root)
            let old = try await world.send("GET", Routes.manifest(first.id))
            #expect(old.body == BuildTree().manifest.encode())
        }
    }

    @Test func emptyDirectory_isAVersion() async throws {
        try await HTTPWorld.with { world in
            let version = try await world.push(Manifest(directory: []), [])
            #expect(version.size == 0 && version.entryCount == 0)
            let manifest = try await world.send("GET", Routes.manifest(version.id))
            #expect(manifest.body == Manifest(directory: []).encode())
            let entries = try await world.send("GET", Routes.entries(ofVersion: version.id))
            #expect(entries.status == 200 && entries.json["items"] == [])
            #expect(try await world.send("GET", Routes.content(ofVersion: version.id)).body.isEmpty)
        }
    }

    /// The kind of an asset is fixed by its first version, both ways, and through every door.
    @Test func filesAndDirectories_doNotMix() async throws {
        try await HTTPWorld.with { world in
            try await world.push([WireBlock([1])])
            let directory = try await world.tryCommit([.directory(path: "a")])
            #expect(directory.status == 422 && directory.code == "invalid")
            #expect(directory.json["detail"]?.string?.contains("builds/win64 is a file") == true)

            let other = try await world.create(
                "assets", ["game_id": .string("\(world.game)"), "path": "builds/linux"])
            #expect(try await world.tryCommit([.directory(path: "a")], to: other).status == 201)
            let upload = try await world.begin(other)
            _ = try await world.put(WireBlock([1]).record, to: upload)
            let file = try await world.commit(WireBlock.manifest([WireBlock([1])]), of: upload)
            #expect(file.status == 422 && file.json["detail"]?.string?.contains("is a directory") == true)
            let plain = try await world.send("PUT", Routes.content(ofAsset: other), [1, 2, 3], type: MediaType.octets)
            #expect(plain.status == 422 && plain.code == "invalid")
            // Told before anything is sent.
            let resumable = try await world.send(
                "POST", Routes.content(ofAsset: other), headers: ["Upload-Complete": "?0", "Upload-Length": "10"])
            #expect(resumable.status == 422 && resumable.code == "invalid", "\(resumable.text)")
            #expect(try await world.versions().count == 1)
        }
    }

    @Test func digestOfTheWhole_isRefused_asADirectoryHasNone() async throws {
        try await HTTPWorld.with { world in
            let upload = try await world.begin(sha256: Digest(sha256Of: []))
            let answer = try await world.commit(Manifest(directory: []).encode(), of: upload)
            #expect(answer.status == 422 && answer.code == "invalid")
        }
    }

    /// Every entry that breaks a rule is told, with its place; a dry run says the same.
    @Test func names_areRefusedByEntry_allAtOnce() async throws {
        try await HTTPWorld.with { world in
            let entries: [Manifest.Entry] = [
                .directory(path: "Data"), .file(path: "Data/a", blocks: []), .file(path: "NUL.txt", blocks: []),
                .file(path: "a:b", blocks: []), .file(path: "data/c", blocks: []), .file(path: "dot.", blocks: []),
                .symlink(path: "link", target: "x\\y"), .file(path: "ok", blocks: []),
            ]
            for query in ["", "?validate_only=true"] {
                let answer = try await world.tryCommit(entries, query: query)
                #expect(answer.status == 422 && answer.code == "invalid", "\(answer.text)")
                #expect(
                    answer.pointers == [
                        "/entries/2/path", "/entries/3/path", "/entries/4/path", "/entries/5/path",
                        "/entries/6/target",
                    ], "\(answer.text)")
                #expect(answer.text.contains("'data/c' must not stand beside 'Data'"), "\(answer.text)")
            }
            #expect(try await world.versions().isEmpty)
        }
    }

    /// What is no manifest at all names the entry, too.
    @Test(arguments: ["../up", "/abs", "a//b", "a/./b", "..", ""])
    func pathsThatLeadOut_areNoManifest(_ path: String) async throws {
        try await HTTPWorld.with { world in
            var bytes = Manifest(directory: [.directory(path: ".0"), .directory(path: path)]).encode()
            let answer = try await world.commit(bytes, of: try await world.begin())
            #expect(answer.status == 400 && answer.code == "malformed_manifest", "\(answer.text)")
            #expect(answer.text.contains("entry "), "\(answer.text)")
            bytes = Manifest(directory: [.symlink(path: "a/b", target: "../../c")]).encode()
            let link = try await world.commit(bytes, of: try await world.begin())
            #expect(link.status == 400 && link.text.contains("leads outside"), "\(link.text)")
        }
    }
}
