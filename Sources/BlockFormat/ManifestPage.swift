import PawlModel

/// A run of a file's blocks as a row keeps it: up to `Limits.manifestPageEntries` of (u32 length, id).
///
/// It has no checksum and no count of its own: it lives in a row, whose columns say how much it covers.
package enum ManifestPage {
    /// Magic, version, algorithm, u16 zero.
    private static let prefixByteCount = 8

    package static func encode(_ blocks: [BlockReference]) -> [UInt8] {
        precondition(blocks.count <= Limits.manifestPageEntries, "a page holds at most 1024 blocks")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(prefixByteCount + blocks.count * BlockReference.byteCount)
        bytes.append(preamble: .manifestPage)
        bytes.append(bigEndian: UInt16(0))
        for block in blocks { bytes.append(block) }
        return bytes
    }

    package static func parse(_ bytes: [UInt8]) throws(FormatError) -> [BlockReference] {
        try bytes.withUnsafeBufferPointer { buffer throws(FormatError) in
            try parse(UnsafeRawBufferPointer(buffer))
        }
    }

    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> [BlockReference] {
        var reader = ByteReader(bytes)
        try reader.preamble(.manifestPage)
        try reader.zeros(2)
        let (count, rest) = reader.remaining.quotientAndRemainder(dividingBy: BlockReference.byteCount)
        guard count <= Limits.manifestPageEntries else {
            throw FormatError(.tooLarge, "a page holds at most \(Limits.manifestPageEntries) blocks", at: reader.offset)
        }
        guard rest == 0 else {
            throw FormatError(.truncated, "the last block of a page is cut off", at: bytes.count)
        }
        var blocks: [BlockReference] = []
        blocks.reserveCapacity(count)
        for _ in 0..<count { blocks.append(try reader.blockReference()) }
        return blocks
    }
}
