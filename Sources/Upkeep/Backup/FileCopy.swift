import BlockFormat
import Files
import NIOCore
import PawlModel

/// Copies files so that a name never stands for half of one.
struct FileCopy {
    let files: any FileSystem

    static let pieceSize = 1024 * 1024

    /// Copies the first `length` bytes, all of them unless given, under a name of its own, syncs them, and gives them the
    /// target's name. The directory is left to be synced. Answers their number and their CRC-32.
    ///
    /// - Parameter pace: Called with the bytes of each piece.
    func copy(
        _ source: String, to target: String, length: Int64? = nil, _ pace: (Int) -> Void = { _ in }
    ) async throws -> (length: Int64, checksum: UInt32) {
        let partial = target + ".partial"
        try await files.remove(partial)
        let input = try await files.open(source, .read)
        do {
            let output = try await files.open(partial, .create)
            do {
                let result = try await copy(input, to: output, length: length ?? Int64.max, pace)
                try await output.synchronize()
                try await output.close()
                try await input.close()
                try await files.rename(partial, to: target)
                return result
            } catch {
                try? await output.close()
                throw error
            }
        } catch {
            try? await input.close()
            throw error
        }
    }

    private func copy(
        _ input: any File, to output: any File, length: Int64, _ pace: (Int) -> Void
    ) async throws -> (length: Int64, checksum: UInt32) {
        var offset: Int64 = 0
        var checksum: UInt32 = 0
        while offset < length {
            let piece = try await input.read(Int(min(Int64(Self.pieceSize), length - offset)), at: offset)
            guard piece.readableBytes > 0 else { break }
            checksum = piece.withUnsafeReadableBytes { CRC32.checksum($0, continuing: checksum) }
            try await output.write(piece, at: offset)
            offset += Int64(piece.readableBytes)
            pace(piece.readableBytes)
        }
        return (offset, checksum)
    }

    /// Whether a file begins with so many bytes of that CRC-32; not when it is gone, or cannot be read.
    func holds(_ path: String, length: Int64, checksum: UInt32) async throws -> Bool {
        do {
            let found = try await self.checksum(of: path, length: length)
            return found.length == length && found.checksum == checksum
        } catch let error as FileError where error.code == .notFound || error.code == .io {
            return false
        }
    }

    /// The number of a file's bytes, of its first `length` unless it has fewer, and their CRC-32.
    func checksum(of path: String, length: Int64 = .max) async throws -> (length: Int64, checksum: UInt32) {
        let input = try await files.open(path, .read)
        do {
            var offset: Int64 = 0
            var checksum: UInt32 = 0
            while offset < length {
                let piece = try await input.read(Int(min(Int64(Self.pieceSize), length - offset)), at: offset)
                guard piece.readableBytes > 0 else { break }
                checksum = piece.withUnsafeReadableBytes { CRC32.checksum($0, continuing: checksum) }
                offset += Int64(piece.readableBytes)
            }
            try await input.close()
            return (offset, checksum)
        } catch {
            try? await input.close()
            throw error
        }
    }

    /// Writes a small file in one step.
    func write(_ text: String, to target: String) async throws {
        let partial = target + ".partial"
        try await files.remove(partial)
        let output = try await files.open(partial, .create)
        do {
            try await output.write(ByteBuffer(string: text), at: 0)
            try await output.synchronize()
        } catch {
            try? await output.close()
            throw error
        }
        try await output.close()
        try await files.rename(partial, to: target)
    }

    /// All bytes of a small file; nil when there is none.
    func read(_ path: String) async throws -> [UInt8]? {
        guard try await files.exists(path) else { return nil }
        let input = try await files.open(path, .read)
        do {
            let bytes = try await input.read(Int(try await input.size()), at: 0)
            try await input.close()
            return Array(bytes.readableBytesView)
        } catch {
            try? await input.close()
            throw error
        }
    }

    /// The directory of a path.
    static func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
