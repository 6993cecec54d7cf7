extension Migration {
    /// The balance of each wallet: the sum of its ledger entries, kept so that nobody has to add them up.
    ///
    /// A wallet is a player's id or the name of one of the system's, so it refers to no table. Only the system's may
    /// be below zero.
    static let m005 = Migration(
        number: 5,
        name: "wallets",
        up: [
            """
            CREATE TABLE wallets (
                wallet TEXT NOT NULL CHECK (length(wallet) BETWEEN 1 AND 64),
                currency_id TEXT NOT NULL REFERENCES currencies (id),
                balance INTEGER NOT NULL,
                PRIMARY KEY (wallet, currency_id)
            ) STRICT, WITHOUT ROWID
            """,
            "CREATE INDEX wallets_by_currency ON wallets (currency_id, wallet)",
            // What was booked before, or before this migration was taken back.
            """
            INSERT INTO wallets (wallet, currency_id, balance)
            SELECT wallet, currency_id, SUM(amount) FROM ledger_entries GROUP BY wallet, currency_id
            """,
        ],
        down: [
            "DROP TABLE wallets"
        ])
}
