import Blocks
import Catalog
import Files
import Metadata
import MetadataOnSQLite
import PawlModel
import SegmentsOnDisk
import Synchronization
import TestKit
import Testing

/// Segments stay as long as somebody copies them.
struct HoldTests {
    @Test func hold_isSharedByMany_orOneHasItAlone() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("hold")
        var holds = [try FileHold.shared(path), try FileHold.shared(path)]
        #expect(holds.allSatisfy { $0 != nil })
        #expect(try FileHold.alone(path) == nil)
        holds = []
        holds = [try FileHold.alone(path)]
        #expect(holds[0] != nil)
        #expect(try FileHold.shared(path) == nil && FileHold.alone(path) == nil)
        holds = []
        #expect(try FileHold.shared(path) != nil)
    }

    @Test func removal_waitsForTheEndOfABackup() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("hold")
        let database = try await SQLiteDatabase.open(path: directory.path("pawl.sqlite"), readers: testThreads)
        let store = BlockStore(
            storage: SegmentDirectory(files: MemoryFileSystem(), layout: DiskLayout(root: "storage")),
            database: database, ambient: TestAmbient().ambient, uploadLifetime: 60, reserve: 0,
            claimRemoval: { try FileHold.alone(path) }, observe: { _ in })
        let removals = Mutex(0)
        var backup = try FileHold.shared(path)
        #expect(backup != nil)
        #expect(try await !store.removingSegments { removals.withLock { $0 += 1 } })
        #expect(removals.withLock { $0 } == 0)
        backup = nil
        let isRemoved = try await store.removingSegments {
            // No backup begins meanwhile.
            let isFree = try FileHold.shared(path) != nil
            removals.withLock { $0 += isFree ? 100 : 1 }
        }
        #expect(isRemoved)
        #expect(removals.withLock { $0 } == 1)
        #expect(try FileHold.shared(path) != nil)
        await database.close()
    }
}
