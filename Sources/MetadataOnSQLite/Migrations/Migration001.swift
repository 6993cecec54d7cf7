extension Migration {
    /// Games, assets, channels, keys; versions with their manifests; blocks, segments, uploads, pins; and the write
    /// path's journal, outbox and idempotency records.
    ///
    /// A resource's table is named after it, with a column for each field. Times are microseconds since 1970, JSON is
    /// compact text, digests are 32 bytes, and blocks are keyed by a game's short number: ten million of them
    /// should not repeat a 30-character id.
    static let m001 = Migration(
        number: 1,
        name: "first tables",
        up: [
            """
            CREATE TABLE games (
                id TEXT NOT NULL PRIMARY KEY,
                revision INTEGER NOT NULL CHECK (revision >= 1),
                model_version INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                slug TEXT NOT NULL CHECK (length(slug) BETWEEN 1 AND 64),
                name TEXT NOT NULL,
                settings TEXT NOT NULL
            ) STRICT
            """,
            "CREATE UNIQUE INDEX games_by_slug ON games (slug)",
            "CREATE INDEX games_by_name ON games (name, id)",
            "CREATE INDEX games_by_created_at ON games (created_at, id)",

            // The short number that blocks and segments know a game by; it outlives the game's row.
            """
            CREATE TABLE game_numbers (
                number INTEGER NOT NULL PRIMARY KEY,
                game_id TEXT NOT NULL UNIQUE
            ) STRICT
            """,

            """
            CREATE TABLE keys (
                id TEXT NOT NULL PRIMARY KEY,
                revision INTEGER NOT NULL CHECK (revision >= 1),
                model_version INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                name TEXT NOT NULL,
                scopes TEXT NOT NULL,
                game_id TEXT REFERENCES games (id),
                expires_at INTEGER,
                revoked_at INTEGER,
                last_used_at INTEGER
            ) STRICT
            """,
            // Apart from the declared columns, so that no answer, journal entry or event can carry it.
            """
            CREATE TABLE key_secrets (
                key_id TEXT NOT NULL PRIMARY KEY REFERENCES keys (id),
                digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32)
            ) STRICT
            """,
            "CREATE INDEX keys_by_name ON keys (name, id)",
            "CREATE INDEX keys_by_game ON keys (game_id, id)",
            "CREATE INDEX keys_by_created_at ON keys (created_at, id)",

            """
            CREATE TABLE assets (
                id TEXT NOT NULL PRIMARY KEY,
                revision INTEGER NOT NULL CHECK (revision >= 1),
                model_version INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                deleted_at INTEGER,
                game_id TEXT NOT NULL REFERENCES games (id),
                path TEXT NOT NULL CHECK (length(path) BETWEEN 1 AND 512),
                kind TEXT CHECK (kind IN ('file', 'directory')),
                media_type TEXT,
                title TEXT,
                tags TEXT NOT NULL,
                metadata TEXT NOT NULL,
                visibility TEXT NOT NULL CHECK (visibility IN ('private', 'public'))
            ) STRICT
            """,
            "CREATE UNIQUE INDEX assets_by_path ON assets (game_id, path) WHERE deleted_at IS NULL",
            "CREATE INDEX assets_by_path_alone ON assets (path, id)",
            "CREATE INDEX assets_by_game ON assets (game_id, id)",
            "CREATE INDEX assets_by_created_at ON assets (created_at, id)",

            """
            CREATE TABLE versions (
                id TEXT NOT NULL PRIMARY KEY,
                revision INTEGER NOT NULL CHECK (revision >= 1),
                model_version INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                asset_id TEXT NOT NULL REFERENCES assets (id),
                number INTEGER NOT NULL CHECK (number >= 1),
                state TEXT NOT NULL CHECK (state IN ('verifying', 'ready', 'deleted')),
                size INTEGER NOT NULL CHECK (size >= 0),
                root BLOB NOT NULL CHECK (length(root) = 32),
                sha256 BLOB CHECK (length(sha256) = 32),
                block_count INTEGER NOT NULL CHECK (block_count >= 0),
                entry_count INTEGER NOT NULL CHECK (entry_count >= 0),
                profile TEXT NOT NULL,
                is_executable INTEGER NOT NULL DEFAULT 0,
                label TEXT,
                notes TEXT,
                created_by TEXT
            ) STRICT
            """,
            "CREATE UNIQUE INDEX versions_by_number ON versions (asset_id, number)",
            // Numbers are never used again, so they are counted apart from the rows.
            """
            CREATE TABLE version_counters (
                asset_id TEXT NOT NULL PRIMARY KEY REFERENCES assets (id),
                last_number INTEGER NOT NULL CHECK (last_number >= 1)
            ) STRICT
            """,
            "CREATE INDEX versions_ready ON versions (asset_id, number) WHERE state = 'ready'",

            // A run of at most 1,024 packed blocks of a version's content, found by the first byte it covers.
            """
            CREATE TABLE manifest_pages (
                version_id TEXT NOT NULL REFERENCES versions (id),
                first_offset INTEGER NOT NULL CHECK (first_offset >= 0),
                blocks BLOB NOT NULL,
                PRIMARY KEY (version_id, first_offset)
            ) STRICT, WITHOUT ROWID
            """,

            """
            CREATE TABLE channels (
                id TEXT NOT NULL PRIMARY KEY,
                revision INTEGER NOT NULL CHECK (revision >= 1),
                model_version INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                updated_at INTEGER NOT NULL,
                asset_id TEXT NOT NULL REFERENCES assets (id),
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
                version_id TEXT NOT NULL REFERENCES versions (id)
            ) STRICT
            """,
            "CREATE UNIQUE INDEX channels_by_name ON channels (asset_id, name)",
            "CREATE INDEX channels_by_name_alone ON channels (name, id)",
            "CREATE INDEX channels_by_version ON channels (version_id, id)",
            "CREATE INDEX channels_by_created_at ON channels (created_at, id)",

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
            "CREATE INDEX uploads_by_asset ON uploads (asset_id, id)",
            "CREATE INDEX uploads_by_state ON uploads (state, expires_at)",
            "CREATE INDEX uploads_that_hold_pins ON uploads (state) WHERE holds_pins = 1",

            // An open segment may be leased to one upload. What lies beyond `indexed_length` was not acknowledged.
            """
            CREATE TABLE segments (
                number INTEGER NOT NULL PRIMARY KEY,
                game_number INTEGER NOT NULL REFERENCES game_numbers (number),
                state TEXT NOT NULL CHECK (state IN ('open', 'sealed')),
                indexed_length INTEGER NOT NULL CHECK (indexed_length >= 0),
                upload_id TEXT REFERENCES uploads (id),
                created_at INTEGER NOT NULL
            ) STRICT
            """,
            "CREATE INDEX segments_open ON segments (game_number, number) WHERE state = 'open'",

            // Where a block lies, and how many pins and versions hold it.
            """
            CREATE TABLE blocks (
                game_number INTEGER NOT NULL,
                id BLOB NOT NULL CHECK (length(id) = 32),
                segment INTEGER NOT NULL REFERENCES segments (number),
                position INTEGER NOT NULL CHECK (position >= 0),
                raw_length INTEGER NOT NULL CHECK (raw_length >= 1),
                stored_length INTEGER NOT NULL CHECK (stored_length >= 1),
                encoding INTEGER NOT NULL,
                checksum INTEGER NOT NULL,
                reference_count INTEGER NOT NULL CHECK (reference_count >= 0),
                state TEXT NOT NULL CHECK (state IN ('live', 'damaged')),
                PRIMARY KEY (game_number, id)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX blocks_by_segment ON blocks (segment)",
            "CREATE INDEX blocks_damaged ON blocks (game_number) WHERE state = 'damaged'",

            // What an upload was promised or has sent. Commit marks what the version keeps; the rest is given back.
            """
            CREATE TABLE pins (
                upload_id TEXT NOT NULL REFERENCES uploads (id),
                block_id BLOB NOT NULL CHECK (length(block_id) = 32),
                is_kept INTEGER NOT NULL DEFAULT 0,
                PRIMARY KEY (upload_id, block_id)
            ) STRICT, WITHOUT ROWID
            """,

            """
            CREATE TABLE changesets (
                id TEXT NOT NULL PRIMARY KEY,
                created_at INTEGER NOT NULL,
                created_by TEXT,
                message TEXT
            ) STRICT
            """,
            """
            CREATE TABLE journal (
                changeset_id TEXT NOT NULL REFERENCES changesets (id),
                step INTEGER NOT NULL,
                resource TEXT NOT NULL,
                row_id TEXT NOT NULL,
                before TEXT,
                after TEXT,
                PRIMARY KEY (changeset_id, step)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX journal_by_row ON journal (row_id, changeset_id)",

            // The outbox: one row an event, in commit order.
            """
            CREATE TABLE events (
                sequence INTEGER NOT NULL PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                created_at INTEGER NOT NULL,
                type TEXT NOT NULL,
                game_id TEXT,
                subject TEXT NOT NULL,
                changeset_id TEXT REFERENCES changesets (id),
                data TEXT NOT NULL
            ) STRICT
            """,
            "CREATE INDEX events_by_subject ON events (subject, type)",

            """
            CREATE TABLE idempotency_records (
                caller TEXT NOT NULL,
                route TEXT NOT NULL,
                key TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
                answer TEXT NOT NULL,
                PRIMARY KEY (caller, route, key)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX idempotency_records_by_age ON idempotency_records (created_at)",
        ],
        down: [
            "DROP TABLE idempotency_records",
            "DROP TABLE events",
            "DROP TABLE journal",
            "DROP TABLE changesets",
            "DROP TABLE pins",
            "DROP TABLE blocks",
            "DROP TABLE segments",
            "DROP TABLE uploads",
            "DROP TABLE channels",
            "DROP TABLE manifest_pages",
            "DROP TABLE version_counters",
            "DROP TABLE versions",
            "DROP TABLE assets",
            "DROP TABLE key_secrets",
            "DROP TABLE keys",
            "DROP TABLE game_numbers",
            "DROP TABLE games",
        ])
}
