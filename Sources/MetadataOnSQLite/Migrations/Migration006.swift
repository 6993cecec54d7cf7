extension Migration {
    /// Streams that stop anywhere: the blocks that an upload's bytes were cut into so far, and the bytes behind the last
    /// cut; parts that are joined, which have a game and no asset; and what tells a proven digest by its root.
    static let m006 = Migration(
        number: 6,
        name: "streams",
        up: uploadsAnew(
            """
            CREATE TABLE uploads (
                id TEXT NOT NULL PRIMARY KEY,
                revision INTEGER NOT NULL CHECK (revision >= 1),
                model_version INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                asset_id TEXT REFERENCES assets (id),
                owner_id TEXT REFERENCES players (id),
                game_number INTEGER NOT NULL REFERENCES game_numbers (number),
                door TEXT NOT NULL CHECK (door IN ('plain', 'ietf', 'tus', 'blocks')),
                state TEXT NOT NULL CHECK (state IN ('open', 'verifying', 'done', 'failed', 'expired')),
                is_partial INTEGER NOT NULL DEFAULT 0,
                parts TEXT,
                length INTEGER CHECK (length >= 0),
                received INTEGER NOT NULL DEFAULT 0 CHECK (received >= 0),
                blocks_sent INTEGER NOT NULL DEFAULT 0 CHECK (blocks_sent >= 0),
                sha256 BLOB CHECK (length(sha256) = 32),
                metadata TEXT NOT NULL,
                client_metadata TEXT,
                created_by TEXT,
                expires_at INTEGER NOT NULL,
                version_id TEXT REFERENCES versions (id),
                made_version INTEGER NOT NULL DEFAULT 0,
                holds_pins INTEGER NOT NULL DEFAULT 1,
                CHECK (is_partial = 1 OR asset_id IS NOT NULL)
            ) STRICT
            """,
            columns: "\(keptColumns), owner_id",
            from: "\(keptColumns), (SELECT owner_id FROM assets WHERE assets.id = asset_id) FROM uploads_before")
            + [
                "CREATE INDEX uploads_by_game ON uploads (game_number, id)",
                // A run of the blocks of an upload's content, found by the first byte it covers.
                """
                CREATE TABLE stream_pages (
                    upload_id TEXT NOT NULL REFERENCES uploads (id),
                    first_offset INTEGER NOT NULL CHECK (first_offset >= 0),
                    blocks BLOB NOT NULL,
                    PRIMARY KEY (upload_id, first_offset)
                ) STRICT, WITHOUT ROWID
                """,
                // Where the bytes behind the last cut lie, one record behind the other.
                """
                CREATE TABLE tails (
                    upload_id TEXT NOT NULL REFERENCES uploads (id),
                    first_offset INTEGER NOT NULL CHECK (first_offset >= 0),
                    segment INTEGER NOT NULL REFERENCES segments (number),
                    position INTEGER NOT NULL CHECK (position >= 0),
                    length INTEGER NOT NULL CHECK (length >= 1),
                    checksum INTEGER NOT NULL,
                    PRIMARY KEY (upload_id, first_offset)
                ) STRICT, WITHOUT ROWID
                """,
                "CREATE INDEX tails_by_segment ON tails (segment)",
                "CREATE INDEX versions_by_root ON versions (root) WHERE sha256 IS NOT NULL",
                "CREATE INDEX versions_unproven ON versions (id) WHERE sha256 IS NULL AND state = 'ready'",
            ],
        down: [
            "DROP INDEX versions_unproven",
            "DROP INDEX versions_by_root",
            "DROP TABLE tails",
            "DROP TABLE stream_pages",
            // Without an asset there is no upload; what its parts pinned is given back.
            """
            UPDATE blocks SET reference_count = reference_count - (
                SELECT COUNT(*) FROM pins JOIN uploads ON uploads.id = pins.upload_id
                WHERE uploads.asset_id IS NULL AND uploads.game_number = blocks.game_number
                    AND pins.block_id = blocks.id)
            WHERE EXISTS (
                SELECT 1 FROM pins JOIN uploads ON uploads.id = pins.upload_id
                WHERE uploads.asset_id IS NULL AND uploads.game_number = blocks.game_number
                    AND pins.block_id = blocks.id)
            """,
            "DELETE FROM pins WHERE upload_id IN (SELECT id FROM uploads WHERE asset_id IS NULL)",
            "UPDATE segments SET upload_id = NULL WHERE upload_id IN (SELECT id FROM uploads WHERE asset_id IS NULL)",
            "DELETE FROM uploads WHERE asset_id IS NULL",
            "DROP INDEX uploads_by_game",
        ]
            + uploadsAnew(
                """
                CREATE TABLE uploads (
                    id TEXT NOT NULL PRIMARY KEY,
                    revision INTEGER NOT NULL CHECK (revision >= 1),
                    model_version INTEGER NOT NULL,
                    created_at INTEGER NOT NULL,
                    updated_at INTEGER NOT NULL,
                    asset_id TEXT NOT NULL REFERENCES assets (id),
                    game_number INTEGER NOT NULL REFERENCES game_numbers (number),
                    door TEXT NOT NULL CHECK (door IN ('plain', 'ietf', 'tus', 'blocks')),
                    state TEXT NOT NULL CHECK (state IN ('open', 'verifying', 'done', 'failed', 'expired')),
                    length INTEGER CHECK (length >= 0),
                    received INTEGER NOT NULL DEFAULT 0 CHECK (received >= 0),
                    blocks_sent INTEGER NOT NULL DEFAULT 0 CHECK (blocks_sent >= 0),
                    sha256 BLOB CHECK (length(sha256) = 32),
                    metadata TEXT NOT NULL,
                    created_by TEXT,
                    expires_at INTEGER NOT NULL,
                    version_id TEXT REFERENCES versions (id),
                    made_version INTEGER NOT NULL DEFAULT 0,
                    holds_pins INTEGER NOT NULL DEFAULT 1
                ) STRICT
                """,
                columns: keptColumns, from: "\(keptColumns) FROM uploads_before"))

    private static let keptColumns = """
        id, revision, model_version, created_at, updated_at, asset_id, game_number, door, state, length, received,
        blocks_sent, sha256, metadata, created_by, expires_at, version_id, made_version, holds_pins
        """

    /// Makes the table anew under its own name, so that the tables that refer to it keep doing so: the rows wait in
    /// another one meanwhile.
    private static func uploadsAnew(_ table: String, columns: String, from source: String) -> [String] {
        [
            "CREATE TABLE uploads_before AS SELECT * FROM uploads",
            "DROP TABLE uploads",
            table,
            "INSERT INTO uploads (\(columns)) SELECT \(source)",
            "DROP TABLE uploads_before",
            "CREATE INDEX uploads_by_asset ON uploads (asset_id, id)",
            "CREATE INDEX uploads_by_state ON uploads (state, expires_at)",
            "CREATE INDEX uploads_that_hold_pins ON uploads (state) WHERE holds_pins = 1",
        ]
    }
}
