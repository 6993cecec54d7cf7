extension Migration002 {
    /// What players bought, have, give, reached and are told.
    static let possessions = Part(
        up: purchaseTables + ledgerEntryTables + entitlementTables + giftTables + playerAccomplishmentTables
            + seasonProgressTables + inboxMessageTables,
        down: [
            "DROP TABLE inbox_message_rewards",
            "DROP TABLE inbox_messages",
            "DROP TABLE season_progress",
            "DROP TABLE player_accomplishments",
            "DROP TABLE gifts",
            "DROP TABLE entitlements",
            "DROP TABLE ledger_entries",
            "DROP TABLE purchases",
        ])

    private static let purchaseTables: [String] =
        [
            // Packs that were bought.
            """
            CREATE TABLE purchases (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                player_id TEXT NOT NULL REFERENCES players (id),
                pack_id TEXT NOT NULL REFERENCES packs (id),
                quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000000),
                currency_id TEXT REFERENCES currencies (id),
                amount INTEGER NOT NULL CHECK (amount BETWEEN 0 AND 9007199254740991),
                recipient_id TEXT REFERENCES players (id),
                receipt TEXT CHECK (length(receipt) <= 255),
                state TEXT NOT NULL CHECK (state IN ('done', 'refunded'))
            ) STRICT
            """
        ]
        + indexes(
            "purchases", uniques: [["receipt"]], by: ["player_id", "pack_id", "currency_id", "recipient_id", "state"],
            inGame: ["player_id", "pack_id", "state"])

    private static let ledgerEntryTables: [String] =
        [
            // What wallets won and lost; the amounts of a transaction sum to zero.
            """
            CREATE TABLE ledger_entries (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                transaction_id TEXT NOT NULL CHECK (length(transaction_id) <= 30),
                wallet TEXT NOT NULL CHECK (length(wallet) <= 64),
                player_id TEXT REFERENCES players (id),
                currency_id TEXT NOT NULL REFERENCES currencies (id),
                amount INTEGER NOT NULL CHECK (amount BETWEEN -9007199254740991 AND 9007199254740991),
                balance_after INTEGER CHECK (balance_after BETWEEN -9007199254740991 AND 9007199254740991)
            ) STRICT
            """
        ]
        + indexes(
            "ledger_entries", by: ["transaction_id", "wallet", "player_id", "currency_id"],
            inGame: ["transaction_id", "wallet", "currency_id"])

    private static let entitlementTables: [String] =
        [
            // What players have.
            """
            CREATE TABLE entitlements (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                owner_id TEXT NOT NULL REFERENCES players (id),
                unlocker_id TEXT REFERENCES players (id),
                item_id TEXT REFERENCES items (id),
                content_id TEXT REFERENCES contents (id),
                quantity INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 1000000),
                state TEXT NOT NULL CHECK (state IN ('active', 'held', 'consumed', 'revoked', 'expired')),
                source TEXT NOT NULL,
                expires_at INTEGER,
                CHECK ((item_id IS NOT NULL) + (content_id IS NOT NULL) = 1)
            ) STRICT
            """
        ]
        + indexes(
            "entitlements", by: ["owner_id", "unlocker_id", "item_id", "content_id", "state", "expires_at"],
            inGame: ["owner_id", "state"])

    private static let giftTables: [String] =
        [
            // What players offer each other.
            """
            CREATE TABLE gifts (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                from_id TEXT NOT NULL REFERENCES players (id),
                to_id TEXT NOT NULL REFERENCES players (id),
                entitlement_id TEXT REFERENCES entitlements (id),
                purchase_id TEXT REFERENCES purchases (id),
                message TEXT CHECK (length(message) <= 200),
                state TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'cancelled', 'expired')),
                expires_at INTEGER,
                CHECK ((entitlement_id IS NOT NULL) + (purchase_id IS NOT NULL) = 1)
            ) STRICT
            """
        ]
        + indexes(
            "gifts", by: ["from_id", "to_id", "entitlement_id", "purchase_id", "state", "expires_at"],
            inGame: ["from_id", "to_id", "state"])

    private static let playerAccomplishmentTables: [String] =
        [
            // How far players are with accomplishments.
            """
            CREATE TABLE player_accomplishments (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                player_id TEXT NOT NULL REFERENCES players (id),
                accomplishment_id TEXT NOT NULL REFERENCES accomplishments (id),
                cycle INTEGER NOT NULL CHECK (cycle BETWEEN 1 AND 9007199254740991),
                progress INTEGER NOT NULL CHECK (progress BETWEEN 0 AND 9007199254740991),
                reached_at INTEGER
            ) STRICT
            """
        ]
        + indexes(
            "player_accomplishments", uniques: [["player_id", "accomplishment_id", "cycle"]],
            by: ["player_id", "accomplishment_id", "reached_at"], inGame: ["player_id", "accomplishment_id"])

    private static let seasonProgressTables: [String] =
        [
            // How far players are in seasons.
            """
            CREATE TABLE season_progress (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                season_id TEXT NOT NULL REFERENCES seasons (id),
                player_id TEXT NOT NULL REFERENCES players (id),
                xp INTEGER NOT NULL CHECK (xp BETWEEN 0 AND 9007199254740991),
                premium INTEGER NOT NULL CHECK (premium IN (0, 1)),
                claims TEXT NOT NULL
            ) STRICT
            """
        ]
        + indexes(
            "season_progress", uniques: [["season_id", "player_id"]], by: ["season_id", "player_id", "xp"],
            inGame: ["season_id", "player_id", "xp"])

    private static let inboxMessageTables: [String] =
        [
            // Messages to players.
            """
            CREATE TABLE inbox_messages (
            \(head)
                game_id TEXT NOT NULL REFERENCES games (id),
                player_id TEXT NOT NULL REFERENCES players (id),
                kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 64),
                body TEXT NOT NULL,
                expires_at INTEGER,
                claimed_at INTEGER
            ) STRICT
            """
        ]
        // What claiming a message gives.
        + rewards("inbox_message_rewards", of: "inbox_messages")
        + indexes(
            "inbox_messages", by: ["player_id", "kind", "expires_at", "claimed_at"], inGame: ["player_id", "kind"])
}
