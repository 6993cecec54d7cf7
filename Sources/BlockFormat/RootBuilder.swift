package import PawlModel

/// The root of a file, block by block: SHA-256("pawl file 1\0" ‖ (u32 length ‖ block id)…).
///
/// The root says what a file *is*: the same bytes cut the same way have the same one.
package struct RootBuilder: Sendable {
    private var digest = DigestBuilder()

    package init() {
        digest.update(Array("pawl file 1\0".utf8))
    }

    package mutating func append(_ block: BlockReference) {
        withUnsafeTemporaryAllocation(byteCount: BlockReference.byteCount, alignment: 8) { buffer in
            buffer.store(UInt32(block.length), at: 0)
            block.id.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[4...]))
            digest.update(UnsafeRawBufferPointer(buffer))
        }
    }

    /// The root of all blocks so far; more may follow, and this may be asked again.
    package func finalize() -> Digest {
        digest.finalize()
    }
}

/// The root of a directory, entry by entry: SHA-256("pawl tree 1\0" ‖ entries), in the byte order of their paths.
package struct TreeRootBuilder: Sendable {
    private var digest = DigestBuilder()

    package init() {
        digest.update(Array("pawl tree 1\0".utf8))
    }

    /// Adds one entry. `content` is a file's root or the SHA-256 of a link's target; nil for a directory.
    package mutating func append(
        kind: Manifest.Entry.Kind, isExecutable: Bool, path: String, size: Int64, content: Digest?
    ) {
        var bytes: [UInt8] = [kind.rawValue, isExecutable ? 1 : 0]
        bytes.append(bigEndian: UInt16(path.utf8.count))
        bytes.append(contentsOf: path.utf8)
        bytes.append(bigEndian: UInt64(size))
        bytes.append(content ?? .zero)
        digest.update(bytes)
    }

    /// The root of all entries so far; more may follow, and this may be asked again.
    package func finalize() -> Digest {
        digest.finalize()
    }
}
