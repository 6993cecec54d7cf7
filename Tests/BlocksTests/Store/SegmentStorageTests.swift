import Files
import Foundation
import SegmentsOnDisk
import TestKit
import Testing

struct SegmentStorageTests {
    @Test(arguments: SegmentStorageContract.all)
    func directoryOnDisk_keepsTheContract(_ rule: SegmentStorageContract.Rule) async throws {
        let directory = try TemporaryDirectory()
        let files = POSIXFileSystem(threads: testThreads)
        try await rule.check(SegmentDirectory(files: files, layout: DiskLayout(root: directory.path)))
    }

    @Test(arguments: SegmentStorageContract.all)
    func directoryInMemory_keepsTheContract(_ rule: SegmentStorageContract.Rule) async throws {
        let files = MemoryFileSystem()
        try await files.makeDirectory("/storage/segments")
        try await rule.check(SegmentDirectory(files: files, layout: DiskLayout(root: "/storage")))
    }

    @Test func namesUnderStorage_areWhatTheFormatPageSays() {
        let layout = DiskLayout(root: "storage")
        #expect(layout.segment(42) == "storage/segments/000/0000000042.segment")
        #expect(layout.segment(1_234_567) == "storage/segments/1234/0001234567.segment")
        #expect(DiskLayout.segmentNumber("0000000042.segment") == 42)
        #expect(DiskLayout.segmentNumber("0000000042.part") == nil)
        #expect(DiskLayout.segmentNumber("x.segment") == nil)
    }
}
