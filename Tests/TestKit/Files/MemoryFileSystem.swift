package import Files
import NIOCore
import Synchronization

/// Files in memory that can lose power: after `crash` only what was synchronized is sure to be there.
///
/// The rules of a crash are `MemoryDisk`'s. Files that were open before it fail every call with `.io`.
package final class MemoryFileSystem: FileSystem {
    fileprivate let disk = Mutex(MemoryDisk())
    /// Bytes that all files together may have; a write past it fails with `.noSpace` and writes nothing.
    package let capacity: Int64

    package init(capacity: Int64 = .max) {
        self.capacity = capacity
    }

    /// Cuts the power. The same calls before it and the same generator leave the same disk.
    package func crash(using generator: inout some RandomNumberGenerator) {
        disk.withLock { $0.cut(using: &generator) }
    }

    package func open(_ path: String, _ mode: FileMode) async throws -> any File {
        try disk.withLock { disk in
            switch (mode, disk.names[path]) {
            case (.create, .some):
                throw failure(.exists, "open", path)
            case (.create, nil), (.uncached, nil):
                guard disk.directories.contains(MemoryDisk.parent(of: path)) else {
                    throw failure(.notFound, "open", path)
                }
                return MemoryFile(self, path, disk.create(path), disk.epoch, isWritable: true)
            case (.read, let node?):
                return MemoryFile(self, path, node, disk.epoch, isWritable: false)
            case (_, let node?):
                if disk.nodes[node]?.isReadOnly == true { throw failure(.notPermitted, "open", path) }
                return MemoryFile(self, path, node, disk.epoch, isWritable: true)
            case (_, nil):
                throw failure(.notFound, "open", path)
            }
        }
    }

    package func list(_ directory: String) async throws -> [String] {
        disk.withLock { disk in
            (Array(disk.names.keys) + disk.directories)
                .filter { MemoryDisk.parent(of: $0) == directory && $0 != directory && $0 != "." }
                .map { String($0.split(separator: "/").last ?? "") }
                .sorted()
        }
    }

    package func makeDirectory(_ path: String) async throws {
        try disk.withLock { disk in
            if disk.names[path] != nil { throw failure(.exists, "mkdir", path) }
            disk.makeDirectory(path)
        }
    }

    package func exists(_ path: String) async throws -> Bool {
        disk.withLock { $0.names[path] != nil || $0.directories.contains(path) }
    }

    package func rename(_ path: String, to target: String) async throws {
        try disk.withLock { disk in
            guard disk.directories.contains(MemoryDisk.parent(of: target)), disk.rename(path, to: target) else {
                throw failure(.notFound, "rename", path)
            }
        }
    }

    package func makeWritable(_ path: String) async throws -> Bool {
        try disk.withLock { disk in
            guard let node = disk.names[path], let isReadOnly = disk.nodes[node]?.isReadOnly else {
                throw failure(.notFound, "chmod", path)
            }
            disk.nodes[node]?.isReadOnly = false
            return isReadOnly
        }
    }

    package func remove(_ path: String) async throws {
        disk.withLock { $0.remove(path) }
    }

    package func synchronizeDirectory(_ path: String) async throws {
        try disk.withLock { disk in
            guard disk.directories.contains(path) else { throw failure(.notFound, "open", path) }
            disk.synchronizeDirectory(path)
        }
    }

    package func freeSpace(at path: String) async throws -> Int64 {
        disk.withLock { max(0, capacity - $0.bytesUsed) }
    }
}

private func failure(_ code: FileError.Code, _ call: String, _ path: String) -> FileError {
    FileError(code: code, call: call, path: path, errno: code.errno)
}

private final class MemoryFile: File {
    private let system: MemoryFileSystem
    private let path: String
    private let number: Int
    private let epoch: Int
    private let isWritable: Bool
    private let isClosed = Mutex(false)

    init(_ system: MemoryFileSystem, _ path: String, _ number: Int, _ epoch: Int, isWritable: Bool) {
        self.system = system
        self.path = path
        self.number = number
        self.epoch = epoch
        self.isWritable = isWritable
    }

    func read(_ count: Int, at offset: Int64) async throws -> ByteBuffer {
        try change("pread") { node in
            let start = min(Int(offset), node.bytes.count)
            return ByteBuffer(bytes: node.bytes[start..<min(start + count, node.bytes.count)])
        }
    }

    func write(_ bytes: ByteBuffer, at offset: Int64) async throws {
        let end = Int(offset) + bytes.readableBytes
        try change("pwrite", growingTo: end) { node in
            if node.bytes.count < end { node.bytes.append(contentsOf: repeatElement(0, count: end - node.bytes.count)) }
            node.bytes.replaceSubrange(Int(offset)..<end, with: bytes.readableBytesView)
        }
    }

    func allocate(_ range: Range<Int64>) async throws {
        try change("fallocate", growingTo: Int(range.upperBound)) { _ in }
    }

    func synchronize() async throws {
        try change("fdatasync") { $0.durable = $0.bytes }
    }

    func truncate(to size: Int64) async throws {
        try change("ftruncate", growingTo: Int(size)) { node in
            let missing = Int(size) - node.bytes.count
            if missing > 0 {
                node.bytes.append(contentsOf: repeatElement(0, count: missing))
            } else {
                node.bytes.removeLast(-missing)
            }
        }
    }

    func size() async throws -> Int64 {
        try change("fstat") { Int64($0.bytes.count) }
    }

    func makeReadOnly() async throws {
        try change("fchmod") { $0.isReadOnly = true }
    }

    func close() async throws {
        isClosed.withLock { $0 = true }
    }

    /// Runs `body` on the node, unless the file is closed, the power was cut, or the disk would overflow.
    private func change<Value>(
        _ call: String, growingTo size: Int? = nil, _ body: (inout MemoryDisk.Node) throws -> Value
    ) throws -> Value {
        if isClosed.withLock({ $0 }) || (size != nil && !isWritable) { throw failure(.other, call, path) }
        return try system.disk.withLock { disk in
            guard disk.epoch == epoch, var node = disk.nodes[number] else { throw failure(.io, call, path) }
            if let size, system.capacity < .max {
                let growth = Int64(max(0, size - node.bytes.count))
                guard disk.bytesUsed + growth <= system.capacity else { throw failure(.noSpace, call, path) }
            }
            disk.nodes[number] = nil
            defer { disk.nodes[number] = node }
            return try body(&node)
        }
    }
}
