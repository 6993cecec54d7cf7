import BlockFormat
import Metadata
import PawlModel
import TestKit
import Testing

/// The pages of a directory version, in a real database.
@Suite struct EntryRowsTests {
    /// Directories, links, empty files and files of a few blocks, in the order of their paths.
    private static func manifest(_ count: Int) -> Manifest {
        var random = SeededGenerator(seed: testSeed)
        let paths = Set(
            (0..<count).map { _ in
                let folder = Int.random(in: 0..<40, using: &random)
                return "d\(folder)/f\(UInt32.random(in: 0...UInt32.max, using: &random))"
            })
        let entries = paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { path -> Manifest.Entry in
            switch Int.random(in: 0..<10, using: &random) {
            case 0: return .directory(path: path)
            case 1: return .symlink(path: path, target: "x")
            case 2: return .file(path: path, blocks: [])
            default:
                let blocks = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                    BlockReference(
                        id: Digest(sha256Of: random.bytes(8)), length: Int.random(in: 1...9000, using: &random))
                }
                return .file(path: path, isExecutable: Bool.random(using: &random), blocks: blocks)
            }
        }
        return Manifest(directory: entries)
    }

    private func with(
        _ manifest: Manifest, _ body: (any SQLDatabase, ResourceID) async throws -> Void
    ) async throws {
        try await EngineWorld.with { world in
            let asset = try await world.asset(try await world.game())
            let id = ResourceID(prefix: "ver", value: 7)
            let version = Version(
                id: id, createdAt: world.clock.now, assetID: asset.resourceID, number: 1, state: .ready,
                size: manifest.size, root: manifest.root, sha256: nil, blockCount: Int64(manifest.blockCount),
                entryCount: Int64(manifest.entries.count), label: nil, notes: nil, createdBy: nil)
            let pages = VersionPages(manifest)
            try await world.database.transaction { try VersionRows($0).insert(version, pages) }
            try await body(world.database, id)
        }
    }

    @Test func everyEntry_isFound_byPathAndByOffset() async throws {
        let manifest = Self.manifest(3000)
        try await with(manifest) { database, id in
            try await database.read { sql throws in
                #expect(try VersionRows(sql).manifest(of: id)?.encode() == manifest.encode())
                let rows = EntryRows(sql)
                #expect(try rows.isDirectory(id))
                for entry in manifest.listed {
                    #expect(try rows.entry(entry.path, of: id) == entry, "seed \(testSeed)")
                }
                for path in ["", "a", "d1", "d1/f", "z", manifest.entries[0].path + "x"] {
                    #expect(try rows.entry(path, of: id) == nil, "\(path)")
                }
                // Few rows for many files.
                let count = try sql.row("SELECT COUNT(*) AS n FROM entry_pages")!.integer("n")
                #expect(count <= 3000 / 256 + 1)
            }
        }
    }

    @Test func pages_joinWithoutAGap_fromAnywhere() async throws {
        let manifest = Self.manifest(1500)
        try await with(manifest) { database, id in
            try await database.read { sql throws in
                let rows = EntryRows(sql)
                for start in ["", "d20/", "d3/f5", manifest.entries[255].path, manifest.entries[256].path, "z"] {
                    var found: [String] = []
                    var after = start
                    while let last = try rows.entries(of: id, after: after).last {
                        found += try rows.entries(of: id, after: after).map(\.path)
                        after = last.path
                    }
                    let expected = manifest.entries.map(\.path).filter {
                        start.utf8.lexicographicallyPrecedes($0.utf8)
                    }
                    #expect(found == expected, "\(start), seed \(testSeed)")
                }
                let first = manifest.entries[256].path
                #expect(try rows.entries(of: id, after: first, isIncluded: true).first?.path == first)
            }
        }
    }

    @Test func emptyDirectory_isADirectory_andAFileIsNone() async throws {
        try await with(Manifest(directory: [])) { database, id in
            try await database.read { sql throws in
                #expect(try EntryRows(sql).isDirectory(id))
                #expect(try VersionRows(sql).manifest(of: id) == Manifest(directory: []))
                #expect(try EntryRows(sql).entries(of: id, after: "").isEmpty)
            }
            try await database.transaction { try VersionRows($0).removePages(of: id) }
            let isDirectory = try await database.read { try EntryRows($0).isDirectory(id) }
            #expect(!isDirectory)
        }
        let file = Manifest(file: [BlockReference(id: Digest(sha256Of: [1]), length: 1)])
        try await with(file) { database, id in
            try await database.read { sql throws in
                #expect(try !EntryRows(sql).isDirectory(id))
                #expect(try VersionRows(sql).manifest(of: id) == file)
            }
        }
    }

    /// A path is found in a page of its own rows, of ever so many.
    @Test func lookUps_useTheirIndex() async throws {
        try await with(Self.manifest(600)) { database, _ in
            try await database.read { sql throws in
                for query in [
                    "first_path <= ? ORDER BY first_path DESC", "first_path > ? ORDER BY first_path",
                    "first_offset <= ? ORDER BY first_offset DESC, first_path DESC",
                ] {
                    let plan = try sql.rows(
                        "EXPLAIN QUERY PLAN SELECT entries FROM entry_pages WHERE version_id = ? AND \(query) LIMIT 1",
                        ["", ""]
                    ).map { try $0.text("detail") }.joined(separator: "; ")
                    #expect(plan.contains("SEARCH") && !plan.contains("TEMP B-TREE"), "\(query): \(plan)")
                }
            }
        }
    }
}
