package import PawlModel

/// How far the scrub is: it goes on there after a restart.
package struct ScrubRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// Nil before the first pass.
    package func state() throws -> ScrubState? {
        try sql.row(
            "SELECT place, segment, started_at, finished_at, bytes, findings FROM scrub_state WHERE number = 1"
        ).map { row in
            ScrubState(
                place: try row.text("place"), segment: try row.integer("segment"),
                startedAt: try row.time("started_at"), finishedAt: row.optionalTime("finished_at"),
                bytes: try row.integer("bytes"), findings: try row.integer("findings"))
        }
    }

    package func set(_ state: ScrubState) throws {
        try sql.execute(
            """
            INSERT INTO scrub_state (number, place, segment, started_at, finished_at, bytes, findings)
            VALUES (1, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (number) DO UPDATE SET place = excluded.place, segment = excluded.segment,
                started_at = excluded.started_at, finished_at = excluded.finished_at, bytes = excluded.bytes,
                findings = excluded.findings
            """,
            [
                .text(state.place), .integer(state.segment), .time(state.startedAt),
                state.finishedAt.map { .time($0) } ?? .null, .integer(state.bytes), .integer(state.findings),
            ])
    }
}

/// One pass of the scrub over all segments.
package struct ScrubState: Hashable, Sendable {
    /// `blocks` or `journal`.
    package var place: String
    /// It goes on behind this one.
    package var segment: Int64
    package var startedAt: Timestamp
    /// Nil while it goes on.
    package var finishedAt: Timestamp?
    /// Read so far.
    package var bytes: Int64
    /// What was wrong, so far.
    package var findings: Int64

    package init(
        place: String, segment: Int64, startedAt: Timestamp, finishedAt: Timestamp? = nil, bytes: Int64 = 0,
        findings: Int64 = 0
    ) {
        self.place = place
        self.segment = segment
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.bytes = bytes
        self.findings = findings
    }
}
