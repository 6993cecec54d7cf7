import BlockFormat
import Foundation
import PawlClient
import PawlModel
import TestKit
import Testing

extension MoreLiveTests {
    /// Whatever becomes of the cache, versions are what lies in the folder.
    @Suite(.timeLimit(.minutes(5))) struct FolderCacheTests {
        enum Damage: String, CaseIterable, Sendable { case lost, garbage, cut, faked }

        @Test(arguments: Damage.allCases) func aDamagedCache_makesNoWrongVersion(_ damage: Damage) async throws {
            try await Site.with { site in
                let source = try FolderSample.random(
                    site.path("source"), fileCount: 30, sizeMax: 100_000, seed: testSeed)
                let first = try await site.transfer(["push", source.path, "game/build"])
                _ = try await site.transfer(["push", source.path, "game/build"])
                let file = try #require(try site.cacheFiles().first)
                try apply(damage, to: file, folder: source.path)
                let again = try await site.transfer(["push", source.path, "game/build"])
                #expect(again.root == first.root && again.blocksSent == 0, "seed \(testSeed)")
                #expect(again.filesRead == 30)
                let other = try await site.transfer(["push", source.path, "game/other"])
                #expect(other.root == first.root)
                try await site.command(["verify", source.path, "game/other"])
            }
        }

        /// A cache that is whole and wrong: it has other ids for all files.
        private func apply(_ damage: Damage, to file: String, folder: String) throws {
            let url = URL(fileURLWithPath: file)
            switch damage {
            case .lost: try FileManager.default.removeItem(at: url)
            case .garbage: try Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 7) }).write(to: url)
            case .cut: try Data(contentsOf: url).dropLast(100).write(to: url)
            case .faked:
                let bytes = Array(try Data(contentsOf: url))
                let folder = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
                let cache = try #require(bytes.withUnsafeBytes { BlockCache(parsing: $0, folder: folder) })
                var faked = BlockCache()
                for path in cache.paths {
                    guard var known = cache[path] else { continue }
                    for index in known.blocks.indices {
                        known.blocks[index].id = Digest(sha256Of: Array("\(path)\(index)".utf8))
                    }
                    faked.insert(path, known)
                }
                try Data(faked.encode(folder: folder)).write(to: url)
            }
        }

        @Test func aFileThatIsChangedInPlace_isSeen() async throws {
            try await Site.with { site in
                let source = try FolderSample.random(
                    site.path("source"), fileCount: 10, sizeMax: 10_000, seed: testSeed)
                try source.write("same", "before")
                try await site.command(["push", source.path, "game/build"])
                try await site.command(["push", source.path, "game/build"])
                // Of the same size, and with the old time of its last write.
                let attributes = try FileManager.default.attributesOfItem(atPath: source.path + "/same")
                let handle = try #require(FileHandle(forUpdatingAtPath: source.path + "/same"))
                try handle.write(contentsOf: Data("behind".utf8))
                try handle.close()
                try FileManager.default.setAttributes(
                    [.modificationDate: attributes[.modificationDate] as Any], ofItemAtPath: source.path + "/same")
                let push = try await site.transfer(["push", source.path, "game/build"])
                #expect(push.version == 2 && push.blocksSent == 1)
            }
        }
    }
}

extension Site {
    /// The files in which the commands of this site remember folders.
    func cacheFiles() throws -> [String] {
        let directory = path("cache/pawl")
        guard FileManager.default.fileExists(atPath: directory) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: directory).map { directory + "/" + $0 }
    }
}
