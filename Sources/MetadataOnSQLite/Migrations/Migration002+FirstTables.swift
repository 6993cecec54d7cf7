extension Migration002 {
    /// What changes in the tables of migration 1.
    static let firstTables = Part(up: assets.up + channels.up + keys.up, down: keys.down + channels.down + assets.down)

    /// An asset may belong to a player, whose paths are her own: what she calls hers takes no name from the studio.
    private static let assets = Part(
        up: [
            "ALTER TABLE assets ADD COLUMN owner_id TEXT REFERENCES players (id)",
            index("assets", ["owner_id"], then: "id"),
            index("assets", ["game_id", "created_at"], then: "id"),
            index("assets", ["game_id", "path"], then: "id"),
            "DROP INDEX assets_by_path",
            "CREATE UNIQUE INDEX assets_by_path ON assets (game_id, path) WHERE deleted_at IS NULL AND owner_id IS NULL",
            "CREATE UNIQUE INDEX assets_by_owner_and_path ON assets (game_id, owner_id, path) WHERE deleted_at IS NULL",
        ],
        down: [
            // Without owners there are no saves, and their paths might be the studio's.
            "UPDATE assets SET deleted_at = updated_at WHERE owner_id IS NOT NULL AND deleted_at IS NULL",
            "DROP INDEX assets_by_game_and_path",
            "DROP INDEX assets_by_owner_and_path",
            "DROP INDEX assets_by_path",
            "CREATE UNIQUE INDEX assets_by_path ON assets (game_id, path) WHERE deleted_at IS NULL",
            "DROP INDEX assets_by_owner",
            "DROP INDEX assets_by_game_and_created_at",
            "ALTER TABLE assets DROP COLUMN owner_id",
        ])

    /// A channel has the game of its asset, so that the channels of one game are found without looking at assets. The
    /// table is made anew, as no column can be added that is never null.
    private static let channels = Part(
        up: [
            "ALTER TABLE channels RENAME TO channels_before",
            """
            CREATE TABLE channels (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                asset_id TEXT NOT NULL REFERENCES assets (id),
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
                version_id TEXT NOT NULL REFERENCES versions (id)
            ) STRICT
            """,
            """
            INSERT INTO channels
            SELECT c.id, c.revision, c.model_version, c.created_at, c.updated_at, a.game_id, c.asset_id, c.name, c.version_id
            FROM channels_before AS c JOIN assets AS a ON a.id = c.asset_id
            """,
            "DROP TABLE channels_before",
            index("channels", ["asset_id"], then: "id"),
            index("channels", ["game_id"], then: "id"),
            index("channels", ["game_id", "asset_id"], then: "id"),
            index("channels", ["game_id", "name"], then: "id"),
            index("channels", ["game_id", "version_id"], then: "id"),
            index("channels", ["game_id", "created_at"], then: "id"),
        ] + firstChannelIndexes,
        down: [
            "ALTER TABLE channels RENAME TO channels_after",
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
            """
            INSERT INTO channels
            SELECT id, revision, model_version, created_at, updated_at, asset_id, name, version_id FROM channels_after
            """,
            "DROP TABLE channels_after",
        ] + firstChannelIndexes)

    /// The indexes that channels had from the first migration on; they go with the table, and come back.
    private static let firstChannelIndexes = [
        "CREATE UNIQUE INDEX channels_by_name ON channels (asset_id, name)",
        "CREATE INDEX channels_by_name_alone ON channels (name, id)",
        "CREATE INDEX channels_by_version ON channels (version_id, id)",
        "CREATE INDEX channels_by_created_at ON channels (created_at, id)",
    ]

    /// A key may have more than one secret: after a rotation the old one works on until `ends_at`.
    private static let keys = Part(
        up: [
            index("keys", ["game_id", "name"], then: "id"),
            index("keys", ["game_id", "created_at"], then: "id"),
            "ALTER TABLE key_secrets RENAME TO key_secrets_before",
            """
            CREATE TABLE key_secrets (
                digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
                key_id TEXT NOT NULL REFERENCES keys (id),
                ends_at INTEGER
            ) STRICT
            """,
            "INSERT INTO key_secrets SELECT digest, key_id, NULL FROM key_secrets_before",
            "DROP TABLE key_secrets_before",
            index("key_secrets", ["key_id"]),
        ],
        down: [
            "ALTER TABLE key_secrets RENAME TO key_secrets_after",
            """
            CREATE TABLE key_secrets (
                key_id TEXT NOT NULL PRIMARY KEY REFERENCES keys (id),
                digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32)
            ) STRICT
            """,
            // Only what never ends: the table before could not tell the end of a rotated secret.
            "INSERT OR IGNORE INTO key_secrets SELECT key_id, digest FROM key_secrets_after WHERE ends_at IS NULL",
            "DROP TABLE key_secrets_after",
            "DROP INDEX keys_by_game_and_name",
            "DROP INDEX keys_by_game_and_created_at",
        ])
}
