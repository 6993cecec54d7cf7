import BlockFormat
import PawlClient
import PawlModel
import Synchronization
import Testing

@Suite struct ClientPlanTests {
    /// Blocks of 100 bytes, named by letters; equal letters are equal blocks.
    private func positions(_ letters: String) -> BlockPositions {
        BlockPositions(letters.utf8.map { BlockReference(id: Digest(sha256Of: [$0]), length: 100) })
    }

    private func offsets(_ letters: String) -> BlockOffsets {
        var offsets = BlockOffsets()
        let positions = positions(letters)
        for (block, offset) in zip(positions.blocks, positions.offsets) { offsets.insert(block.id, at: offset) }
        return offsets
    }

    private func plan(
        _ letters: String, older: String = "", present: String = "", runSizeMax: Int64 = 1000
    ) -> PullPlan {
        let there = Array(present.utf8)
        let isPresent = letters.utf8.enumerated().map { $0.offset < there.count && there[$0.offset] == $0.element }
        return PullPlan(positions(letters), present: isPresent, older: offsets(older), runSizeMax: runSizeMax)
    }

    @Test func withNothingHereEverythingIsFetchedInOneRun() {
        let plan = plan("abcd")
        #expect(plan.runs == [0..<4])
        #expect(plan.fromOlder.isEmpty && plan.fromPartial.isEmpty)
    }

    @Test func aRunEndsAtItsLargestSize() {
        #expect(plan("abcdefg", runSizeMax: 300).runs == [0..<3, 3..<6, 6..<7])
    }

    @Test func whatTheOlderFileHasIsCopied() {
        let plan = plan("axbc", older: "abc")
        #expect(plan.fromOlder.map(\.index) == [0, 2, 3])
        #expect(plan.fromOlder.map(\.source) == [0, 100, 200])
        #expect(plan.runs == [1..<2])
    }

    @Test func whatAKilledPullLeftInPlaceIsKept() {
        let plan = plan("abcd", present: "abxx")
        #expect(plan.runs == [2..<4])
    }

    @Test func aBlockThatOccursTwiceIsFetchedOnce() {
        let plan = plan("aabca")
        #expect(plan.runs == [0..<1, 2..<4])
        #expect(plan.fromPartial == [.init(index: 1, source: 0), .init(index: 4, source: 0)])
    }

    @Test func theLastOffsetIsTheSize() {
        #expect(positions("abc").size == 300)
        #expect(positions("").size == 0)
        #expect(plan("") == plan("", older: "abc"))
    }

    @Test func waitsDoubleAndAreBounded() {
        func delay(_ count: Int, retryAfter: Duration? = nil) -> Duration {
            Outage.delay(failureCount: count, retryAfter: retryAfter, jitter: 1)
        }
        #expect(delay(1) == .milliseconds(100))
        #expect(delay(3) == .milliseconds(400))
        #expect(delay(1000) == .seconds(3))
        #expect(delay(1, retryAfter: .seconds(2)) == .seconds(2))
        #expect(delay(1, retryAfter: .seconds(3600)) == .seconds(15))
        #expect(Outage.delay(failureCount: 1, retryAfter: nil, jitter: 0.5) == .milliseconds(50))
    }

    @Test func neverMoreBodiesRunThanThereAreSlots() async throws {
        let slots = Slots(3)
        let count = RunningCount()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await slots.withSlot {
                        count.begin()
                        await Task.yield()
                        count.end()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(count.most <= 3)
        #expect(count.now == 0)
    }

    @Test func aCancelledTaskStopsWaitingForASlot() async throws {
        let slots = Slots(1)
        try await slots.withSlot {
            let waiter = Task { try await slots.withSlot {} }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
        }
        try await slots.withSlot {}
    }
}

/// How many bodies run now, and ran at most at one time.
private final class RunningCount: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    var now: Int { counts.withLock { $0.now } }
    var most: Int { counts.withLock { $0.most } }

    func begin() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
    func end() { counts.withLock { $0.now -= 1 } }
}
