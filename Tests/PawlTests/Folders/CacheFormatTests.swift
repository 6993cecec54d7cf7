import BlockFormat
import PawlClient
import PawlModel
import TestKit
import Testing

@Suite struct CacheFormatTests {
    private func cache(_ random: inout SeededGenerator, fileCount: Int) -> BlockCache {
        var cache = BlockCache()
        for number in 0..<fileCount {
            let blocks = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                BlockReference(
                    id: Digest(sha256Of: [UInt8.random(in: 0...255, using: &random)]),
                    length: Int.random(in: 1...Limits.blockSizeMax, using: &random))
            }
            let stamp = FileStamp(
                size: blocks.reduce(0) { $0 + Int64($1.length) },
                modified: Int64.random(in: 0...Int64.max, using: &random),
                changed: Int64.random(in: 0...Int64.max, using: &random), device: random.next(), inode: random.next())
            cache.insert("dir/größe \(number)", CachedFile(stamp: stamp, blocks: blocks))
        }
        return cache
    }

    private func parse(_ bytes: [UInt8], folder: String = "/a") -> BlockCache? {
        bytes.withUnsafeBytes { BlockCache(parsing: $0, folder: folder) }
    }

    @Test func whatWasEncoded_isParsed() {
        var random = SeededGenerator(seed: testSeed)
        for count in [0, 1, 50] {
            let cache = cache(&random, fileCount: count)
            #expect(parse(cache.encode(folder: "/a")) == cache, "seed \(testSeed)")
        }
    }

    @Test func anythingElse_isNoCache() {
        var random = SeededGenerator(seed: testSeed)
        let bytes = cache(&random, fileCount: 3).encode(folder: "/a")
        #expect(parse(bytes, folder: "/b") == nil)
        #expect(parse([]) == nil && parse([0]) == nil)
        for end in 0..<bytes.count { #expect(parse(Array(bytes[..<end])) == nil) }
        for index in bytes.indices {
            var other = bytes
            other[index] ^= UInt8.random(in: 1...255, using: &random)
            #expect(parse(other) == nil, "byte \(index), seed \(testSeed)")
        }
    }

    /// Garbage with a good checksum neither traps nor takes memory for counts that nothing stands behind.
    @Test func garbageWithAGoodChecksum_isNoCache() {
        var random = SeededGenerator(seed: testSeed)
        let good = cache(&random, fileCount: 3).encode(folder: "/a")
        for _ in 0..<2000 {
            var body = Array(good.dropLast(4))
            for _ in 0..<3 {
                body[Int.random(in: 0..<body.count, using: &random)] = UInt8(truncatingIfNeeded: random.next())
            }
            let sum = body.withUnsafeBytes { CRC32.checksum($0) }
            _ = parse(body + withUnsafeBytes(of: sum.bigEndian) { Array($0) })
        }
    }

    @Test func aFileThatWasJustWritten_isNotTrusted() {
        func stamp(_ modified: Int64, _ changed: Int64) -> FileStamp {
            FileStamp(size: 0, modified: modified, changed: changed, device: 0, inode: 0)
        }
        let second: Int64 = 1_000_000_000
        let time = 1_700_000_000 * second + 5
        #expect(stamp(time, time).isTrusted(whenReadAt: time + second))
        #expect(!stamp(time, time).isTrusted(whenReadAt: time + second / 100))
        #expect(!stamp(time, time + second).isTrusted(whenReadAt: time + second))
        #expect(!stamp(time, time).isTrusted(whenReadAt: time - second))
        // A file system that counts in seconds, or in two of them.
        #expect(!stamp(time - 5, time - 5).isTrusted(whenReadAt: time + 2 * second))
        #expect(stamp(time - 5, time - 5).isTrusted(whenReadAt: time + 3 * second))
    }
}
