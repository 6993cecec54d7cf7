import BlockFormat
import PawlModel
import TestKit
import Testing

@Suite struct ChunkerPropertyTests {
    /// Sizes of the blocks of random bytes: a long tail behind the shortest, 64 KiB on average, few forced cuts.
    @Test func blockSizes_areSpreadAsDesigned() {
        var random = SeededGenerator(seed: testSeed)
        let lengths = Array(cuts(of: random.bytes(128 << 20)).dropLast())
        let mean = lengths.reduce(0, +) / lengths.count
        #expect((60 * 1024...68 * 1024).contains(mean), "mean \(mean), seed \(testSeed)")
        #expect(lengths.min()! >= Limits.blockSizeMin)
        #expect(lengths.max()! <= Limits.blockSizeMax)
        let forced = Double(lengths.count { $0 == Limits.blockSizeMax }) / Double(lengths.count)
        #expect(forced < 0.01, "forced \(forced), seed \(testSeed)")
        // After the shortest length a cut is as likely at every byte, so half of them lie within ln 2 × 32 KiB.
        let median = lengths.sorted()[lengths.count / 2]
        #expect((50 * 1024...60 * 1024).contains(median), "median \(median), seed \(testSeed)")
        print("blocks \(lengths.count), mean \(mean), median \(median), forced \(forced)")
    }

    /// An insertion moves the cuts near it, and no others: within eight blocks after it they agree again.
    @Test func anInsertion_changesBlocksNearItOnly() {
        var random = SeededGenerator(seed: testSeed)
        var counts: [Int] = []
        for _ in 0..<20 {
            let bytes = random.bytes(4 << 20)
            let ends = Set(self.ends(of: bytes))
            for _ in 0..<20 {
                let place = Int.random(in: 0...(2 << 20), using: &random)
                let inserted = random.bytes(Int.random(in: 1...100_000, using: &random))
                let changed = Array(bytes[..<place]) + inserted + bytes[place...]
                let after = self.ends(of: changed).drop { $0 < place + inserted.count }
                let agreed = after.firstIndex { ends.contains($0 - inserted.count) }
                counts.append(agreed.map { $0 - after.startIndex + 1 } ?? Int.max)
            }
        }
        let near = Double(counts.count { $0 <= 8 }) / Double(counts.count)
        #expect(near >= 0.99, "\(near) of the cases agree again within 8 blocks, seed \(testSeed)")
        let mean = Double(counts.filter { $0 < Int.max }.reduce(0, +)) / Double(counts.count)
        print("insertions \(counts.count), agree again within 8 blocks \(near), after \(mean) blocks on average")
    }

    private func ends(of bytes: [UInt8]) -> [Int] {
        var end = 0
        return cuts(of: bytes).map { length in
            end += length
            return end
        }
    }
}
