package import BlockFormat
package import PawlModel

/// What the journal in the segments has yet to tell, and how far it is.
///
/// The database itself notes each change of a game, an asset, a version or a channel, in the transaction that makes it.
package struct SegmentJournalRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// The sequence of the last change; 0 when there never was one.
    package func last() throws -> Int64 {
        try sql.row("SELECT COALESCE(MAX(sequence), 0) AS last FROM segment_journal")?.integer("last") ?? 0
    }

    /// Changes behind a sequence, in order.
    package func notes(after sequence: Int64, limit: Int) throws -> [JournalNote] {
        try sql.rows(
            """
            SELECT sequence, resource, row_id, has_content FROM segment_journal WHERE sequence > ?
            ORDER BY sequence LIMIT ?
            """, [.integer(sequence), .integer(limit)]
        ).map { row in
            guard let resource = JournalEntry.Resource(table: try row.text("resource")) else {
                throw SQLError.corrupt("segment_journal names an unknown table")
            }
            return JournalNote(
                sequence: try row.integer("sequence"), resource: resource, rowID: try row.id("row_id"),
                hasContent: try row.boolean("has_content"))
        }
    }

    package func mark() throws -> JournalMark {
        guard let row = try sql.row("SELECT sequence, segment, length FROM segment_journal_mark WHERE number = 1")
        else {
            throw SQLError.corrupt("the journal has no mark")
        }
        return JournalMark(
            sequence: try row.integer("sequence"), segment: try row.integer("segment"),
            length: try row.integer("length"))
    }

    /// Notes how far the journal is durable, and forgets what it has told. The last change stays, so that no later one
    /// gets its sequence.
    package func set(_ mark: JournalMark) throws {
        try sql.execute(
            "UPDATE segment_journal_mark SET sequence = ?, segment = ?, length = ? WHERE number = 1",
            [.integer(mark.sequence), .integer(mark.segment), .integer(mark.length)])
        if mark.segment > 0 { try keepSegment(mark.segment, length: mark.length) }
        try sql.execute(
            """
            DELETE FROM segment_journal
            WHERE sequence <= ? AND sequence < (SELECT MAX(sequence) FROM segment_journal)
            """, [.integer(mark.sequence)])
    }

    /// Has the next rows of a resource told again, by id. Answers the last of them, and the sequence that it got; nil when
    /// there are none.
    package func note(
        _ resource: JournalEntry.Resource, after last: ResourceID?, limit: Int
    ) throws -> (row: ResourceID, sequence: Int64)? {
        let count = try sql.execute(
            """
            INSERT INTO segment_journal (resource, row_id, has_content)
            SELECT '\(resource.table)', id, \(resource == .version ? 1 : 0) FROM \(resource.table)
            WHERE id > ? ORDER BY id LIMIT ?
            """, [last.map { .id($0) } ?? .text(""), .integer(limit)])
        guard count > 0,
            let row = try sql.row("SELECT row_id, sequence FROM segment_journal ORDER BY sequence DESC LIMIT 1")
        else { return nil }
        return (try row.id("row_id"), try row.integer("sequence"))
    }

    // MARK: Its segments

    /// Every segment of the journal, and how much of it is durable at least, in bytes.
    package func segments() throws -> [Int64: Int64] {
        try sql.rows("SELECT number, length FROM journal_segments").reduce(into: [:]) { segments, row in
            segments[try row.integer("number")] = try row.integer("length")
        }
    }

    package func keepSegment(_ number: Int64, length: Int64) throws {
        try sql.execute(
            """
            INSERT INTO journal_segments (number, length) VALUES (?, ?)
            ON CONFLICT (number) DO UPDATE SET length = excluded.length
            """, [.integer(number), .integer(length)])
    }

    package func forgetSegment(_ number: Int64) throws {
        try sql.execute("DELETE FROM journal_segments WHERE number = ?", [.integer(number)])
    }

    package func forgetSegments(before number: Int64) throws {
        try sql.execute("DELETE FROM journal_segments WHERE number < ?", [.integer(number)])
    }

    // MARK: What is told

    /// About the bytes that all rows have when each is told once: rather more than fewer.
    package func size() throws -> Int64 {
        var bytes: Int64 = 0
        for resource in JournalEntry.Resource.allCases {
            let rows = try sql.row("SELECT COUNT(*) AS count FROM \(resource.table)")
            bytes += (try rows?.integer("count") ?? 0) * 1024
        }
        let contents = try sql.row(
            """
            SELECT COALESCE(SUM(block_count), 0) AS blocks, COALESCE(SUM(entry_count), 0) AS entries FROM versions
            WHERE state <> 'verifying' AND given_back_to IS NULL
            """)
        return bytes + (try contents?.integer("blocks") ?? 0) * 36 + (try contents?.integer("entries") ?? 0) * 128
    }

    /// The entry of a row as it is now.
    package func entry(of note: JournalNote) throws -> JournalEntry {
        var entry = JournalEntry(note.resource, id: note.rowID, row: [])
        switch note.resource {
        case .game:
            guard var row = try ResourceTable(Game.schema).row(note.rowID, in: sql) else { return entry }
            row[JournalNames.gameNumber] = try GameNumbers(sql).existing(note.rowID).map { .int($0) } ?? .null
            entry.row = Array(JSONValue.object(row).data)
        case .asset:
            guard var row = try ResourceTable(Asset.schema).anyRow(note.rowID, in: sql),
                let deletion = try DeletedVersions(sql).deletion(ofAsset: note.rowID), deletion != .final
            else { return entry }
            row[JournalNames.deletedAt] = deletion.jsonValue
            let counter = try sql.row(
                "SELECT last_number FROM version_counters WHERE asset_id = ?", [.id(note.rowID)])
            row[JournalNames.lastNumber] = .int(try counter?.integer("last_number") ?? 0)
            entry.row = Array(JSONValue.object(row).data)
        case .channel:
            guard let row = try ResourceTable(Channel.schema).anyRow(note.rowID, in: sql) else { return entry }
            entry.row = Array(JSONValue.object(row).data)
        case .version:
            guard let version = try VersionRows(sql).any(note.rowID),
                let deletion = try DeletedVersions(sql).deletion(ofVersion: note.rowID), deletion != .final
            else { return entry }
            var row = try JSONValue(version).object ?? [:]
            row[JournalNames.deletedAt] = deletion.jsonValue
            entry.row = Array(JSONValue.object(row).data)
            // What is being proven is lost with its upload; it is told whole when it is seen.
            if note.hasContent, version.state != .verifying {
                entry.manifest = try VersionRows(sql).manifest(of: version.id)?.encode() ?? []
            }
        }
        return entry
    }
}

/// Names in the rows of journal entries beside the fields of their resources.
enum JournalNames {
    /// The short number that segments know a game by.
    static let gameNumber = "number"
    /// The last number that an asset gave to a version.
    static let lastNumber = "last_version_number"
    /// When an asset or a version was deleted that can still be taken back.
    static let deletedAt = "deleted_at"
}

/// A change of a row that the journal is to tell.
package struct JournalNote: Hashable, Sendable {
    package var sequence: Int64
    package var resource: JournalEntry.Resource
    package var rowID: ResourceID
    /// Whether a version's manifest is told with it.
    package var hasContent: Bool
}

/// How far the journal is durable.
package struct JournalMark: Hashable, Sendable {
    /// Changes up to this one are told.
    package var sequence: Int64
    /// The number of the last segment that tells some; 0 for none.
    package var segment: Int64
    /// Where in it the last of them ends, in bytes.
    package var length: Int64

    package init(sequence: Int64, segment: Int64, length: Int64) {
        self.sequence = sequence
        self.segment = segment
        self.length = length
    }
}

extension DeletedVersions.Deletion {
    /// Nil for what is not deleted, so that nothing is told of it.
    fileprivate var jsonValue: JSONValue? {
        if case .revocable(let time) = self { .string(time.description) } else { nil }
    }
}

extension JournalEntry.Resource {
    /// The table of its rows.
    package var table: String {
        switch self {
        case .game: "games"
        case .asset: "assets"
        case .version: "versions"
        case .channel: "channels"
        }
    }

    init?(table: String) {
        guard let resource = Self.allCases.first(where: { $0.table == table }) else { return nil }
        self = resource
    }
}
