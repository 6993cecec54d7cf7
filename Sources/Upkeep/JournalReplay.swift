import BlockFormat
import Blocks
import Metadata
import NIOCore
import PawlModel

/// What the journal tells of each row at last: where its entries are, for they may be too many for memory.
struct JournalReplay: Sendable {
    /// Where an entry is.
    struct Place: Hashable, Sendable {
        var segment: Int64
        /// Of the record's header, in bytes.
        var position: Int64
    }

    /// The last entry of each row that is there.
    private var places: [JournalEntry.Resource: [ResourceID: Place]] = [:]
    /// The last entry of each version that has its manifest.
    private var contents: [ResourceID: Place] = [:]
    /// The highest number that each asset gave to a version that is gone.
    private(set) var numbers: [ResourceID: Int64] = [:]
    /// Where the journal ends.
    private(set) var mark = JournalMark(sequence: 0, segment: 0, length: 0)

    /// By id, which is the order in which they were made.
    func last(_ resource: JournalEntry.Resource) -> [Place] {
        (places[resource] ?? [:]).sorted { $0.key < $1.key }.map(\.value)
    }

    /// The last entry of each version, and the one with its manifest.
    var versions: [(last: Place, content: Place?)] {
        (places[.version] ?? [:]).sorted { $0.key < $1.key }.map { ($0.value, contents[$0.key]) }
    }

    static func read(
        _ storage: any SegmentStorage, _ progress: @Sendable (String) -> Void, _ report: inout RebuildReport
    ) async throws -> JournalReplay {
        var replay = JournalReplay()
        var versionNumbers: [ResourceID: (asset: ResourceID, number: Int64)] = [:]
        for number in try await storage.numbers() {
            progress("journal \(number)")
            let source = try await storage.read(number)
            let length = try await storage.length(of: number) ?? 0
            let salvage = try await SegmentSalvage.read(source, length: length) { position, record, payload in
                guard record.kind == .journal, let entry = try? entry(record, payload) else { return }
                replay.add(entry, at: Place(segment: number, position: position), &versionNumbers)
            }
            try? await source.close()
            for damage in salvage.damages {
                report.findings.append(
                    "journal segment \(number): bytes \(damage.lowerBound) to \(damage.upperBound) are damaged")
            }
            replay.mark = JournalMark(sequence: 0, segment: number, length: salvage.isSealed ? length : salvage.end)
        }
        return replay
    }

    private mutating func add(
        _ entry: JournalEntry, at place: Place, _ versions: inout [ResourceID: (asset: ResourceID, number: Int64)]
    ) {
        guard entry.resource == .version else {
            places[entry.resource, default: [:]][entry.id] = entry.row.isEmpty ? nil : place
            return
        }
        if entry.row.isEmpty {
            if let (asset, number) = versions[entry.id] { numbers[asset] = max(numbers[asset] ?? 0, number) }
            places[.version, default: [:]][entry.id] = nil
            contents[entry.id] = nil
            return
        }
        if let version = try? JSONValue(parsing: entry.row).decoded(as: Version.self) {
            versions[entry.id] = (version.assetID, version.number)
        }
        places[.version, default: [:]][entry.id] = place
        if !entry.manifest.isEmpty { contents[entry.id] = place }
    }

    static func entry(at place: Place, in storage: any SegmentStorage) async throws -> JournalEntry {
        let source = try await storage.read(place.segment)
        do {
            let head = try await source.read(RecordHeader.byteCount, at: place.position)
            let record = try head.withUnsafeReadableBytes { try RecordHeader(parsing: $0) }
            let payload = try await source.read(
                record.storedLength, at: place.position + Int64(RecordHeader.byteCount))
            try? await source.close()
            return try entry(record, payload)
        } catch {
            try? await source.close()
            throw error
        }
    }

    private static func entry(_ record: RecordHeader, _ payload: ByteBuffer) throws -> JournalEntry {
        switch record.encoding {
        case .raw: try payload.withUnsafeReadableBytes { try JournalEntry(parsing: $0) }
        case .deflate:
            try JournalEntry(
                parsing: payload.withUnsafeReadableBytes {
                    try Deflate.inflate($0, rawLength: record.rawLength)
                })
        }
    }
}
