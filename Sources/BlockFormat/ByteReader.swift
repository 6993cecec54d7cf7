import PawlModel

/// Reads big-endian integers, digests and runs of bytes one after another, and never past the end.
///
/// It borrows the memory: what it hands out is valid as long as the bytes that it was made of.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    /// Where the next field begins.
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The bytes that are left. A count from outside is compared with it before anything is allocated.
    var remaining: Int { bytes.count - offset }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(FormatError) -> Value {
        try need(MemoryLayout<Value>.size)
        defer { offset += MemoryLayout<Value>.size }
        return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// A u64 that has to fit in an Int64, as lengths, offsets and times do.
    mutating func int64() throws(FormatError) -> Int64 {
        let start = offset
        guard let value = Int64(exactly: try integer(UInt64.self)) else {
            throw FormatError(.tooLarge, "a number is past 2^63 - 1", at: start)
        }
        return value
    }

    mutating func run(_ count: Int) throws(FormatError) -> UnsafeRawBufferPointer {
        try need(count)
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    mutating func digest() throws(FormatError) -> Digest {
        // A run of 32 bytes is always a digest.
        Digest(try run(Digest.byteCount))!
    }

    /// A u32 length and an id: 36 bytes.
    mutating func blockReference() throws(FormatError) -> BlockReference {
        let start = offset
        let length = Int(try integer(UInt32.self))
        guard length > 0 else { throw FormatError(.badLength, "a block has no bytes", at: start) }
        guard length <= Limits.blockSizeMax else {
            throw FormatError(.tooLarge, "a block is longer than \(Limits.blockSizeMax) bytes", at: start)
        }
        return BlockReference(id: try digest(), length: length)
    }

    /// The six bytes that begin every form.
    mutating func preamble(_ magic: Magic) throws(FormatError) {
        let start = offset
        guard try integer(UInt32.self) == magic.rawValue else {
            throw FormatError(.badMagic, "the first four bytes name another form", at: start)
        }
        guard try integer(UInt8.self) == Magic.version else {
            throw FormatError(.badVersion, "only version \(Magic.version) is known", at: start + 4)
        }
        guard try integer(UInt8.self) == Magic.algorithm else {
            throw FormatError(.badAlgorithm, "only digest algorithm \(Magic.algorithm) is known", at: start + 5)
        }
    }

    /// Reserved bytes, which must be zero.
    mutating func zeros(_ count: Int) throws(FormatError) {
        let start = offset
        guard try run(count).allSatisfy({ $0 == 0 }) else {
            throw FormatError(.notZero, "reserved bytes are not zero", at: start)
        }
    }

    func end() throws(FormatError) {
        guard remaining == 0 else {
            throw FormatError(.trailingBytes, "\(remaining) bytes follow the end", at: offset)
        }
    }

    private func need(_ count: Int) throws(FormatError) {
        guard count <= remaining else {
            throw FormatError(.truncated, "\(count) bytes are needed and \(remaining) are there", at: offset)
        }
    }
}
