package import PawlModel

/// Writes the packed form of a manifest piece by piece, for one that is not to be in memory as a whole.
///
/// After `init`, each entry begins with `begin` and is followed by its own blocks; `finish` ends it. What was written so
/// far is taken with `take`.
package struct ManifestWriter: Sendable {
    private var bytes: [UInt8] = []
    /// CRC-32 of what was taken.
    private var checksum: UInt32 = 0

    package init(kind: Manifest.Kind, profile: String, entryCount: Int) {
        bytes.append(manifest: kind, profile: profile, entryCount: entryCount)
    }

    /// Of the whole form without its entries, in bytes.
    package static let byteCount = 32

    /// What an entry adds to the form with all its blocks, in bytes.
    package static func byteCount(of entry: Entry) -> Int64 {
        let head = Int64(Manifest.entryByteCountMin + entry.path.utf8.count)
        return head + entry.blockCount * Int64(BlockReference.byteCount) + Int64((entry.target ?? "").utf8.count)
    }

    /// What was written and not taken yet, in bytes.
    package var waiting: Int { bytes.count }

    package mutating func begin(_ entry: Entry) {
        let target = entry.target ?? ""
        let count = entry.kind == .symlink ? target.utf8.count : Int(entry.blockCount)
        bytes.append(
            entry: Manifest.Entry.Kind(entry.kind), isExecutable: entry.isExecutable, path: entry.path,
            size: entry.size, count: count)
        bytes.append(contentsOf: target.utf8)
    }

    package mutating func append(_ block: BlockReference) {
        bytes.append(block)
    }

    package mutating func take() -> [UInt8] {
        checksum = bytes.withUnsafeBytes { CRC32.checksum($0, continuing: checksum) }
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// The rest.
    package mutating func finish() -> [UInt8] {
        var rest = take()
        rest.append(bigEndian: checksum)
        return rest
    }
}

extension [UInt8] {
    /// What stands before the entries of a manifest.
    mutating func append(manifest kind: Manifest.Kind, profile: String, entryCount: Int) {
        append(preamble: .manifest)
        append(kind.rawValue)
        append(0)
        precondition(profile.utf8.count <= Manifest.profileByteCount, "a profile's name has at most 16 bytes")
        append(contentsOf: profile.utf8)
        append(contentsOf: repeatElement(0, count: Manifest.profileByteCount - profile.utf8.count))
        append(bigEndian: UInt32(entryCount))
    }

    /// What stands before the blocks or the target of an entry.
    mutating func append(
        entry kind: Manifest.Entry.Kind, isExecutable: Bool, path: String, size: Int64, count: Int
    ) {
        append(kind.rawValue)
        append(isExecutable ? 1 : 0)
        append(bigEndian: UInt16(path.utf8.count))
        append(contentsOf: path.utf8)
        append(bigEndian: UInt64(size))
        append(bigEndian: UInt32(count))
    }
}
