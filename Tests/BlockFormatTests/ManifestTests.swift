import BlockFormat
import PawlModel
import TestKit
import Testing

@Suite struct ManifestTests {
    @Test(arguments: Vectors.manifests.manifests)
    func everyVector_isReadAndWrittenAsIs(vector: ManifestVectors.Good) throws {
        let bytes = [UInt8](hex: vector.manifest)
        let manifest = try Manifest(parsing: bytes)
        #expect("\(manifest.kind)" == vector.kind)
        #expect(manifest.profile == vector.profile)
        #expect(manifest.root.hex == vector.root)
        #expect(manifest.size == vector.size)
        #expect(manifest.blockCount == vector.entries.reduce(0) { $0 + $1.blocks.count })
        #expect(manifest.entries.count == vector.entries.count)
        for (entry, expected) in zip(manifest.entries, vector.entries) {
            #expect("\(entry.kind)" == expected.kind)
            #expect(entry.isExecutable == expected.executable)
            #expect(Array(entry.path.utf8) == Array(expected.path.utf8))
            #expect(entry.target == expected.target)
            #expect(entry.blocks == expected.blocks.map(\.reference))
            if let root = expected.root { #expect(entry.root.hex == root) }
        }
        #expect(manifest.encode() == bytes)
        try manifest.validate()
    }

    @Test(arguments: Vectors.manifests.refused)
    func everyBadVector_isRefusedWithItsCode(vector: ManifestVectors.Refused) throws {
        let code = try #require(FormatError.Code(rawValue: vector.code))
        #expect(throws: FormatError(code)) { try Manifest(parsing: [UInt8](hex: vector.manifest)) }
    }

    @Test func everyFlippedBit_isDetected() {
        for vector in Vectors.manifests.manifests {
            withEachBitFlipped(of: [UInt8](hex: vector.manifest)) { damaged, bit in
                #expect(throws: FormatError.self, "bit \(bit) of \(vector.name)") { try Manifest(parsing: damaged) }
            }
        }
    }

    @Test func everyTruncation_isAnError() {
        for vector in Vectors.manifests.manifests {
            let bytes = [UInt8](hex: vector.manifest)
            for length in 0..<bytes.count {
                #expect(throws: FormatError.self) { try Manifest(parsing: Array(bytes[..<length])) }
                // Also with a checksum that is right for what is left.
                guard length >= 32 else { continue }
                var repaired = Array(bytes[..<length])
                repaired.repairChecksum(at: length - 4)
                #expect(throws: FormatError(.truncated)) { try Manifest(parsing: repaired) }
            }
            #expect(throws: FormatError.self) { try Manifest(parsing: bytes + [0]) }
        }
    }

    /// Any manifest that is read is written back as it was: there is one packed form.
    @Test func garbageWithARightChecksum_isRefusedOrReadExactly() {
        var random = SeededGenerator(seed: testSeed)
        let vectors = Vectors.manifests.manifests.map { [UInt8](hex: $0.manifest) }
        var readable = 0
        for _ in 0..<20_000 {
            var bytes = vectors.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 6..<bytes.count - 4, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.repairChecksum(at: bytes.count - 4)
            guard let manifest = try? Manifest(parsing: bytes) else { continue }
            readable += 1
            #expect(manifest.encode() == bytes, "seed \(testSeed)")
        }
        #expect(readable > 100)
    }

    @Test func randomBytes_neverTrap() {
        var random = SeededGenerator(seed: testSeed)
        let prefix = Array("PWLM".utf8) + [1, 1, 2, 0] + [UInt8](repeating: 0, count: 16)
        for _ in 0..<20_000 {
            let tail = random.bytes(Int.random(in: 0...80, using: &random)).map { $0 & 0x83 }
            var bytes = prefix + tail + [0, 0, 0, 0]
            bytes.repairChecksum(at: bytes.count - 4)
            _ = try? Manifest(parsing: bytes)
        }
    }

    @Test func aManifestPutTogether_isHeldToTheSameRules() {
        let block = BlockReference(id: Digest(sha256Of: [1]), length: 1)
        var manifest = Manifest(directory: [.directory(path: "a"), .file(path: "a/b", blocks: [block])])
        #expect(throws: Never.self) { try manifest.validate() }
        manifest.entries[1].size = 2
        #expect(throws: FormatError(.badLength)) { try manifest.validate() }
        manifest.entries[1] = .file(path: "a", blocks: [block])
        #expect(throws: FormatError(.badOrder)) { try manifest.validate() }
        manifest.entries = [.file(path: String(repeating: "a", count: 65_536), blocks: [])]
        #expect(throws: FormatError(.tooLarge)) { try manifest.validate() }
        manifest = Manifest(file: [BlockReference(id: block.id, length: 0)])
        #expect(throws: FormatError(.badLength)) { try manifest.validate() }
        manifest = Manifest(file: [block], profile: "seventeen letters")
        #expect(throws: FormatError(.badName)) { try manifest.validate() }
    }

    @Test func theRootOfAFile_dependsOnItsCutsAndNotOnItsName() {
        let first = BlockReference(id: Digest(sha256Of: [1]), length: 1)
        let second = BlockReference(id: Digest(sha256Of: [2]), length: 1)
        #expect(Manifest(file: [first, second]).root != Manifest(file: [second, first]).root)
        #expect(Manifest(file: [first], isExecutable: true).root == Manifest(file: [first]).root)
        var builder = RootBuilder()
        builder.append(first)
        builder.append(second)
        #expect(builder.finalize() == Manifest(file: [first, second]).root)
    }
}
