extension Migration {
    /// Scores with their submissions, and the trees that count them for ranks.
    ///
    /// `score_boards` gives each window of a leaderboard a short number, for keys that a board has millions of.
    static let m003 = Migration(
        number: 3,
        name: "scores and ranks",
        up: [
            """
            CREATE TABLE score_boards (
                number INTEGER NOT NULL PRIMARY KEY,
                leaderboard_id TEXT NOT NULL REFERENCES leaderboards (id),
                window_name TEXT NOT NULL CHECK (length(window_name) BETWEEN 1 AND 64),
                UNIQUE (leaderboard_id, window_name)
            ) STRICT
            """,

            // A player's standing. The key holds the columns, the time and the player in rank order: the index
            // serves pages alone, and its rows are small where ranks are counted.
            """
            CREATE TABLE scores (
                player_id TEXT NOT NULL REFERENCES players (id),
                board_number INTEGER NOT NULL REFERENCES score_boards (number),
                rank_key BLOB NOT NULL CHECK (length(rank_key) BETWEEN 32 AND 64 AND length(rank_key) % 8 = 0),
                reached_at INTEGER NOT NULL,
                c0 INTEGER NOT NULL,
                c1 INTEGER,
                c2 INTEGER,
                c3 INTEGER,
                c4 INTEGER,
                PRIMARY KEY (player_id, board_number)
            ) STRICT
            """,
            "CREATE UNIQUE INDEX scores_in_order ON scores (board_number, rank_key)",

            """
            CREATE TABLE score_submissions (
                player_id TEXT NOT NULL REFERENCES players (id),
                board_number INTEGER NOT NULL REFERENCES score_boards (number),
                id TEXT NOT NULL,
                submitted_at INTEGER NOT NULL,
                submitted_by TEXT,
                c0 INTEGER NOT NULL,
                c1 INTEGER,
                c2 INTEGER,
                c3 INTEGER,
                c4 INTEGER,
                PRIMARY KEY (player_id, board_number, id)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX score_submissions_by_board ON score_submissions (board_number)",

            // The nodes of each board's tree: so many entries from `low` up to the next `low` of the level.
            """
            CREATE TABLE rank_nodes (
                board_number INTEGER NOT NULL REFERENCES score_boards (number),
                level INTEGER NOT NULL CHECK (level >= 1),
                low BLOB NOT NULL,
                entry_count INTEGER NOT NULL CHECK (entry_count >= 0),
                PRIMARY KEY (board_number, level, low)
            ) STRICT, WITHOUT ROWID
            """,
        ],
        down: [
            "DROP TABLE rank_nodes",
            "DROP TABLE score_submissions",
            "DROP TABLE scores",
            "DROP TABLE score_boards",
        ])
}
