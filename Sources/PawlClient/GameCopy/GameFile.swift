internal import BlockFormat
internal import Glibc
internal import NIOCore
internal import PawlModel
internal import Synchronization

/// The file or the pipe that an exported game is written to: `NAME.pawl-partial` until it is whole. Its calls block.
final class GameFileWriter: Sendable {
    /// Nil for standard output.
    private let path: String?
    private let claim: FileClaim?
    private let descriptor: Int32
    private let lock = Mutex(())

    private static func partial(_ path: String) -> String { path + ".pawl-partial" }

    init(_ path: String?) throws {
        self.path = path
        guard let path else {
            (claim, descriptor) = (nil, STDOUT_FILENO)
            return
        }
        let partial = Self.partial(path)
        claim = try FileClaim(partial, for: path)
        descriptor = open(partial, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw ClientError.unwritable(path, errno: errno) }
    }

    deinit {
        if path != nil { close(descriptor) }
    }

    /// Reads what an earlier run has left, and drops what follows the last whole record. All of it goes unless the rows
    /// are there.
    func contents() throws -> GameContents {
        guard path != nil else { return GameContents() }
        var (contents, records) = (GameContents(), GameRecords())
        do {
            while let bytes = try GameFileReader.read(descriptor, path ?? "") {
                records.append(bytes)
                while let record = try records.next() { try contents.take(record) }
            }
        } catch is FormatError {}
        if !contents.hasRows || contents.isWhole { contents = GameContents() }
        try truncate(to: contents.hasRows ? records.offset : 0)
        return contents
    }

    func truncate(to length: Int64) throws {
        guard let path else { return }
        guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, off_t(length), SEEK_SET) >= 0 else {
            throw ClientError.unwritable(path, errno: errno)
        }
    }

    func write(_ pieces: [ByteBuffer]) throws {
        try lock.withLock { _ in
            for piece in pieces {
                try piece.withUnsafeReadableBytes { bytes in
                    var offset = 0
                    while offset < bytes.count {
                        let count = Glibc.write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
                        guard count >= 0 || errno == EINTR else {
                            let code = errno
                            throw ClientError.unwritable(
                                path ?? "standard output", errno: code, isDiskFull: code == ENOSPC || code == EDQUOT)
                        }
                        offset += max(0, count)
                    }
                }
            }
        }
    }

    /// Makes it durable, and gives it its name.
    func finish() throws {
        guard let path else { return }
        guard fsync(descriptor) == 0, rename(Self.partial(path), path) == 0 else {
            throw ClientError.unwritable(path, errno: errno)
        }
    }
}

/// The file or the pipe that an exported game is read from. Its calls block.
final class GameFileReader: Sendable {
    private let path: String?
    private let descriptor: Int32
    /// In bytes; 0 for what has no end yet.
    let size: Int64

    init(_ path: String?) throws {
        self.path = path
        guard let path else {
            (descriptor, size) = (STDIN_FILENO, 0)
            return
        }
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(path, errno) }
        size = (try FileState(path: path))?.size ?? 0
    }

    deinit {
        if path != nil { close(descriptor) }
    }

    /// The next bytes; nil at the end.
    func read() throws -> ByteBuffer? { try Self.read(descriptor, path ?? "standard input") }

    static func read(_ descriptor: Int32, _ path: String) throws -> ByteBuffer? {
        var buffer = ByteBuffer()
        let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 1024 * 1024) { space in
            while true {
                let count = Glibc.read(descriptor, space.baseAddress, space.count)
                if count >= 0 { return count }
                guard errno == EINTR else { throw unreadable(path, errno) }
            }
        }
        return count > 0 ? buffer : nil
    }

    private static func unreadable(_ path: String, _ code: Int32) -> ClientError {
        ClientError(
            .unreadableFile, "'\(path.withoutControls)' cannot be read (\(String(cString: strerror(code)))).",
            advice: "Name the file that `pawl export` wrote.")
    }
}
