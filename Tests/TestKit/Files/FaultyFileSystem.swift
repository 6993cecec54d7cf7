package import Files
import NIOCore
import PawlModel
import Synchronization

/// A file system that fails when told to, and remembers every call.
///
///     let files = FaultyFileSystem(POSIXFileSystem(threads: threads))
///     files.fail(.synchronize, after: 2, with: .io)       // the third fdatasync from now on
package final class FaultyFileSystem: FileSystem {
    package enum Call: String, Sendable, CaseIterable {
        case open, list, exists, makeWritable, makeDirectory, rename, remove, synchronizeDirectory, freeSpace
        case read, write, allocate, synchronize, truncate, size, makeReadOnly, close
    }

    /// One call, in the order of their beginnings. `path` is the target's for a rename.
    package struct Entry: Hashable, Sendable {
        package var call: Call
        package var path: String
        package var hasFailed: Bool
    }

    private struct Fault {
        var call: Call
        var passes: Int
        var failures: Int
        var code: FileError.Code
        var suffix: String
    }

    private struct State {
        var faults: [Fault] = []
        var trace: [Entry] = []
        var freeSpace: Int64?
    }

    private let base: any FileSystem
    private let before: (@Sendable (Call, String) async throws -> Void)?
    private let state = Mutex(State())

    /// - Parameter before: Runs ahead of each call; it may wait, to hold a call in a known place, or throw.
    package init(_ base: any FileSystem, before: (@Sendable (Call, String) async throws -> Void)? = nil) {
        self.base = base
        self.before = before
    }

    /// Fails calls of one kind.
    ///
    /// - Parameters:
    ///   - passes: So many calls still succeed first.
    ///   - failures: How many fail after that; all of them unless given.
    ///   - suffix: Counts only paths that end like this.
    package func fail(
        _ call: Call, after passes: Int = 0, times failures: Int = .max, with code: FileError.Code = .io,
        onPathsEnding suffix: String = ""
    ) {
        let fault = Fault(call: call, passes: passes, failures: failures, code: code, suffix: suffix)
        state.withLock { $0.faults.append(fault) }
    }

    /// Lets everything succeed again.
    package func heal() {
        state.withLock { $0.faults = [] }
    }

    /// What `freeSpace(at:)` answers; nil asks the real volume.
    package func setFreeSpace(_ bytes: Int64?) {
        state.withLock { $0.freeSpace = bytes }
    }

    package var trace: [Entry] { state.withLock { $0.trace } }

    package func count(_ call: Call) -> Int { trace.count { $0.call == call } }

    package func open(_ path: String, _ mode: FileMode) async throws -> any File {
        try await enter(.open, path)
        return FaultyFile(try await base.open(path, mode), path, self)
    }

    package func list(_ directory: String) async throws -> [String] {
        try await enter(.list, directory)
        return try await base.list(directory)
    }

    package func makeDirectory(_ path: String) async throws {
        try await enter(.makeDirectory, path)
        try await base.makeDirectory(path)
    }

    package func exists(_ path: String) async throws -> Bool {
        try await enter(.exists, path)
        return try await base.exists(path)
    }

    package func rename(_ path: String, to target: String) async throws {
        try await enter(.rename, target)
        try await base.rename(path, to: target)
    }

    package func makeWritable(_ path: String) async throws -> Bool {
        try await enter(.makeWritable, path)
        return try await base.makeWritable(path)
    }

    package func remove(_ path: String) async throws {
        try await enter(.remove, path)
        try await base.remove(path)
    }

    package func synchronizeDirectory(_ path: String) async throws {
        try await enter(.synchronizeDirectory, path)
        try await base.synchronizeDirectory(path)
    }

    package func freeSpace(at path: String) async throws -> Int64 {
        try await enter(.freeSpace, path)
        if let told = state.withLock({ $0.freeSpace }) { return told }
        return try await base.freeSpace(at: path)
    }

    /// Notes a call, and throws when it is one that shall fail.
    fileprivate func enter(_ call: Call, _ path: String) async throws {
        try await before?(call, path)
        let failure: FileError? = state.withLock { state in
            var failure: FileError?
            for index in state.faults.indices
            where state.faults[index].call == call && path.hasSuffix(state.faults[index].suffix) {
                if state.faults[index].passes > 0 {
                    state.faults[index].passes -= 1
                } else if state.faults[index].failures > 0, failure == nil {
                    state.faults[index].failures -= 1
                    let code = state.faults[index].code
                    failure = FileError(code: code, call: call.rawValue, path: path, errno: code.errno)
                }
            }
            state.trace.append(Entry(call: call, path: path, hasFailed: failure != nil))
            return failure
        }
        if let failure { throw failure }
    }
}

/// A file of a `FaultyFileSystem`. A write that fails has written its first half: the disk was full in the middle.
private struct FaultyFile: File {
    let base: any File
    let path: String
    let system: FaultyFileSystem

    init(_ base: any File, _ path: String, _ system: FaultyFileSystem) {
        self.base = base
        self.path = path
        self.system = system
    }

    func read(_ count: Int, at offset: Int64) async throws -> ByteBuffer {
        try await system.enter(.read, path)
        return try await base.read(count, at: offset)
    }

    func write(_ bytes: ByteBuffer, at offset: Int64) async throws {
        do {
            try await system.enter(.write, path)
        } catch {
            if let half = bytes.getSlice(at: bytes.readerIndex, length: bytes.readableBytes / 2) {
                try await base.write(half, at: offset)
            }
            throw error
        }
        try await base.write(bytes, at: offset)
    }

    func write(_ space: WriteSpace, _ count: Int, at offset: Int64) async throws {
        do {
            try await system.enter(.write, path)
        } catch {
            // Whole sectors, as the disk writes them.
            let half = count / 2 - count / 2 % Limits.syncAlignment
            if half > 0 { try await base.write(space, half, at: offset) }
            throw error
        }
        try await base.write(space, count, at: offset)
    }

    func allocate(_ range: Range<Int64>) async throws {
        try await system.enter(.allocate, path)
        try await base.allocate(range)
    }

    func synchronize() async throws {
        try await system.enter(.synchronize, path)
        try await base.synchronize()
    }

    func truncate(to size: Int64) async throws {
        try await system.enter(.truncate, path)
        try await base.truncate(to: size)
    }

    func size() async throws -> Int64 {
        try await system.enter(.size, path)
        return try await base.size()
    }

    func makeReadOnly() async throws {
        try await system.enter(.makeReadOnly, path)
        try await base.makeReadOnly()
    }

    func close() async throws {
        try await system.enter(.close, path)
        try await base.close()
    }
}
