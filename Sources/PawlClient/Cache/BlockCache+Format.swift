internal import BlockFormat
internal import PawlModel

/// The packed form: magic, version, the folder's path, then each file in any order, then a CRC-32 of all before it.
/// Integers are big-endian.
extension BlockCache {
    /// `PWLC` and the version of the form. A form that is not known is as good as none.
    private static let magic: UInt32 = 0x5057_4c43
    private static let version: UInt16 = 1
    private static let headByteCount = 10

    package func encode(folder: String) -> [UInt8] {
        var bytes: [UInt8] = []
        let blockCount = files.values.reduce(0) { $0 + $1.blocks.count }
        bytes.reserveCapacity(256 + files.count * 128 + blockCount * BlockReference.byteCount)
        bytes.add(Self.magic)
        bytes.add(Self.version)
        bytes.add(UInt32(folder.utf8.count))
        bytes.append(contentsOf: folder.utf8)
        bytes.add(text: Chunker.profile)
        bytes.add(UInt32(files.count))
        for (path, file) in files {
            bytes.add(text: path)
            bytes.add(UInt64(bitPattern: file.stamp.size))
            bytes.add(UInt64(bitPattern: file.stamp.modified))
            bytes.add(UInt64(bitPattern: file.stamp.changed))
            bytes.add(file.stamp.device)
            bytes.add(file.stamp.inode)
            bytes.add(UInt32(file.blocks.count))
            for block in file.blocks {
                bytes.add(UInt32(block.length))
                bytes.append(contentsOf: block.id.bytes)
            }
        }
        bytes.add(bytes.withUnsafeBytes { CRC32.checksum($0) })
        return bytes
    }

    /// Nil when the bytes are not the whole form of this version for this folder.
    package init?(parsing bytes: UnsafeRawBufferPointer, folder: String) {
        guard bytes.count > Self.headByteCount + 4 else { return nil }
        let body = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)])
        var end = CacheReader(UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - 4)...]))
        var reader = CacheReader(body)
        guard end.integer(UInt32.self) == CRC32.checksum(body), reader.integer(UInt32.self) == Self.magic,
            reader.integer(UInt16.self) == Self.version, let length = reader.integer(UInt32.self),
            reader.text(Int(length)) == folder, reader.text() == Chunker.profile,
            let count = reader.integer(UInt32.self)
        else { return nil }
        files.reserveCapacity(min(Int(count), bytes.count / 48))
        for _ in 0..<count {
            guard let path = reader.text(), let file = CachedFile(reading: &reader) else { return nil }
            files[path] = file
        }
        guard reader.isAtEnd else { return nil }
    }
}

extension CachedFile {
    fileprivate init?(reading reader: inout CacheReader) {
        guard let size = reader.integer(UInt64.self), let modified = reader.integer(UInt64.self),
            let changed = reader.integer(UInt64.self), let device = reader.integer(UInt64.self),
            let inode = reader.integer(UInt64.self), let count = reader.integer(UInt32.self),
            Int(count) <= reader.remaining / BlockReference.byteCount
        else { return nil }
        var blocks: [BlockReference] = []
        blocks.reserveCapacity(Int(count))
        var total: Int64 = 0
        for _ in 0..<count {
            guard let length = reader.integer(UInt32.self), 1...Limits.blockSizeMax ~= Int(length),
                let id = reader.digest()
            else { return nil }
            blocks.append(BlockReference(id: id, length: Int(length)))
            total += Int64(length)
        }
        guard total == Int64(bitPattern: size) else { return nil }
        self.init(
            stamp: FileStamp(
                size: Int64(bitPattern: size), modified: Int64(bitPattern: modified),
                changed: Int64(bitPattern: changed), device: device, inode: inode),
            blocks: blocks)
    }
}

/// Reads the packed form, and never beyond its end.
private struct CacheReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var remaining: Int { bytes.count - offset }
    var isAtEnd: Bool { remaining == 0 }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        guard let run = run(MemoryLayout<Value>.size) else { return nil }
        return Value(bigEndian: run.loadUnaligned(as: Value.self))
    }

    mutating func digest() -> Digest? {
        run(Digest.byteCount).flatMap { Digest($0) }
    }

    mutating func text(_ count: Int) -> String? {
        run(count).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// A text behind its u16 length.
    mutating func text() -> String? {
        integer(UInt16.self).flatMap { text(Int($0)) }
    }

    private mutating func run(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count <= remaining else { return nil }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }
}

extension [UInt8] {
    fileprivate mutating func add(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// A text behind its u16 length; paths are at most `Limits.entryPathMax` bytes long.
    fileprivate mutating func add(text: String) {
        add(UInt16(text.utf8.count))
        append(contentsOf: text.utf8)
    }
}
