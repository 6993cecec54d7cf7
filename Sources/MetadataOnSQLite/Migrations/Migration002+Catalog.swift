extension Migration002 {
    /// Items, contents, currencies, packs.
    static let catalog = Part(
        up: itemTables + contentTables + currencyTables + packTables,
        down: [
            "DROP TABLE pack_prices",
            "DROP TABLE pack_entries",
            "DROP TABLE packs",
            "DROP TABLE currencies",
            "DROP TABLE contents",
            "DROP TABLE items",
        ])

    private static let itemTables: [String] =
        [
            // Things that players have.
            """
            CREATE TABLE items (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                sku TEXT NOT NULL CHECK (length(sku) BETWEEN 1 AND 64),
                name TEXT NOT NULL CHECK (length(name) <= 200),
                description TEXT CHECK (length(description) <= 2000),
                icon_asset_id TEXT REFERENCES assets (id),
                stackable INTEGER NOT NULL CHECK (stackable IN (0, 1)),
                giftable INTEGER NOT NULL CHECK (giftable IN (0, 1)),
                state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'retired')),
                metadata TEXT NOT NULL
            ) STRICT
            """
        ]
        + indexes("items", uniques: [["game_id", "sku"]], by: ["sku", "icon_asset_id", "state"], inGame: ["state"])

    private static let contentTables: [String] =
        [
            // Parts of a game that players unlock.
            """
            CREATE TABLE contents (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                sku TEXT NOT NULL CHECK (length(sku) BETWEEN 1 AND 64),
                name TEXT NOT NULL CHECK (length(name) <= 200),
                kind TEXT NOT NULL CHECK (kind IN ('battle_pass', 'level', 'cosmetic', 'other')),
                asset_id TEXT REFERENCES assets (id),
                channel TEXT CHECK (length(channel) BETWEEN 1 AND 64),
                giftable INTEGER NOT NULL CHECK (giftable IN (0, 1)),
                state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'retired'))
            ) STRICT
            """
        ]
        + indexes(
            "contents", uniques: [["game_id", "sku"]], by: ["sku", "kind", "asset_id", "state"],
            inGame: ["kind", "state"])

    private static let currencyTables: [String] =
        [
            // What packs are paid with.
            """
            CREATE TABLE currencies (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 16),
                name TEXT CHECK (length(name) <= 200),
                kind TEXT NOT NULL CHECK (kind IN ('virtual', 'real')),
                decimals INTEGER NOT NULL CHECK (decimals BETWEEN 0 AND 9),
                initial INTEGER NOT NULL CHECK (initial BETWEEN 0 AND 9007199254740991),
                max INTEGER CHECK (max BETWEEN 1 AND 9007199254740991),
                CHECK (initial <= max)
            ) STRICT
            """
        ]
        + indexes("currencies", uniques: [["game_id", "code"]], by: ["code", "kind"], inGame: ["kind"])

    private static let packTables: [String] =
        [
            // What is sold or given together.
            """
            CREATE TABLE packs (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                sku TEXT NOT NULL CHECK (length(sku) BETWEEN 1 AND 64),
                name TEXT NOT NULL CHECK (length(name) <= 200),
                description TEXT CHECK (length(description) <= 2000),
                state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'retired')),
                available_from INTEGER,
                available_until INTEGER,
                giftable INTEGER NOT NULL CHECK (giftable IN (0, 1)),
                limit_per_player INTEGER CHECK (limit_per_player BETWEEN 1 AND 9007199254740991),
                CHECK (available_from < available_until)
            ) STRICT
            """,
            // What is in a pack.
            """
            CREATE TABLE pack_entries (
                owner_id TEXT NOT NULL REFERENCES packs (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                item_id TEXT REFERENCES items (id),
                content_id TEXT REFERENCES contents (id),
                quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000000),
                PRIMARY KEY (owner_id, position),
                CHECK ((item_id IS NOT NULL) + (content_id IS NOT NULL) = 1)
            ) STRICT, WITHOUT ROWID
            """,
            index("pack_entries", ["item_id"]),
            index("pack_entries", ["content_id"]),
            // What a pack costs: any one of them.
            """
            CREATE TABLE pack_prices (
                owner_id TEXT NOT NULL REFERENCES packs (id) ON DELETE CASCADE,
                position INTEGER NOT NULL,
                currency_id TEXT NOT NULL REFERENCES currencies (id),
                amount INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991),
                PRIMARY KEY (owner_id, position)
            ) STRICT, WITHOUT ROWID
            """,
            index("pack_prices", ["currency_id"]),
        ]
        + indexes(
            "packs", uniques: [["game_id", "sku"]], by: ["sku", "state", "available_from", "available_until"],
            inGame: ["state"])
}
