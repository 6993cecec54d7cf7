import Files
import NIOCore
import TestKit
import Testing

/// The doubles must lie in the way they say: what they prove hangs on it.
struct FaultyFileSystemTests {
    @Test func failsTheCallsItWasToldTo_andKeepsATrace() async throws {
        let memory = MemoryFileSystem()
        try await memory.makeDirectory("/s")
        let files = FaultyFileSystem(memory)
        files.fail(.synchronize, after: 1, times: 2, with: .io)
        let file = try await files.open("/s/a", .create)
        try await file.synchronize()
        for _ in 0..<2 {
            let error = try await thrown(FileError.self) { try await file.synchronize() }
            #expect(error.code == .io && error.path == "/s/a")
        }
        try await file.synchronize()
        #expect(files.count(.synchronize) == 4)
        #expect(files.trace.map(\.hasFailed) == [false, false, true, true, false])
    }

    @Test func failedWrite_leavesItsFirstHalf() async throws {
        let memory = MemoryFileSystem()
        try await memory.makeDirectory("/s")
        let files = FaultyFileSystem(memory)
        files.fail(.write, with: .noSpace, onPathsEnding: "a")
        let file = try await files.open("/s/a", .create)
        let other = try await files.open("/s/b", .create)
        try await other.write(ByteBuffer(bytes: [1, 2, 3, 4]), at: 0)
        let error = try await thrown(FileError.self) { try await file.write(ByteBuffer(bytes: [1, 2, 3, 4]), at: 0) }
        #expect(error.code == .noSpace)
        #expect(Array(try await file.read(9, at: 0).readableBytesView) == [1, 2])
        files.heal()
        try await file.write(ByteBuffer(bytes: [5]), at: 2)
        files.setFreeSpace(12)
        #expect(try await files.freeSpace(at: "/s") == 12)
    }
}

struct MemoryFileSystemTests {
    /// In many seeded crashes: what was synchronized is there, and nothing is there that was never written.
    @Test func crash_keepsWhatWasSynchronized() async throws {
        var seen: Set<[UInt8]> = []
        for seed in testSeed..<testSeed + 200 {
            let files = try await storage()
            let file = try await files.open("/s/a", .create)
            try await file.write(ByteBuffer(repeating: 1, count: 8192), at: 0)
            try await file.synchronize()
            try await files.synchronizeDirectory("/s")
            try await file.write(ByteBuffer(repeating: 2, count: 8192), at: 4096)
            crash(files, seed)

            let old = try await thrown(FileError.self) { try await file.read(1, at: 0) }
            #expect(old.code == .io)
            let bytes = try await content(files, "/s/a")
            #expect(bytes.count == 8192 || bytes.count == 12288, "seed \(seed)")
            let sectors = stride(from: 0, to: bytes.count, by: 4096).map { bytes[$0] }
            #expect(sectors[0] == 1 && (1...2).contains(sectors[1]), "seed \(seed): \(sectors)")
            if sectors.count == 3 { #expect(sectors[2] == 0 || sectors[2] == 2, "seed \(seed): \(sectors)") }
            seen.insert(sectors)
        }
        // Every outcome that the rules allow came up: new or old, long or short, written or a hole.
        #expect(seen == [[1, 1], [1, 2], [1, 1, 0], [1, 1, 2], [1, 2, 0], [1, 2, 2]])
    }

    @Test func crash_mayForgetNames_butNeverHalvesARename() async throws {
        var seen: Set<[String]> = []
        for seed in testSeed..<testSeed + 200 {
            let files = try await storage()
            try await files.open("/s/kept", .create).close()
            try await files.synchronizeDirectory("/s")
            try await files.open("/s/new", .create).close()
            try await files.rename("/s/kept", to: "/s/renamed")
            crash(files, seed)
            seen.insert(try await files.list("/s"))
        }
        #expect(seen == [["kept"], ["kept", "new"], ["renamed"], ["new", "renamed"]])
    }

    @Test func capacity_isTheDisksEnd() async throws {
        let files = MemoryFileSystem(capacity: 100)
        try await files.makeDirectory("/s")
        let file = try await files.open("/s/a", .create)
        try await file.write(ByteBuffer(repeating: 1, count: 60), at: 0)
        let error = try await thrown(FileError.self) {
            try await file.write(ByteBuffer(repeating: 1, count: 60), at: 50)
        }
        #expect(error.code == .noSpace)
        #expect(try await file.size() == 60)
        #expect(try await files.freeSpace(at: "/s") == 40)
        try await files.remove("/s/a")
        #expect(try await files.freeSpace(at: "/s") == 100)
    }

    private func storage() async throws -> MemoryFileSystem {
        let files = MemoryFileSystem()
        try await files.makeDirectory("/s")
        return files
    }

    private func crash(_ files: MemoryFileSystem, _ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        files.crash(using: &generator)
    }

    private func content(_ files: MemoryFileSystem, _ path: String) async throws -> [UInt8] {
        let file = try await files.open(path, .read)
        return Array(try await file.read(1 << 20, at: 0).readableBytesView)
    }
}
