package import PawlModel

/// The outbox as its readers see it: events in commit order, and how far back they are kept.
///
/// Sequences grow by one in the order of the commits, for there is one writer, and a snapshot that has one has all
/// before it. So a reader who goes on behind the last one she saw misses nothing.
package struct EventRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    // MARK: Reading

    /// The events behind a position, or nil when some that were there are no longer kept.
    ///
    /// At most `Limits.eventScanMax` events are looked at, so that a page costs the same however few match: it may be
    /// empty and yet have more behind it. It also ends with the event that brings it to `Limits.pageBytesMax`.
    package func page(_ selection: EventSelection, after: EventPosition, limit: Int) throws -> EventRowPage? {
        guard after.sequence >= (try horizon()) else { return nil }
        let end = try scanEnd(selection, after: after)
        let (rows, isAll) = try rows(selection, after: after, upTo: end, limit: limit)
        if !isAll, let last = rows.last { return EventRowPage(rows: rows, position: last.position, hasMore: true) }
        let newest = try newest(selection)
        let hasMore = newest.sequence > end
        let reached = hasMore ? try self.newest(selection, upTo: end) : newest
        return EventRowPage(
            rows: rows, position: reached.sequence > after.sequence ? reached : after, hasMore: hasMore)
    }

    /// The first events of a stretch, as many as a page may have, and whether these are all. They are read a batch at a
    /// time, so that no more than a batch is read in vain.
    private func rows(
        _ selection: EventSelection, after: EventPosition, upTo end: Int64, limit: Int
    ) throws -> (rows: [EventRow], isAll: Bool) {
        var (page, bytes): ([EventRow], Int) = ([], 0)
        while true {
            let size = min(Limits.readBatch, limit - page.count + 1)
            let rows = try batch(selection, after: page.last?.position ?? after, upTo: end, size: size)
            for row in rows {
                if page.count == limit || bytes >= Limits.pageBytesMax { return (page, false) }
                bytes += row.json.utf8.count
                page.append(row)
            }
            if rows.count < size { return (page, true) }
        }
    }

    private func batch(
        _ selection: EventSelection, after: EventPosition, upTo end: Int64, size: Int
    ) throws -> [EventRow] {
        let conditions = selection.conditions
        return try sql.rows(
            """
            SELECT events.sequence AS sequence, events.id AS id, events.created_at AS created_at, type, events.game_id AS game_id, subject,
                changeset_id, changesets.created_by AS created_by, data
            FROM events LEFT JOIN changesets ON changesets.id = events.changeset_id
            WHERE sequence > ? AND sequence <= ? AND type BETWEEN ? AND ?\(conditions.sql)
            ORDER BY sequence LIMIT ?
            """,
            [.integer(after.sequence), .integer(end)] + selection.types + conditions.arguments + [.integer(size)]
        ).map(EventRow.init)
    }

    /// The newest event that the selection's reader may look at, whether or not it is of the type she asks for.
    package func newest(_ selection: EventSelection, upTo end: Int64 = .max) throws -> EventPosition {
        let scope = selection.scope
        let row = try sql.row(
            "SELECT sequence, id FROM events WHERE sequence <= ?\(scope.sql) ORDER BY sequence DESC LIMIT 1",
            [.integer(end)] + scope.arguments)
        guard let row, try row.integer("sequence") > horizon() else { return try oldest() }
        return EventPosition(sequence: try row.integer("sequence"), id: try row.id("id"))
    }

    /// Before the oldest event that is kept.
    package func oldest() throws -> EventPosition {
        EventPosition(sequence: try horizon(), id: nil)
    }

    /// Where an event stands; nil when it is not kept, or of another game than `game`.
    package func position(of id: ResourceID, game: ResourceID?) throws -> EventPosition? {
        guard let row = try sql.row("SELECT sequence, game_id FROM events WHERE id = ?", [.id(id)]),
            game == nil || row.optionalID("game_id") == game
        else { return nil }
        return EventPosition(sequence: try row.integer("sequence"), id: id)
    }

    /// The last sequence to look at for one page. Without a scope there is an event at each sequence.
    private func scanEnd(_ selection: EventSelection, after: EventPosition) throws -> Int64 {
        let scope = selection.scope
        guard !scope.arguments.isEmpty else { return after.sequence + Int64(Limits.eventScanMax) }
        let row = try sql.row(
            "SELECT sequence FROM events WHERE sequence > ?\(scope.sql) ORDER BY sequence LIMIT 1 OFFSET ?",
            [.integer(after.sequence)] + scope.arguments + [.integer(Limits.eventScanMax - 1)])
        return try row?.integer("sequence") ?? .max
    }

    // MARK: Retention

    /// Whether `forget(before:)` has something to do.
    package func hasOlder(than time: Timestamp) throws -> Bool {
        let row = try sql.row(
            "SELECT created_at FROM events WHERE sequence > ? ORDER BY sequence LIMIT 1", [.integer(try horizon())])
        return try row.map { try $0.time("created_at") < time } ?? false
    }

    /// Forgets a batch of events that are older than a moment. Returns whether there may be more of them.
    ///
    /// The newest one stays, so that sequences go on behind it. Those of channels stay as rows, out of every reader's
    /// sight: `RowHistory` takes the order of a channel's states from them.
    package func forget(before time: Timestamp) throws -> Bool {
        let horizon = try horizon()
        let rows = try sql.rows(
            """
            SELECT sequence, created_at FROM events
            WHERE sequence > ? AND sequence < (SELECT MAX(sequence) FROM events) ORDER BY sequence LIMIT ?
            """, [.integer(horizon), .integer(Limits.bookkeepingBatch)])
        let old = try rows.prefix { try $0.time("created_at") < time }
        guard let last = try old.last?.integer("sequence") else { return false }
        try sql.execute(
            "DELETE FROM events WHERE sequence > ? AND sequence <= ? AND NOT type BETWEEN 'channels.' AND 'channels.~'",
            [.integer(horizon), .integer(last)])
        try sql.execute("UPDATE event_horizon SET sequence = ?", [.integer(last)])
        return old.count == Limits.bookkeepingBatch
    }

    /// All events behind this sequence are kept.
    private func horizon() throws -> Int64 {
        try sql.row("SELECT sequence FROM event_horizon")?.integer("sequence") ?? 0
    }
}

/// Events behind a position, and the position to go on from.
package struct EventRowPage: Sendable {
    package var rows: [EventRow]
    package var position: EventPosition
    /// Whether there is more to look at behind it already.
    package var hasMore: Bool
}
