import Files
import Foundation
import NIOCore
import TestKit
import Testing

struct FilesTests {
    private let files = POSIXFileSystem(threads: testThreads)

    @Test(arguments: FileSystemContract.all)
    func posix_keepsTheContract(_ rule: FileSystemContract.Rule) async throws {
        let directory = try TemporaryDirectory()
        try await rule.check(.init(files: files, directory: directory.path))
    }

    @Test(arguments: FileSystemContract.all)
    func memory_keepsTheContract(_ rule: FileSystemContract.Rule) async throws {
        let memory = MemoryFileSystem()
        try await memory.makeDirectory("/storage")
        try await rule.check(.init(files: memory, directory: "/storage"))
    }

    @Test(arguments: FileSystemContract.all)
    func faultless_keepsTheContract(_ rule: FileSystemContract.Rule) async throws {
        let directory = try TemporaryDirectory()
        try await rule.check(.init(files: FaultyFileSystem(files), directory: directory.path))
    }

    @Test func newFilesAreTheirOwnersAlone_andSealedOnesReadOnly() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("a")
        let file = try await files.open(path, .create)
        #expect(try permissions(path) == 0o600)
        try await file.makeReadOnly()
        #expect(try permissions(path) == 0o400)
        // The descriptor that sealed the file may still write to it.
        try await file.write(ByteBuffer(bytes: [1]), at: 0)
        try await file.close()
    }

    @Test func writingThroughASymbolicLink_isRefused_readingFollowsIt() async throws {
        let directory = try TemporaryDirectory()
        try await files.open(directory.path("real"), .create).close()
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("link"), withDestinationPath: directory.path("real"))
        for mode in [FileMode.update, .uncached, .create] {
            _ = try await thrown(FileError.self) { try await files.open(directory.path("link"), mode) }
        }
        try await files.open(directory.path("link"), .read).close()
    }

    @Test func fullDevice_isNoSpace() async throws {
        let file = try await files.open("/dev/full", .update)
        let error = try await thrown(FileError.self) { try await file.write(ByteBuffer(bytes: [1]), at: 0) }
        #expect(error.code == .noSpace)
        #expect(error.call == "pwrite" && error.path == "/dev/full")
        #expect(error.message == "pwrite /dev/full: No space left on device")
        try await file.close()
    }

    @Test func allocate_takesBlocksFromTheVolume() async throws {
        let directory = try TemporaryDirectory()
        let file = try await files.open(directory.path("a"), .create)
        try await file.allocate(0..<8 << 20)
        #expect(try await file.size() == 0)
        var status = stat()
        #expect(stat(directory.path("a"), &status) == 0)
        #expect(status.st_blocks * 512 >= 8 << 20)
        try await file.close()
    }

    @Test func largeFile_comesBack_inOnePiece() async throws {
        let directory = try TemporaryDirectory()
        var generator = SeededGenerator(seed: 1)
        let bytes = generator.bytes(3_000_001)
        let file = try await files.open(directory.path("a"), .create)
        try await file.write(ByteBuffer(bytes: bytes), at: 17)
        try await file.synchronize()
        let back = try await file.read(bytes.count + 100, at: 17)
        #expect(Array(back.readableBytesView) == bytes)
        try await file.close()
    }

    @Test func cancelledTask_stillFinishesItsCalls() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("a")
        let task = Task { [files] in
            withUnsafeCurrentTask { $0?.cancel() }
            let file = try await files.open(path, .create)
            try await file.write(ByteBuffer(bytes: [1, 2]), at: 0)
            try await file.synchronize()
            try await file.close()
        }
        try await task.value
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2]))
    }

    @Test func closing_givesTheDescriptorBack() async throws {
        let directory = try TemporaryDirectory()
        for index in 0..<5000 {
            let file = try await files.open(directory.path("a"), .uncached)
            // Half of them are closed, half are only let go.
            if index % 2 == 0 { try await file.close() }
        }
    }

    private func permissions(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int ?? -1
    }
}

struct FileLockTests {
    @Test func secondHolder_isRefused_andLearnsWhoHoldsIt() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("lock")
        let lock = try FileLock(path, note: "http://127.0.0.1:7420")
        do {
            _ = try FileLock(path)
            Issue.record("taken twice")
        } catch let error as FileLockHeld {
            #expect(error.processID == ProcessInfo.processInfo.processIdentifier)
            #expect(error.note == "http://127.0.0.1:7420")
            #expect(
                error.description
                    == "\(path) is held by process \(ProcessInfo.processInfo.processIdentifier) (http://127.0.0.1:7420)"
            )
        }
        try lock.write("http://127.0.0.1:7421")
        #expect(throws: FileLockHeld.self) { try FileLock(path) }
        lock.release()
        let next = try FileLock(path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "\(ProcessInfo.processInfo.processIdentifier)\n")
        withExtendedLifetime(next) {}
    }

    @Test func letGo_itIsFree() throws {
        let directory = try TemporaryDirectory()
        for _ in 0..<3 { _ = try FileLock(directory.path("lock")) }
    }

    @Test func missingDirectory_isAFileError() throws {
        #expect(throws: FileError.self) { try FileLock("/no/where/lock") }
    }

    /// The kernel drops the lock of a process that is killed, whatever it was doing.
    @Test func killedHolder_leavesItFree() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("lock")
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        let output = Pipe()
        holder.standardOutput = output
        holder.arguments = ["-x", "--no-fork", path, "sh", "-c", "echo held; exec sleep 600"]
        try holder.run()
        #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
        let held = #expect(throws: FileLockHeld.self) { try FileLock(path) }
        #expect(held?.processID == nil)
        kill(holder.processIdentifier, SIGKILL)
        holder.waitUntilExit()
        _ = try FileLock(path)
    }
}
