extension Migration002 {
    /// Accomplishments and leaderboards.
    static let goals = Part(
        up: accomplishmentTables + leaderboardTables,
        down: [
            "DROP TABLE leaderboard_rank_rewards",
            "DROP TABLE leaderboard_rewards",
            "DROP TABLE leaderboard_columns",
            "DROP TABLE leaderboards",
            "DROP TABLE accomplishment_rewards",
            "DROP TABLE accomplishment_requirements",
            "DROP TABLE accomplishments",
        ])

    static let accomplishments = """
        CREATE TABLE accomplishments (
        \(head)
            game_id TEXT NOT NULL REFERENCES games (id),
            code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
            name TEXT NOT NULL CHECK (length(name) <= 200),
            description TEXT CHECK (length(description) <= 2000),
            points INTEGER NOT NULL CHECK (points BETWEEN 0 AND 1000000),
            goal INTEGER NOT NULL CHECK (goal BETWEEN 1 AND 9007199254740991),
            hidden INTEGER NOT NULL CHECK (hidden IN (0, 1)),
            repeatable INTEGER NOT NULL CHECK (repeatable IN (0, 1))
        ) STRICT
        """

    static let accomplishmentIndexes = indexes(
        "accomplishments", uniques: [["game_id", "code"]], by: ["code"], inGame: [])

    private static let accomplishmentTables: [String] =
        [
            // What players reach.
            accomplishments,
            // What has to be reached before.
            """
            CREATE TABLE accomplishment_requirements (
                owner_id TEXT NOT NULL REFERENCES accomplishments (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                accomplishment_id TEXT NOT NULL REFERENCES accomplishments (id),
                PRIMARY KEY (owner_id, position)
            ) STRICT, WITHOUT ROWID
            """,
            index("accomplishment_requirements", ["accomplishment_id"]),
        ]
        // What reaching it gives.
        + rewards("accomplishment_rewards", of: "accomplishments")
        + accomplishmentIndexes

    private static let leaderboardTables: [String] =
        [
            // Orders of players by their scores.
            """
            CREATE TABLE leaderboards (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 64),
                name TEXT CHECK (length(name) <= 200),
                "window" TEXT NOT NULL CHECK ("window" IN ('all_time', 'daily', 'weekly', 'monthly', 'season', 'custom')),
                time_zone TEXT NOT NULL CHECK (length(time_zone) BETWEEN 1 AND 64)
            ) STRICT
            """,
            // What a score is made of.
            """
            CREATE TABLE leaderboard_columns (
                owner_id TEXT NOT NULL REFERENCES leaderboards (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 32),
                operator TEXT NOT NULL CHECK (operator IN ('best', 'last', 'sum', 'min', 'max')),
                direction TEXT NOT NULL CHECK (direction IN ('descending', 'ascending')),
                PRIMARY KEY (owner_id, position)
            ) STRICT, WITHOUT ROWID
            """,
            // Which ranks are given something when a window closes.
            """
            CREATE TABLE leaderboard_rewards (
                owner_id TEXT NOT NULL REFERENCES leaderboards (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                from_rank INTEGER NOT NULL CHECK (from_rank BETWEEN 1 AND 9007199254740991),
                to_rank INTEGER NOT NULL CHECK (to_rank BETWEEN 1 AND 9007199254740991),
                PRIMARY KEY (owner_id, position),
                CHECK (from_rank <= to_rank)
            ) STRICT, WITHOUT ROWID
            """,
        ]
        // What they are given.
        + rewards("leaderboard_rank_rewards", of: "leaderboards", isInner: true)
        + indexes("leaderboards", uniques: [["game_id", "code"]], by: ["code", "window"], inGame: ["window"])
}
