import PawlModel

extension Manifest {
    /// The length of the profile's name in the packed form, zero padded.
    static let profileByteCount = 16
    /// The bytes of an entry before its path, and those between its path and its blocks or target.
    static let entryByteCountMin = 4 + 12

    /// The packed form, for the wire and for exports. The manifest must keep the rules (`validate()`).
    package func encode() -> [UInt8] {
        var bytes: [UInt8] = []
        let pathBytes = entries.reduce(0) { $0 + $1.path.utf8.count + $1.target.utf8.count }
        bytes.reserveCapacity(
            32 + entries.count * Self.entryByteCountMin + pathBytes + blockCount * BlockReference.byteCount)
        bytes.append(preamble: .manifest)
        bytes.append(kind.rawValue)
        bytes.append(0)
        precondition(profile.utf8.count <= Self.profileByteCount, "a profile's name has at most 16 bytes")
        bytes.append(contentsOf: profile.utf8)
        bytes.append(contentsOf: repeatElement(0, count: Self.profileByteCount - profile.utf8.count))
        bytes.append(bigEndian: UInt32(entries.count))
        for entry in entries { entry.append(to: &bytes) }
        bytes.appendChecksum()
        return bytes
    }
}

extension Manifest.Entry {
    func append(to bytes: inout [UInt8]) {
        bytes.append(kind.rawValue)
        bytes.append(isExecutable ? 1 : 0)
        bytes.append(bigEndian: UInt16(path.utf8.count))
        bytes.append(contentsOf: path.utf8)
        bytes.append(bigEndian: UInt64(size))
        switch kind {
        case .file:
            bytes.append(bigEndian: UInt32(blocks.count))
            for block in blocks { bytes.append(block) }
        case .directory:
            bytes.append(bigEndian: UInt32(0))
        case .symlink:
            bytes.append(bigEndian: UInt32(target.utf8.count))
            bytes.append(contentsOf: target.utf8)
        }
    }
}
