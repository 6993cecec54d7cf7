extension Migration {
    /// How far back events are kept, and the indexes by which readers of one game or one row find theirs; what players'
    /// tokens are signed with, and how often each player's were revoked.
    static let m004 = Migration(
        number: 4,
        name: "events and tokens",
        up: [
            // One row: all events behind the sequence are kept, and what lies before it is told to nobody.
            """
            CREATE TABLE event_horizon (
                number INTEGER NOT NULL PRIMARY KEY CHECK (number = 1),
                sequence INTEGER NOT NULL CHECK (sequence >= 0)
            ) STRICT
            """,
            // Where events were forgotten before this migration was taken back, their sequences are missing: the
            // horizon lies behind the last gap, and behind the channels' events next to it, which were out of sight.
            """
            INSERT INTO event_horizon (number, sequence)
            SELECT 1, CASE WHEN first IS NULL THEN 0 ELSE COALESCE(
                (SELECT MIN(sequence) FROM events
                    WHERE sequence >= first AND NOT type BETWEEN 'channels.' AND 'channels.~'),
                (SELECT MAX(sequence) FROM events)
            ) - 1 END
            FROM (
                SELECT MAX(sequence) AS first FROM events AS event WHERE sequence > 1
                AND NOT EXISTS (SELECT 1 FROM events AS previous WHERE previous.sequence = event.sequence - 1)
            )
            """,
            "DROP INDEX events_by_subject",
            "CREATE INDEX events_by_subject ON events (subject, sequence)",
            "CREATE INDEX events_by_game ON events (game_id, sequence)",

            // The one without `retired_at` signs. A retired one still proves what it has signed.
            """
            CREATE TABLE token_keys (
                id TEXT NOT NULL PRIMARY KEY,
                secret BLOB NOT NULL CHECK (length(secret) = 32),
                created_at INTEGER NOT NULL,
                retired_at INTEGER
            ) STRICT
            """,
            // A token is of one epoch of its player, and worth nothing in the next one.
            """
            CREATE TABLE player_token_epochs (
                player_id TEXT NOT NULL PRIMARY KEY REFERENCES players (id) ON DELETE CASCADE,
                epoch INTEGER NOT NULL CHECK (epoch >= 1)
            ) STRICT
            """,
        ],
        down: [
            "DROP TABLE player_token_epochs",
            "DROP TABLE token_keys",
            "DROP INDEX events_by_game",
            "DROP INDEX events_by_subject",
            "CREATE INDEX events_by_subject ON events (subject, type)",
            "DROP TABLE event_horizon",
        ])
}
