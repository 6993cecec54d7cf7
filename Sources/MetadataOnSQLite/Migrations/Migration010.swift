extension Migration {
    /// What upkeep remembers: which rows the journal in the segments has yet to tell, and how far the scrub is.
    ///
    /// Triggers note each change of a row from which a database is rebuilt, whoever makes it, in its own transaction.
    /// `segment_journal` is a queue; its last row stays, so that no sequence is given twice.
    static let m010 = Migration(
        number: 10,
        name: "upkeep",
        up: [
            """
            CREATE TABLE segment_journal (
                sequence INTEGER NOT NULL PRIMARY KEY,
                resource TEXT NOT NULL CHECK (resource IN ('games', 'assets', 'versions', 'channels')),
                row_id TEXT NOT NULL,
                has_content INTEGER NOT NULL
            ) STRICT
            """,
            // One row: entries up to the sequence are durable in the journal's segments, up to there.
            """
            CREATE TABLE segment_journal_mark (
                number INTEGER NOT NULL PRIMARY KEY CHECK (number = 1),
                sequence INTEGER NOT NULL CHECK (sequence >= 0),
                segment INTEGER NOT NULL CHECK (segment >= 0),
                length INTEGER NOT NULL CHECK (length >= 0)
            ) STRICT
            """,
            "INSERT INTO segment_journal_mark (number, sequence, segment, length) VALUES (1, 0, 0, 0)",
            // One row: the next segment to look at, in which place, and what this pass has found so far.
            """
            CREATE TABLE scrub_state (
                number INTEGER NOT NULL PRIMARY KEY CHECK (number = 1),
                place TEXT NOT NULL CHECK (place IN ('blocks', 'journal')),
                segment INTEGER NOT NULL CHECK (segment >= 0),
                started_at INTEGER NOT NULL,
                finished_at INTEGER,
                bytes INTEGER NOT NULL CHECK (bytes >= 0),
                findings INTEGER NOT NULL CHECK (findings >= 0)
            ) STRICT
            """,
            // What there is already has yet to be told.
            "INSERT INTO segment_journal (resource, row_id, has_content) SELECT 'games', id, 0 FROM games ORDER BY id",
            "INSERT INTO segment_journal (resource, row_id, has_content) SELECT 'assets', id, 0 FROM assets ORDER BY id",
            """
            INSERT INTO segment_journal (resource, row_id, has_content) SELECT 'versions', id, 1 FROM versions ORDER BY id
            """,
            """
            INSERT INTO segment_journal (resource, row_id, has_content) SELECT 'channels', id, 0 FROM channels ORDER BY id
            """,
        ]
            + ["games", "assets", "channels"].flatMap { notes($0) }
            + notes("versions", of: "INSERT", content: "1")
            // What becomes visible later is told whole then: what was proven, and what was deleted and is taken back.
            + notes("versions", of: "UPDATE", content: "OLD.state <> 'ready' AND NEW.state = 'ready'")
            + notes("versions", of: "DELETE", content: "0", row: "OLD.id")
            + notes("game_numbers", of: "INSERT", as: "games", content: "0", row: "NEW.game_id"),
        down: [
            "DROP TRIGGER game_numbers_insert_is_noted",
            "DROP TRIGGER versions_delete_is_noted",
            "DROP TRIGGER versions_update_is_noted",
            "DROP TRIGGER versions_insert_is_noted",
        ]
            + ["channels", "assets", "games"].flatMap { table in
                ["delete", "update", "insert"].map { "DROP TRIGGER \(table)_\($0)_is_noted" }
            } + [
                "DROP TABLE scrub_state",
                "DROP TABLE segment_journal_mark",
                "DROP TABLE segment_journal",
            ])

    private static func notes(_ table: String) -> [String] {
        notes(table, of: "INSERT", content: "0") + notes(table, of: "UPDATE", content: "0")
            + notes(table, of: "DELETE", content: "0", row: "OLD.id")
    }

    /// The trigger that notes one kind of change of a table's rows.
    private static func notes(
        _ table: String, of change: String, as resource: String? = nil, content: String, row: String = "NEW.id"
    ) -> [String] {
        [
            """
            CREATE TRIGGER \(table)_\(change.lowercased())_is_noted AFTER \(change) ON \(table) BEGIN
                INSERT INTO segment_journal (resource, row_id, has_content)
                VALUES ('\(resource ?? table)', \(row), \(content));
            END
            """
        ]
    }
}
