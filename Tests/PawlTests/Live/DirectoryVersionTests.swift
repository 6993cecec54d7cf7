import BlockFormat
import PawlModel
import TestKit
import Testing

extension LiveTests {
    /// One version is one atomic build of many files, and is there after the daemon was killed.
    @Suite(.timeLimit(.minutes(5))) struct DirectoryVersionTests {
        /// Files of a large build; ten times that in a soak.
        private static let count = LiveTests.isSoak ? 100_000 : 10_000

        private struct Build {
            var manifest: Manifest
            var blocks: [WireBlock]

            /// Some blocks that many files are made of.
            init(count: Int, seed: UInt64) {
                var random = SeededGenerator(seed: seed)
                let blocks = (0..<100).map { _ in WireBlock(random.bytes(Int.random(in: 1...3000, using: &random))) }
                let entries = (0..<count).map { index -> Manifest.Entry in
                    let own = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        blocks.randomElement(using: &random)!.reference
                    }
                    return .file(path: "dir\(index % 100)/file \(index).asset", blocks: own)
                }
                self.blocks = blocks
                manifest = Manifest(
                    directory: entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) })
            }

            func bytes(_ entry: Manifest.Entry) -> [UInt8] {
                let known = Dictionary(uniqueKeysWithValues: blocks.map { ($0.id, $0.bytes) })
                return entry.blocks.flatMap { known[$0.id] ?? [] }
            }
        }

        @Test func largeBuild_isOneVersion_beforeAndAfterAKill() async throws {
            let directory = try TemporaryDirectory()
            let storage = directory.path("storage")
            let build = Build(count: Self.count, seed: testSeed)
            let (world, version, next) = try await HTTPWorld.with(storage: storage) { world in
                let version = try await world.push(build.manifest, build.blocks)
                var other = build.manifest
                other.entries.removeFirst()
                let next = try await world.push(other, build.blocks)
                try check(version, of: build, try await world.send("GET", Routes.manifest(version.id)))
                LiveTests.figure("\(Self.count) files, daemon's peak: \(world.daemon.peakMemory.mebibytes)")
                return (world, version, next)
            }
            try await withDaemon(storage: storage) { daemon in
                let world = HTTPWorld(daemon, of: world)
                try check(version, of: build, try await world.send("GET", Routes.manifest(version.id)))
                try await checkEntries(world, version, build)
                let plan = try await world.send(
                    "POST", Routes.plan(ofVersion: next.id), json: ["from": .string("\(version.id)")])
                #expect(plan.json["files_removed"] == 1 && plan.json["bytes_down"] == 0, "\(plan.text.prefix(300))")
                #expect(plan.json["files_unchanged"] == .int(Int64(Self.count - 1)))
                let doctor = try await world.send("POST", Routes.doctor, json: [:])
                #expect(doctor.json["findings"] == [], "\(doctor.text)")
                #expect(try daemon.peakMemory < LiveTests.memoryMax || !LiveTests.isSoak)
            }
        }

        private func check(_ version: Version, of build: Build, _ answer: WireAnswer) throws {
            #expect(version.entryCount == Int64(Self.count) && version.root == build.manifest.root)
            #expect(answer.body == build.manifest.encode(), "seed \(testSeed)")
        }

        /// All of them listed, and some of them downloaded.
        private func checkEntries(_ world: HTTPWorld, _ version: Version, _ build: Build) async throws {
            var random = SeededGenerator(seed: testSeed)
            var listed: [Entry] = []
            var next: String? = Routes.entries(ofVersion: version.id) + "?page_size=500"
            while let path = next {
                let answer = try await world.send("GET", path)
                listed += try (answer.json["items"]?.elements ?? []).map { try $0.decoded() }
                next = answer.headers["link"]?.firstMatch(of: /<(.+)>; rel="next"/).map { String($0.1) }
            }
            #expect(listed == build.manifest.listed, "seed \(testSeed)")
            for _ in 0..<30 {
                let entry = build.manifest.entries.randomElement(using: &random)!
                let bytes = build.bytes(entry)
                let path = Routes.entry(entry.path, ofVersion: version.id)
                #expect(try await world.send("GET", path).body == bytes, "\(entry.path), seed \(testSeed)")
                guard bytes.count > 1 else { continue }
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let part = try await world.send("GET", path, headers: ["Range": "bytes=\(start)-"])
                #expect(part.status == 206 && part.body == Array(bytes[start...]), "\(entry.path) from \(start)")
            }
        }
    }
}
