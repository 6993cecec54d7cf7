import PawlModel

// The two ways to write packed fields: to the end of an array, and into a fixed place of a header.

extension [UInt8] {
    mutating func append(bigEndian value: some FixedWidthInteger & BitwiseCopyable) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    /// The six bytes that begin every form.
    mutating func append(preamble magic: Magic) {
        append(bigEndian: magic.rawValue)
        append(Magic.version)
        append(Magic.algorithm)
    }

    mutating func append(_ digest: Digest) {
        // Not through `Digest.bytes`, which allocates: a manifest appends many thousands.
        withUnsafeTemporaryAllocation(byteCount: Digest.byteCount, alignment: 8) { buffer in
            digest.write(to: buffer)
            append(contentsOf: UnsafeRawBufferPointer(buffer))
        }
    }

    mutating func append(_ block: BlockReference) {
        append(bigEndian: UInt32(block.length))
        append(block.id)
    }

    /// The CRC-32 of everything before it.
    mutating func appendChecksum() {
        append(bigEndian: withUnsafeBytes { CRC32.checksum($0) })
    }
}

extension UnsafeMutableRawBufferPointer {
    func store(_ value: some FixedWidthInteger & BitwiseCopyable, at offset: Int) {
        storeBytes(of: value.bigEndian, toByteOffset: offset, as: type(of: value))
    }

    /// The six bytes that begin every form.
    func store(preamble magic: Magic) {
        store(magic.rawValue, at: 0)
        store(Magic.version, at: 4)
        store(Magic.algorithm, at: 5)
    }

    /// The CRC-32 of the bytes before `offset`, at `offset`.
    func storeChecksum(at offset: Int) {
        store(CRC32.checksum(UnsafeRawBufferPointer(rebasing: self[..<offset])), at: offset)
    }
}
