import PawlModel
import TestKit
import Testing
import Transfers

@Suite struct PlanRangesTests {
    @Test func neighbours_areJoined() {
        var ranges = PlanRanges()
        for offset in [0, 10, 30, 40, 100] as [Int64] { ranges.append(ContentRange(offset: offset, length: 10)) }
        #expect(
            ranges.joined() == [
                ContentRange(offset: 0, length: 20), ContentRange(offset: 30, length: 20),
                ContentRange(offset: 100, length: 10),
            ])
    }

    /// However many there are, all bytes stay covered, by few ranges that do not touch.
    @Test func tooMany_areJoinedAcrossTheNarrowestGaps() {
        var random = SeededGenerator(seed: testSeed)
        for max in [1, 2, 7, 100] {
            var ranges = PlanRanges(max: max)
            var all: [ContentRange] = []
            var offset: Int64 = 0
            for _ in 0..<1000 {
                offset += Int64.random(in: 1...50, using: &random)
                all.append(ContentRange(offset: offset, length: Int64.random(in: 1...20, using: &random)))
                offset += all.last!.length
                ranges.append(all.last!)
            }
            let joined = ranges.joined()
            #expect(joined.count <= max, "\(max), seed \(testSeed)")
            for range in all {
                #expect(
                    joined.contains {
                        $0.offset <= range.offset && range.offset + range.length <= $0.offset + $0.length
                    }, "\(max), seed \(testSeed)")
            }
            for (one, next) in zip(joined, joined.dropFirst()) {
                #expect(one.offset + one.length < next.offset, "\(max), seed \(testSeed)")
            }
        }
    }
}
