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
        bytes.append(manifest: kind, profile: profile, entryCount: entries.count)
        for entry in entries { entry.append(to: &bytes) }
        bytes.appendChecksum()
        return bytes
    }
}

extension Manifest.Entry {
    func append(to bytes: inout [UInt8]) {
        let count = kind == .symlink ? target.utf8.count : blocks.count
        bytes.append(entry: kind, isExecutable: isExecutable, path: path, size: size, count: count)
        for block in blocks { bytes.append(block) }
        bytes.append(contentsOf: target.utf8)
    }
}
