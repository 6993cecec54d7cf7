import BlockFormat
import PawlModel
import TestKit

/// A small build: files of one and of several blocks, equal ones, empty ones, a directory and a link.
struct BuildTree {
    private(set) var files: [String: [WireBlock]] = [:]
    private var others: [Manifest.Entry] = []

    init(seed: UInt64 = testSeed) {
        var random = SeededGenerator(seed: seed)
        func blocks(_ count: Int) -> [WireBlock] {
            (0..<count).map { _ in WireBlock(random.bytes(Int.random(in: 1...30_000, using: &random))) }
        }
        files = [
            "game.exe": blocks(3), "data/level 1.pak": blocks(6), "data/empty": [], "data/größe#1.txt": blocks(1),
            "readme.txt": blocks(1),
        ]
        files["data/level 1 copy.pak"] = files["data/level 1.pak"]
        others = [.directory(path: "saves"), .symlink(path: "play", target: "game.exe")]
    }

    /// In the order of their paths' bytes.
    var entries: [Manifest.Entry] {
        let all =
            files.map { path, blocks in
                Manifest.Entry.file(
                    path: path, isExecutable: path.hasSuffix(".exe"), blocks: blocks.map(\.reference))
            } + others
        return all.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    var manifest: Manifest { Manifest(directory: entries) }

    /// All blocks, in the order of the content.
    var blocks: [WireBlock] { entries.flatMap { files[$0.path] ?? [] } }
    var bytes: [UInt8] { blocks.flatMap(\.bytes) }

    func bytes(of path: String) -> [UInt8] { (files[path] ?? []).flatMap(\.bytes) }

    subscript(path: String) -> [WireBlock]? {
        get { files[path] }
        set { files[path] = newValue }
    }
}

extension HTTPWorld {
    func push(_ tree: BuildTree, to asset: ResourceID? = nil) async throws -> Version {
        try await push(tree.manifest, tree.blocks, to: asset)
    }

    /// Sends blocks and a manifest, whatever comes of it.
    func tryCommit(
        _ entries: [Manifest.Entry], to asset: ResourceID? = nil, query: String = ""
    ) async throws -> WireAnswer {
        let upload = try await begin(asset)
        let manifest = Manifest(directory: entries).encode()
        return try await send("POST", Routes.commit(upload) + query, manifest, type: MediaType.manifest)
    }
}
