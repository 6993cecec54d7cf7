package import PawlModel

/// A run of a directory's entries as a row keeps it: up to `Limits.entryPageEntries`, without their blocks, which the
/// manifest pages list.
///
/// It has no checksum and no count of its own: it lives in a row, whose columns say where it begins.
package enum EntryPage {
    /// Cuts entries into runs that make one page each.
    package static func runs(of entries: [Entry]) -> [ArraySlice<Entry>] {
        var runs: [ArraySlice<Entry>] = []
        var (start, size) = (0, 0)
        for (index, entry) in entries.enumerated() {
            let length = entry.packedByteCount
            if index > start, index - start == Limits.entryPageEntries || size + length > Limits.entryPageSize {
                runs.append(entries[start..<index])
                (start, size) = (index, 0)
            }
            size += length
        }
        // A directory without entries has a page, too: it tells the version from one of a file.
        if start < entries.count || entries.isEmpty { runs.append(entries[start...]) }
        return runs
    }

    package static func encode(_ entries: some Collection<Entry>) -> [UInt8] {
        precondition(entries.count <= Limits.entryPageEntries, "a page holds at most 256 entries")
        var bytes: [UInt8] = []
        bytes.append(preamble: .entryPage)
        bytes.append(bigEndian: UInt16(0))
        for entry in entries { entry.append(to: &bytes) }
        return bytes
    }

    /// Reads a page whose first file begins at `offset` of the content.
    package static func parse(_ bytes: [UInt8], from offset: Int64) throws(FormatError) -> [Entry] {
        try bytes.withUnsafeBufferPointer { buffer throws(FormatError) in
            var reader = ByteReader(UnsafeRawBufferPointer(buffer))
            try reader.preamble(.entryPage)
            try reader.zeros(2)
            var entries: [Entry] = []
            var offset = offset
            while reader.remaining > 0 {
                let start = reader.offset
                guard entries.count < Limits.entryPageEntries else {
                    throw FormatError(.tooLarge, "a page holds at most \(Limits.entryPageEntries) entries", at: start)
                }
                let entry = try Entry(reading: &reader, contentOffset: offset)
                let (end, overflow) = offset.addingReportingOverflow(entry.size)
                guard !overflow else { throw FormatError(.tooLarge, "the sizes together overflow", at: start) }
                offset = end
                entries.append(entry)
            }
            return entries
        }
    }
}

extension Manifest {
    /// The entries as they are listed: each file with its root and where it begins, and without its blocks.
    package var listed: [PawlModel.Entry] {
        var offset: Int64 = 0
        return entries.map { entry in
            defer { offset += entry.size }
            return PawlModel.Entry(
                path: entry.path, kind: PawlModel.Entry.Kind(entry.kind), isExecutable: entry.isExecutable,
                size: entry.size, root: entry.kind == .file ? entry.root : nil,
                target: entry.kind == .symlink ? entry.target : nil, offset: offset,
                blockCount: Int64(entry.blocks.count))
        }
    }

    /// Puts a directory together again: its entries as they are listed, and all blocks in order. Throws when those do not
    /// fit each other.
    package init(
        listed: [PawlModel.Entry], blocks: [BlockReference], profile: String
    ) throws(FormatError) {
        var rest = blocks[...]
        var entries: [Entry] = []
        entries.reserveCapacity(listed.count)
        for entry in listed {
            let own = rest.prefix(Int(entry.blockCount))
            guard own.count == entry.blockCount else {
                throw FormatError(.badLength, "the entries have more blocks than the version")
            }
            rest = rest.dropFirst(own.count)
            entries.append(
                Entry(
                    kind: Entry.Kind(entry.kind), isExecutable: entry.isExecutable, path: entry.path, size: entry.size,
                    blocks: Array(own), target: entry.target ?? ""))
        }
        guard rest.isEmpty else { throw FormatError(.badLength, "the version has more blocks than its entries") }
        self.init(directory: entries, profile: profile)
    }
}

extension Entry.Kind {
    init(_ kind: Manifest.Entry.Kind) {
        self =
            switch kind {
            case .file: .file
            case .directory: .directory
            case .symlink: .symlink
            }
    }
}

extension Manifest.Entry.Kind {
    init(_ kind: Entry.Kind) {
        self =
            switch kind {
            case .file: .file
            case .directory: .directory
            case .symlink: .symlink
            }
    }
}

extension Entry {
    /// Of its packed form: kind, executable, path, and what its kind adds.
    fileprivate var packedByteCount: Int {
        let head = 4 + path.utf8.count
        return switch kind {
        case .file: head + 8 + 4 + Digest.byteCount
        case .directory: head
        case .symlink: head + 2 + (target ?? "").utf8.count
        }
    }

    fileprivate func append(to bytes: inout [UInt8]) {
        bytes.append(Manifest.Entry.Kind(kind).rawValue)
        bytes.append(isExecutable ? 1 : 0)
        bytes.append(bigEndian: UInt16(path.utf8.count))
        bytes.append(contentsOf: path.utf8)
        switch kind {
        case .file:
            bytes.append(bigEndian: UInt64(size))
            bytes.append(bigEndian: UInt32(blockCount))
            bytes.append(root ?? .zero)
        case .directory: break
        case .symlink:
            let target = target ?? ""
            bytes.append(bigEndian: UInt16(target.utf8.count))
            bytes.append(contentsOf: target.utf8)
        }
    }

    fileprivate init(reading reader: inout ByteReader, contentOffset: Int64) throws(FormatError) {
        let start = reader.offset
        let kindByte = try reader.integer(UInt8.self)
        guard let kind = Manifest.Entry.Kind(rawValue: kindByte) else {
            throw FormatError(.unknownKind, "\(kindByte) is no kind of entry", at: start)
        }
        let executable = try reader.integer(UInt8.self)
        guard executable <= 1 else { throw FormatError(.notZero, "the executable byte is 0 or 1", at: start + 1) }
        let path = try Self.text(reading: &reader)
        self.init(path: path, kind: Kind(kind), isExecutable: executable == 1, offset: contentOffset)
        switch kind {
        case .file:
            size = try reader.int64()
            blockCount = Int64(try reader.integer(UInt32.self))
            root = try reader.digest()
        case .directory: break
        case .symlink: target = try Self.text(reading: &reader)
        }
    }

    private static func text(reading reader: inout ByteReader) throws(FormatError) -> String {
        let start = reader.offset
        let count = Int(try reader.integer(UInt16.self))
        guard let text = String(validating: try reader.run(count), as: UTF8.self) else {
            throw FormatError(.badPath, "a path or target is not UTF-8", at: start)
        }
        return text
    }
}
