package import PawlModel

/// The balances of wallets, beside the ledger entries that they sum up. Only the ledger changes them, in the
/// transaction of the entries.
package struct WalletRows {
    private let sql: any SQLConnection

    package init(_ sql: any SQLConnection) { self.sql = sql }

    /// The balance; nil for a wallet that no money has touched.
    package func balance(of wallet: String, in currency: ResourceID) throws -> Int64? {
        try sql.row(
            "SELECT balance FROM wallets WHERE wallet = ? AND currency_id = ?", [.text(wallet), .id(currency)])?
            .integer("balance")
    }

    package func set(_ balance: Int64, of wallet: String, in currency: ResourceID) throws {
        try sql.execute(
            """
            INSERT INTO wallets (wallet, currency_id, balance) VALUES (?, ?, ?)
            ON CONFLICT (wallet, currency_id) DO UPDATE SET balance = excluded.balance
            """, [.text(wallet), .id(currency), .integer(balance)])
    }
}
