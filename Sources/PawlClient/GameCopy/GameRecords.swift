internal import BlockFormat
internal import NIOCore
internal import PawlModel

/// Cuts the bytes of an exported game into records as they come, and proves each.
struct GameRecords {
    private var rest = ByteBuffer()
    /// Where the next record begins, in bytes.
    private(set) var offset: Int64 = 0

    /// A record, header and stored bytes back to back.
    struct Record: Sendable {
        var header: RecordHeader
        var bytes: ByteBuffer

        /// The row that it is, with its manifest.
        func entry() throws(FormatError) -> ExportEntry {
            try bytes.withUnsafeReadableBytes { bytes throws(FormatError) in
                try ExportEntry(header, stored: UnsafeRawBufferPointer(rebasing: bytes[RecordHeader.byteCount...]))
            }
        }
    }

    /// Whether nothing is left that is no whole record.
    var isAtBoundary: Bool { rest.readableBytes == 0 }

    mutating func append(_ bytes: ByteBuffer) { rest.writeImmutableBuffer(bytes) }

    /// The next record; nil until more has come.
    mutating func next() throws -> Record? {
        guard rest.readableBytes >= RecordHeader.byteCount else { return nil }
        let header = try rest.withUnsafeReadableBytes { try RecordHeader(parsing: $0) }
        guard let bytes = rest.readSlice(length: header.recordLength) else { return nil }
        try bytes.withUnsafeReadableBytes { bytes in
            try header.verify(payload: UnsafeRawBufferPointer(rebasing: bytes[RecordHeader.byteCount...]))
        }
        offset += Int64(header.recordLength)
        rest.discardReadBytes()
        return Record(header: header, bytes: bytes)
    }
}

/// What an exported game has told so far.
struct GameContents {
    private(set) var head: JSONObject?
    private(set) var hasRows = false
    private(set) var isWhole = false
    private(set) var rowCount: Int64 = 0
    private(set) var versions: [(version: Version, manifest: Manifest)] = []
    private(set) var blocks: Set<Digest> = []
    private(set) var blockBytes: Int64 = 0

    /// Throws when a record is not what may come next.
    mutating func take(_ record: GameRecords.Record) throws {
        guard !isWhole else { throw FormatError(.trailingBytes, "something follows the end of the export") }
        guard record.header.kind == .journal else {
            guard record.header.kind == .block, hasRows else {
                throw FormatError(.badOrder, "a block stands where a row is expected")
            }
            if blocks.insert(record.header.id).inserted { blockBytes += Int64(record.header.rawLength) }
            return
        }
        let entry = try record.entry()
        switch entry.resource {
        case ExportEntry.head:
            let object = try JSONValue(parsing: entry.row).object ?? [:]
            guard head == nil, object["format"]?.string == GameImport.format else {
                throw FormatError(.badVersion, "it is of a form that this pawl does not know")
            }
            head = object
        case ExportEntry.rowsEnd: hasRows = true
        case ExportEntry.end: isWhole = true
        default:
            guard head != nil, !hasRows else { throw FormatError(.badOrder, "a row stands behind the rows") }
            rowCount += 1
            if entry.resource == Version.schema.name {
                let version = try JSONValue(parsing: entry.row).decoded(as: Version.self)
                versions.append((version, try Manifest(parsing: entry.manifest)))
            }
        }
    }

    /// Bytes of all blocks, each once.
    var bytesTotal: Int64 {
        var seen: Set<Digest> = []
        var sum: Int64 = 0
        for (_, manifest) in versions {
            for block in manifest.entries.lazy.flatMap(\.blocks) where seen.insert(block.id).inserted {
                sum += Int64(block.length)
            }
        }
        return sum
    }
}

/// What an export or an import has done.
public struct GameCopySummary: Hashable, Sendable {
    /// Its slug.
    public var game: String
    public var rows: Int64 = 0
    public var versions = 0
    /// Distinct ones, and their bytes.
    public var blocks = 0
    public var bytesTotal: Int64 = 0
    /// Bytes of blocks that went over the wire.
    public var bytesSent: Int64 = 0
    public var duration: Duration = .zero
    /// Whether all of it was there before.
    public var wasThere = false
}
