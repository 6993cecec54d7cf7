package import PawlModel

/// The raw bytes of a journal record: the state of one row, from which a database can be rebuilt.
///
/// The last entry of a row counts. Of a version the manifest is told once; later entries without one leave it as it is.
package struct JournalEntry: Hashable, Sendable {
    /// What kind of row it is. The numbers stand in the packed form.
    package enum Resource: UInt8, Hashable, Sendable, CaseIterable {
        case game = 1
        case asset = 2
        case version = 3
        case channel = 4

        package var idPrefix: String {
            switch self {
            case .game: Game.schema.idPrefix
            case .asset: Asset.schema.idPrefix
            case .version: Version.idPrefix
            case .channel: Channel.schema.idPrefix
            }
        }
    }

    package var resource: Resource
    /// Of the row; its prefix is the resource's.
    package var id: ResourceID
    /// The row as JSON text in UTF-8; empty when it is gone.
    package var row: [UInt8]
    /// The packed manifest of a version; empty when it is not told here.
    package var manifest: [UInt8]

    /// Magic, version, algorithm, resource, zero, the id's UUID.
    private static let prefixByteCount = 24

    package init(_ resource: Resource, id: ResourceID, row: [UInt8], manifest: [UInt8] = []) {
        self.resource = resource
        self.id = id
        self.row = row
        self.manifest = manifest
    }

    package func encode() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.prefixByteCount + 8 + row.count + manifest.count)
        bytes.append(preamble: .journalEntry)
        bytes.append(resource.rawValue)
        bytes.append(0)
        bytes.append(bigEndian: id.value)
        bytes.append(bigEndian: UInt32(row.count))
        bytes.append(contentsOf: row)
        bytes.append(bigEndian: UInt32(manifest.count))
        bytes.append(contentsOf: manifest)
        return bytes
    }

    package init(parsing bytes: [UInt8]) throws(FormatError) {
        self = try bytes.withUnsafeBufferPointer { buffer throws(FormatError) in
            try JournalEntry(parsing: UnsafeRawBufferPointer(buffer))
        }
    }

    package init(parsing bytes: UnsafeRawBufferPointer) throws(FormatError) {
        var reader = ByteReader(bytes)
        try reader.preamble(.journalEntry)
        guard let resource = Resource(rawValue: try reader.integer(UInt8.self)) else {
            throw FormatError(.unknownKind, "an entry is of no kind of row that is known", at: 6)
        }
        try reader.zeros(1)
        let id = ResourceID(prefix: resource.idPrefix, value: try reader.integer(UInt128.self))
        let row = Array(try reader.run(Int(try reader.integer(UInt32.self))))
        let start = reader.offset
        let manifest = Array(try reader.run(Int(try reader.integer(UInt32.self))))
        guard manifest.isEmpty || resource == .version && !row.isEmpty else {
            throw FormatError(.badLength, "only a version that is there has a manifest", at: start)
        }
        try reader.end()
        self.init(resource, id: id, row: row, manifest: manifest)
    }
}
