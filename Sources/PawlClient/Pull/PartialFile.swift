internal import Files
internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import PawlModel

/// The file that a pull writes, beside its destination: `.NAME.pawl-partial`.
///
/// 1. Who writes it holds an exclusive flock(2) on it, which the kernel drops with the process.
/// 2. It takes its destination's name by rename(2), after its data is durable: the destination is whole at any time.
/// 3. What a killed pull leaves in it is proven block by block before the next one believes it.
struct PartialFile: Sendable {
    let path: String
    private let target: String
    private let directory: String
    private let claim: FileClaim
    private let files: POSIXFileSystem
    private let file: any File
    private let threads: NIOThreadPool

    /// Opens the partial file beside `target`, made when it is missing, and claims it.
    init(beside target: String, threads: NIOThreadPool) async throws {
        let slash = target.lastIndex(of: "/")
        let name = slash.map { String(target[target.index(after: $0)...]) } ?? target
        directory = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
        let path = (slash.map { String(target[...$0]) } ?? "") + ".\(name).pawl-partial"
        self.path = path
        self.target = target
        self.threads = threads
        files = POSIXFileSystem(threads: threads)
        claim = try await threads.runIfActive { try FileClaim(path, for: target) }
        file = try await writing(target) { [files] in try await files.open(path, .update) }
    }

    func state() throws -> FileState { try claim.state() }

    func write(_ bytes: ByteBuffer, at offset: Int64) async throws {
        try await writing(target) { try await file.write(bytes, at: offset) }
    }

    /// Gives the file its size: what is beyond it belonged to another version.
    func truncate(to size: Int64) async throws {
        try await writing(target) { try await file.truncate(to: size) }
    }

    /// Makes the data durable and puts the file under its destination's name, with these permission bits.
    func publish(mode: UInt32) async throws {
        try await writing(target) {
            try claim.setMode(mode)
            try await file.synchronize()
            try await file.close()
            try await files.rename(path, to: target)
            try await files.synchronizeDirectory(directory)
        }
    }

    /// Removes the file, when nothing in it is worth keeping.
    func discard() async {
        try? await file.close()
        try? await files.remove(path)
    }
}

/// Says what a failed write means for whoever waits for `target`.
func writing<Value>(_ target: String, _ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let error as FileError {
        throw ClientError.unwritable(target, errno: error.errno, isDiskFull: error.code == .noSpace, cause: error)
    }
}

extension ClientError {
    static func unwritable(
        _ path: String, errno code: Int32, isDiskFull: Bool = false, cause: (any Error)? = nil
    ) -> ClientError {
        let name = path.withoutControls
        if isDiskFull {
            return ClientError(
                .diskFull, "The disk that '\(name)' is on is full.",
                advice: "Make room and run the same command again.", cause: cause)
        }
        return ClientError(
            .unwritableFile, "'\(name)' cannot be written (\(String(cString: strerror(code)))).",
            advice: code == ENOENT ? "Make the directory first." : "See who may write there, and its disk.",
            cause: cause)
    }
}
