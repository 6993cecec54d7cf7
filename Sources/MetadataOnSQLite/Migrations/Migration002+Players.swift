extension Migration002 {
    /// Accounts, players, and their links.
    static let players = Part(
        up: accountTables + playerTables + playerLinkTables,
        down: [
            "DROP TABLE player_links",
            "DROP TABLE players",
            "DROP TABLE account_identities",
            "DROP TABLE accounts",
        ])

    private static let accountTables: [String] =
        [
            // Persons.
            """
            CREATE TABLE accounts (
            \(head)
                display_name TEXT NOT NULL CHECK (length(display_name) <= 200),
                email TEXT CHECK (length(email) BETWEEN 1 AND 254),
                locale TEXT CHECK (length(locale) BETWEEN 2 AND 35)
            ) STRICT
            """,
            // Who they are elsewhere. Nobody is two persons.
            """
            CREATE TABLE account_identities (
                owner_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                provider TEXT NOT NULL CHECK (length(provider) BETWEEN 1 AND 32),
                subject TEXT NOT NULL CHECK (length(subject) <= 255),
                PRIMARY KEY (owner_id, position)
            ) STRICT, WITHOUT ROWID
            """,
            index("account_identities", ["provider", "subject"], isUnique: true),
        ]
        + indexes("accounts", uniques: [["email"]], by: ["display_name"], inGame: nil)

    private static let playerTables: [String] =
        [
            // Persons in games.
            """
            CREATE TABLE players (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                account_id TEXT REFERENCES accounts (id),
                name TEXT NOT NULL CHECK (length(name) <= 64),
                level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 1000000),
                points INTEGER NOT NULL CHECK (points BETWEEN 0 AND 9007199254740991),
                data TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('active', 'banned'))
            ) STRICT
            """
        ]
        + indexes(
            "players", uniques: [["game_id", "name"], ["game_id", "account_id"]],
            by: ["account_id", "name", "level", "points", "state"], inGame: ["level", "points", "state"])

    private static let playerLinkTables: [String] =
        [
            // What players are to each other, as the first one sees it.
            """
            CREATE TABLE player_links (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                player_id TEXT NOT NULL REFERENCES players (id),
                other_id TEXT NOT NULL REFERENCES players (id),
                kind TEXT NOT NULL CHECK (kind IN ('friend', 'blocked'))
            ) STRICT
            """
        ]
        + indexes(
            "player_links", uniques: [["player_id", "other_id"]], by: ["player_id", "other_id", "kind"],
            inGame: ["player_id", "other_id", "kind"])
}
