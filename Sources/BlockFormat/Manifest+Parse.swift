import PawlModel

extension Manifest {
    package init(parsing bytes: [UInt8]) throws(FormatError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(FormatError) in
            try Manifest(parsing: UnsafeRawBufferPointer(buffer))
        }
    }

    /// Reads the packed form, which is all of `bytes`, and holds it to the rules.
    ///
    /// Nothing is allocated because of a count before the bytes for it are known to be there.
    package init(parsing bytes: UnsafeRawBufferPointer) throws(FormatError) {
        var whole = ByteReader(bytes)
        try whole.preamble(.manifest)
        guard bytes.count >= 32 else {
            throw FormatError(.truncated, "a manifest has at least 32 bytes", at: bytes.count)
        }
        let body = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 4)])
        guard CRC32.checksum(body) == bytes.bigEndianUInt32(at: body.count) else {
            throw FormatError(.badChecksum, "the manifest does not match its CRC-32", at: body.count)
        }
        var reader = ByteReader(body)
        try reader.preamble(.manifest)
        let kindByte = try reader.integer(UInt8.self)
        guard let kind = Kind(rawValue: kindByte) else {
            throw FormatError(.unknownKind, "\(kindByte) is no kind of asset", at: 6)
        }
        try reader.zeros(1)
        let profile = try Self.profile(reading: &reader)
        let entries = try Self.entries(reading: &reader, kind: kind)
        try reader.end()
        self.init(kind: kind, profile: profile, entries: entries)
    }

    private static func profile(reading reader: inout ByteReader) throws(FormatError) -> String {
        let start = reader.offset
        let padded = try reader.run(profileByteCount)
        let name = padded.prefix { $0 != 0 }
        guard padded.dropFirst(name.count).allSatisfy({ $0 == 0 }) else {
            throw FormatError(.notZero, "zero bytes follow the name of the profile", at: start)
        }
        let profile = String(decoding: name, as: UTF8.self)
        try ManifestRules.check(profile: profile, at: start)
        return profile
    }

    private static func entries(reading reader: inout ByteReader, kind: Kind) throws(FormatError) -> [Entry] {
        let start = reader.offset
        let count = Int(try reader.integer(UInt32.self))
        guard count <= reader.remaining / entryByteCountMin else {
            throw FormatError(.truncated, "\(count) entries do not fit in \(reader.remaining) bytes", at: start)
        }
        guard count <= Limits.entriesMax else {
            throw FormatError(.tooLarge, "a version has at most \(Limits.entriesMax) entries", at: start)
        }
        var rules = ManifestRules(kind: kind)
        var entries: [Entry] = []
        entries.reserveCapacity(count)
        for index in 0..<count {
            let start = reader.offset
            do {
                let entry = try Entry(reading: &reader)
                try rules.admit(entry, at: start)
                entries.append(entry)
            } catch {
                throw kind == .file ? error : error.of(entry: index)
            }
        }
        try rules.finish()
        return entries
    }
}

extension Manifest.Entry {
    init(reading reader: inout ByteReader) throws(FormatError) {
        let start = reader.offset
        let kindByte = try reader.integer(UInt8.self)
        guard let kind = Kind(rawValue: kindByte) else {
            throw FormatError(.unknownKind, "\(kindByte) is no kind of entry", at: start)
        }
        let executable = try reader.integer(UInt8.self)
        guard executable <= 1 else {
            throw FormatError(.notZero, "the executable byte is 0 or 1", at: start + 1)
        }
        let path = try Self.text(reading: &reader, count: Int(try reader.integer(UInt16.self)))
        let size = try reader.int64()
        let count = Int(try reader.integer(UInt32.self))
        var blocks: [BlockReference] = []
        var target = ""
        switch kind {
        case .file:
            blocks = try Self.blocks(reading: &reader, count: count)
        case .directory:
            guard count == 0 else { throw FormatError(.notZero, "a directory has no blocks", at: start) }
        case .symlink:
            target = try Self.text(reading: &reader, count: count)
        }
        self.init(
            kind: kind, isExecutable: executable == 1, path: path, size: size, blocks: blocks, target: target)
    }

    private static func blocks(reading reader: inout ByteReader, count: Int) throws(FormatError) -> [BlockReference] {
        guard count <= reader.remaining / BlockReference.byteCount else {
            throw FormatError(.truncated, "\(count) blocks do not fit in \(reader.remaining) bytes", at: reader.offset)
        }
        var blocks: [BlockReference] = []
        blocks.reserveCapacity(count)
        for _ in 0..<count { blocks.append(try reader.blockReference()) }
        return blocks
    }

    private static func text(reading reader: inout ByteReader, count: Int) throws(FormatError) -> String {
        let start = reader.offset
        guard let text = String(validating: try reader.run(count), as: UTF8.self) else {
            throw FormatError(.badPath, "a path or target is not UTF-8", at: start)
        }
        return text
    }
}
