import Metadata
import PawlModel

/// The double-entry ledger: money is never made or lost, it moves from one wallet to another.
///
/// 1. A transaction has two entries, equal and opposite, so that it sums to zero.
/// 2. A wallet's balance is the sum of its entries.
/// 3. The mint, from which money comes, may be below zero. A player's wallet never is, nor above the currency's `max`.
struct Ledger {
    /// The name of the system's wallet from which money comes.
    static let mint = "mint"

    private let writer: ChangesetWriter
    private let wallets: WalletRows

    init(_ writer: ChangesetWriter) {
        self.writer = writer
        wallets = WalletRows(writer.sql)
    }

    /// Gives a player new money. Throws `not_available` when her wallet would hold more than it may.
    func mint(_ amount: Int64, of currency: Stored<Currency>, for player: Recipient) throws {
        if currency.initial > 0, try wallets.balance(of: player.id.description, in: currency.id) == nil {
            try move(currency.initial, of: currency, to: player)
        }
        try move(amount, of: currency, to: player)
    }

    /// One transaction from the mint to a player.
    private func move(_ amount: Int64, of currency: Stored<Currency>, to player: Recipient) throws {
        let transaction = writer.newID("txn")
        let wallet = player.id.description
        let balance = try balance(of: wallet, in: currency, after: amount)
        let limit = currency.max ?? Limits.wholeNumberMax
        guard balance <= limit else {
            throw Problem(
                .notAvailable,
                "The wallet of \(player.id) would hold \(balance) \(currency.code), and may hold \(limit) at most.")
        }
        let minted = try self.balance(of: Self.mint, in: currency, after: -amount)
        try enter(transaction, Self.mint, nil, currency, -amount, balance: minted)
        try enter(transaction, wallet, player.id, currency, amount, balance: balance)
    }

    private func balance(of wallet: String, in currency: Stored<Currency>, after amount: Int64) throws -> Int64 {
        let before = try wallets.balance(of: wallet, in: currency.id) ?? 0
        let (after, overflows) = before.addingReportingOverflow(amount)
        guard !overflows else {
            throw Problem(.notAvailable, "The wallet \(wallet) can take no more \(currency.code).")
        }
        return after
    }

    private func enter(
        _ transaction: ResourceID, _ wallet: String, _ player: ResourceID?, _ currency: Stored<Currency>,
        _ amount: Int64, balance: Int64
    ) throws {
        try wallets.set(balance, of: wallet, in: currency.id)
        // The mint's may pass what every reader of JSON keeps exactly; the wallets' table has it.
        let isTold = balance.magnitude <= Limits.wholeNumberMax
        _ = try writer.insert(
            LedgerEntry.schema,
            [
                "transaction_id": .id(transaction), "wallet": .string(wallet), "player_id": .id(player),
                "currency_id": .id(currency.id), "amount": .int(amount),
                "balance_after": isTold ? .int(balance) : .null,
            ])
    }
}
