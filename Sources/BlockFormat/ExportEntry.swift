package import PawlModel

/// The raw bytes of a journal record in an exported game: a row, with the manifest of a version.
package struct ExportEntry: Hashable, Sendable {
    /// What it is a row of, by the name of its table; or one of the marks.
    package var resource: String
    /// The row as JSON text in UTF-8.
    package var row: [UInt8]
    /// The packed manifest of a version; empty for all else.
    package var manifest: [UInt8]

    /// The first entry: which game it is, and when it was exported.
    package static let head = "export"
    /// Behind the last row, before the blocks: how many rows there were.
    package static let rowsEnd = "rows_end"
    /// The last entry: how many blocks there were. What has none is not whole.
    package static let end = "export_end"

    package init(_ resource: String, row: [UInt8], manifest: [UInt8] = []) {
        self.resource = resource
        self.row = row
        self.manifest = manifest
    }

    package init(_ resource: String, _ row: JSONObject, manifest: [UInt8] = []) {
        self.init(resource, row: Array(JSONValue.object(row).data), manifest: manifest)
    }

    /// Magic, version, algorithm, then each part behind its length as a big-endian number of 16 or 32 bits.
    package func encode() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16 + resource.utf8.count + row.count + manifest.count)
        bytes.append(preamble: .exportEntry)
        bytes.append(bigEndian: UInt16(resource.utf8.count))
        bytes.append(contentsOf: resource.utf8)
        bytes.append(bigEndian: UInt32(row.count))
        bytes.append(contentsOf: row)
        bytes.append(bigEndian: UInt32(manifest.count))
        bytes.append(contentsOf: manifest)
        return bytes
    }

    package init(parsing bytes: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = ByteReader(bytes)
        try reader.preamble(.exportEntry)
        let name = try reader.run(Int(try reader.integer(UInt16.self)))
        guard let resource = String(validating: name, as: UTF8.self) else {
            throw FormatError(.badName, "the name of a resource is not UTF-8", at: 8)
        }
        let row = Array(try reader.run(Int(try reader.integer(UInt32.self))))
        let manifest = Array(try reader.run(Int(try reader.integer(UInt32.self))))
        try reader.end()
        self.init(resource, row: row, manifest: manifest)
    }

    /// Reads the stored bytes of its record, which are verified.
    package init(_ header: RecordHeader, stored: UnsafeRawBufferPointer) throws(FormatError) {
        guard header.kind == .journal else {
            throw FormatError(.unknownKind, "a row is a journal record", at: 6)
        }
        switch header.encoding {
        case .raw: try self.init(parsing: stored)
        case .deflate: try self.init(parsing: try Deflate.inflate(stored, rawLength: header.rawLength))
        }
    }

    private init(parsing bytes: [UInt8]) throws(FormatError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(FormatError) in
            try ExportEntry(parsing: UnsafeRawBufferPointer(buffer))
        }
    }

    /// The whole record, its header first. Nil when it is too long for one.
    package func record() -> [UInt8]? {
        let raw = encode()
        guard raw.count <= RecordHeader.journalSizeMax else { return nil }
        let (header, stored) = RecordHeader.journal(raw)
        return header.bytes + stored
    }
}
