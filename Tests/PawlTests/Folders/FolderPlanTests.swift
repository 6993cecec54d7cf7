import BlockFormat
import PawlClient
import PawlModel
import TestKit
import Testing

/// Plans of random folders, carried out on folders that are only lists.
@Suite struct FolderPlanTests {
    /// A block of 100 bytes for each letter.
    private static func blocks(_ letters: [UInt8]) -> [BlockReference] {
        letters.map { BlockReference(id: Digest(sha256Of: [$0]), length: 100) }
    }

    private func content(_ files: [(String, String)]) -> FolderContent {
        FolderContent(
            Manifest(directory: files.map { .file(path: $0.0, blocks: Self.blocks(Array($0.1.utf8))) }))
    }

    private func items(_ files: [(String, String)]) -> [FolderItem] {
        files.map {
            FolderItem(
                path: $0.0, kind: .file, size: Int64($0.1.utf8.count) * 100, blocks: Self.blocks(Array($0.1.utf8)))
        }
    }

    @Test func theSameFolderNeedsNothing() {
        let plan = FolderPlan(
            content([("a", "xy"), ("b", "z")]), items: items([("a", "xy"), ("b", "z")]), removesOthers: true)
        #expect(plan.isNothing && plan.unchangedCount == 2)
    }

    @Test func aRenamedFileIsCopied_andFetchesNothing() {
        let plan = FolderPlan(content([("new", "xyz")]), items: items([("old", "xyz")]), removesOthers: true)
        #expect(plan.bytesDown == 0 && plan.bytesWritten == 300)
        #expect(plan.addedCount == 1 && plan.removedCount == 1)
        #expect(plan.writes[0].sources == [.item(0, 0), .item(0, 100), .item(0, 200)])
    }

    @Test func aBlockOfTwoFilesIsFetchedOnce() {
        let plan = FolderPlan(content([("a", "xx"), ("b", "yx")]), items: [], removesOthers: false)
        #expect(plan.bytesDown == 200)
        #expect(plan.writes[0].sources == [.server, .entry(0, 0)])
        #expect(plan.writes[1].sources == [.server, .entry(0, 0)])
    }

    /// Two files change places: neither may go before the other one is copied.
    @Test func filesThatChangePlaces_waitForEachOther() {
        var bounds = FolderPlan.Bounds()
        bounds.batchCountMax = 1
        let plan = FolderPlan(
            content([("a", "x"), ("b", "y")]), items: items([("a", "y"), ("b", "x")]), removesOthers: false,
            bounds: bounds)
        #expect(plan.bytesDown == 0)
        #expect(plan.batches.map(\.publishes.count) == [0, 2])
        #expect(plan.temporaryBytes == 200)
    }

    @Test func whenTooMuchWouldWait_itIsFetched() {
        var bounds = FolderPlan.Bounds()
        bounds.batchCountMax = 1
        bounds.waitingSizeMax = 0
        let plan = FolderPlan(
            content([("a", "x"), ("b", "y")]), items: items([("a", "y"), ("b", "x")]), removesOthers: false,
            bounds: bounds)
        #expect(plan.bytesDown == 100)
        #expect(plan.temporaryBytes == 100)
    }

    /// Each file reads from the next one: the readers go first, so that nobody waits.
    @Test func aChainIsWrittenFromItsEnd() {
        var bounds = FolderPlan.Bounds()
        bounds.batchCountMax = 1
        let letters = Array("abcdefgh").map(String.init)
        let old = letters.enumerated().map { ("f\($0.offset)", $0.element) }
        let new = letters.enumerated().map { ("f\($0.offset)", $0.offset == 0 ? "z" : letters[$0.offset - 1]) }
        let plan = FolderPlan(content(new), items: items(old), removesOthers: false, bounds: bounds)
        #expect(plan.bytesDown == 100)
        #expect(plan.temporaryBytes == 100)
    }

    @Test func whatIsOfAnotherKind_isPutAside_andStaysASource() {
        let old = [
            FolderItem(path: "d", kind: .file, size: 100, blocks: Self.blocks([1])),
            FolderItem(path: "f", kind: .directory),
            FolderItem(path: "f/x", kind: .file, size: 100, blocks: Self.blocks([2])),
        ]
        let new = FolderContent(
            Manifest(directory: [
                .file(path: "d/y", blocks: Self.blocks([1])), .file(path: "f", blocks: Self.blocks([2])),
            ]))
        let plan = FolderPlan(new, items: old, removesOthers: false)
        #expect(plan.displaced == [0, 1])
        #expect(plan.directories == ["d"])
        #expect(plan.bytesDown == 0)
        #expect(plan.removedCount == 2)
    }

    @Test func onlyWhatIsAskedForIsRemoved_andNothingThatIsIgnored() {
        let old = [
            FolderItem(path: "d", kind: .directory),
            FolderItem(path: "d/log", kind: .file, isIgnored: true, blocks: []),
            FolderItem(path: "d/x", kind: .file, blocks: []), FolderItem(path: "l", kind: .symlink, target: "x"),
        ]
        #expect(FolderPlan(content([]), items: old, removesOthers: false).removed == [])
        #expect(FolderPlan(content([]), items: old, removesOthers: true).removed == [3, 2, 0])
    }

    // MARK: At random

    /// The folder after a plan is the version, whatever it was, and every block was where the plan said.
    @Test func anyPlan_makesTheVersion() throws {
        for round in 0..<400 as Range<UInt64> {
            var random = SeededGenerator(seed: testSeed &+ round)
            var world = PlanWorld(&random)
            var bounds = FolderPlan.Bounds()
            bounds.batchCountMax = Int.random(in: 1...4, using: &random)
            bounds.batchSizeMax = Int64.random(in: 1...2000, using: &random)
            bounds.waitingSizeMax = Int64.random(in: 0...3000, using: &random)
            let removes = Bool.random(using: &random)
            let plan = FolderPlan(world.content, items: world.items, removesOthers: removes, bounds: bounds)
            try world.carryOut(plan)
            #expect(world.isTheVersion(withOthers: !removes), "seed \(testSeed &+ round)")
            #expect(world.peak == plan.temporaryBytes, "seed \(testSeed &+ round)")
            #expect(world.growthMax == plan.growthMax, "seed \(testSeed &+ round)")
            #expect(Set(plan.differences.map(\.path)) == world.different(removes: removes), "seed \(testSeed &+ round)")
            // Beyond it at most what one batch has.
            #expect(plan.temporaryBytes <= bounds.waitingSizeMax + max(bounds.batchSizeMax, 800))
        }
    }
}

/// A version and a folder of a few files with a few kinds of blocks, and what becomes of the folder.
private struct PlanWorld {
    let content: FolderContent
    let items: [FolderItem]
    /// What is under each name of the folder; nil where an item was replaced.
    private var files: [String: [Digest]] = [:]
    private var staged: [Int: [Digest]] = [:]
    private(set) var peak: Int64 = 0
    /// The most that the folder and what is staged had more than at first.
    private(set) var growthMax: Int64 = 0

    init(_ random: inout SeededGenerator) {
        func files(_ random: inout SeededGenerator) -> [(path: String, blocks: [BlockReference])] {
            (0..<8).compactMap { number in
                guard Int.random(in: 0..<4, using: &random) > 0 else { return nil }
                let blocks = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                    BlockReference(id: Digest(sha256Of: [UInt8.random(in: 0..<12, using: &random)]), length: 100)
                }
                return ("f\(number)", blocks)
            }
        }
        content = FolderContent(
            Manifest(directory: files(&random).map { .file(path: $0.path, blocks: $0.blocks) }))
        items = files(&random).map {
            FolderItem(path: $0.path, kind: .file, size: Int64($0.blocks.count) * 100, blocks: $0.blocks)
        }
        for item in items { self.files[item.path] = item.blocks?.map(\.id) }
    }

    struct Wrong: Error {}

    mutating func carryOut(_ plan: FolderPlan) throws {
        var published: Set<Int> = []
        let before = size
        for batch in plan.batches {
            for index in batch.writes {
                let write = plan.writes[index]
                let blocks = content.entries[write.entry].blocks
                guard write.sources.count == blocks.count else { throw Wrong() }
                staged[write.entry] = blocks.map(\.id)
                for (block, source) in zip(blocks, write.sources) {
                    switch source {
                    case .server: break
                    case .present: throw Wrong()
                    case .item(let item, let offset):
                        // It must not have been replaced yet.
                        let path = items[item].path
                        guard files[path]?[Int(offset) / 100] == block.id,
                            !published.contains(where: {
                                content.entries[$0].path == path
                            })
                        else { throw Wrong() }
                    case .entry(let entry, let offset):
                        let there =
                            staged[entry] ?? (published.contains(entry) ? files[content.entries[entry].path] : nil)
                        guard there?[Int(offset) / 100] == block.id else { throw Wrong() }
                    }
                }
            }
            peak = max(peak, staged.values.reduce(0) { $0 + Int64($1.count) * 100 })
            growthMax = max(growthMax, size - before)
            for index in batch.publishes {
                let entry = plan.writes[index].entry
                guard let blocks = staged.removeValue(forKey: entry) else { throw Wrong() }
                files[content.entries[entry].path] = blocks
                published.insert(entry)
            }
        }
        for item in plan.removed { files[items[item].path] = nil }
        guard staged.isEmpty else { throw Wrong() }
    }

    private var size: Int64 {
        (Array(files.values) + Array(staged.values)).reduce(0) { $0 + Int64($1.count) * 100 }
    }

    /// The paths of all that a pull into the items changes.
    func different(removes: Bool) -> Set<String> {
        let old = Dictionary(uniqueKeysWithValues: items.map { ($0.path, $0.blocks ?? []) })
        let new = Dictionary(uniqueKeysWithValues: content.entries.map { ($0.path, $0.blocks) })
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] && (removes || new[$0] != nil) }
    }

    func isTheVersion(withOthers: Bool) -> Bool {
        var expected: [String: [Digest]] = [:]
        if withOthers { for item in items { expected[item.path] = item.blocks?.map(\.id) } }
        for entry in content.entries { expected[entry.path] = entry.blocks.map(\.id) }
        return files == expected
    }
}
