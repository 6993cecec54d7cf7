extension Migration002 {
    /// Seasons and live events.
    static let seasons = Part(
        up: seasonTables + liveEventTables,
        down: [
            "DROP TABLE live_event_contents",
            "DROP TABLE live_event_packs",
            "DROP TABLE live_event_leaderboards",
            "DROP TABLE live_event_seasons",
            "DROP TABLE live_events",
            "DROP TABLE season_tier_premium_rewards",
            "DROP TABLE season_tier_free_rewards",
            "DROP TABLE season_tiers",
            "DROP TABLE seasons",
        ])

    private static let seasonTables: [String] =
        [
            // Times in which players rise through tiers.
            """
            CREATE TABLE seasons (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                content_id TEXT REFERENCES contents (id),
                name TEXT NOT NULL CHECK (length(name) <= 200),
                starts_at INTEGER NOT NULL,
                ends_at INTEGER NOT NULL,
                grace_until INTEGER,
                state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'ended')),
                CHECK (starts_at < ends_at),
                CHECK (ends_at < grace_until)
            ) STRICT
            """,
            // The tiers, by the XP at which they are reached.
            """
            CREATE TABLE season_tiers (
                owner_id TEXT NOT NULL REFERENCES seasons (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 1000),
                xp INTEGER NOT NULL CHECK (xp BETWEEN 0 AND 9007199254740991),
                PRIMARY KEY (owner_id, position)
            ) STRICT, WITHOUT ROWID
            """,
        ]
        // What a tier gives to all.
        + rewards("season_tier_free_rewards", of: "seasons", isInner: true)
        // What it gives besides to those with the pass.
        + rewards("season_tier_premium_rewards", of: "seasons", isInner: true)
        + indexes(
            "seasons", by: ["content_id", "starts_at", "ends_at", "state"], inGame: ["starts_at", "ends_at", "state"])

    private static let liveEventTables: [String] =
        [
            // Happenings in games.
            """
            CREATE TABLE live_events (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
                name TEXT NOT NULL CHECK (length(name) <= 200),
                starts_at INTEGER NOT NULL,
                ends_at INTEGER NOT NULL,
                recurrence TEXT CHECK (length(recurrence) <= 500),
                time_zone TEXT NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 64),
                phases TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'ended')),
                CHECK (starts_at < ends_at)
            ) STRICT
            """,
            // The seasons that an event opens.
            """
            CREATE TABLE live_event_seasons (
                owner_id TEXT NOT NULL REFERENCES live_events (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                season_id TEXT NOT NULL REFERENCES seasons (id),
                PRIMARY KEY (owner_id, position)
            ) STRICT, WITHOUT ROWID
            """,
            index("live_event_seasons", ["season_id"]),
            // The leaderboards that it opens.
            """
            CREATE TABLE live_event_leaderboards (
                owner_id TEXT NOT NULL REFERENCES live_events (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                leaderboard_id TEXT NOT NULL REFERENCES leaderboards (id),
                PRIMARY KEY (owner_id, position)
            ) STRICT, WITHOUT ROWID
            """,
            index("live_event_leaderboards", ["leaderboard_id"]),
            // The packs that it opens.
            """
            CREATE TABLE live_event_packs (
                owner_id TEXT NOT NULL REFERENCES live_events (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                pack_id TEXT NOT NULL REFERENCES packs (id),
                PRIMARY KEY (owner_id, position)
            ) STRICT, WITHOUT ROWID
            """,
            index("live_event_packs", ["pack_id"]),
            // The contents that it opens.
            """
            CREATE TABLE live_event_contents (
                owner_id TEXT NOT NULL REFERENCES live_events (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                content_id TEXT NOT NULL REFERENCES contents (id),
                PRIMARY KEY (owner_id, position)
            ) STRICT, WITHOUT ROWID
            """,
            index("live_event_contents", ["content_id"]),
        ]
        + indexes(
            "live_events", uniques: [["game_id", "code"]], by: ["code", "starts_at", "ends_at", "state"],
            inGame: ["starts_at", "ends_at", "state"])
}
