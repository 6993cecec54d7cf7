import LiveOps
import Metadata
import PawlModel
import TestKit
import Testing

/// Money comes from the mint, entry by entry, and sums to zero.
struct LedgerTests {
    private func pay(
        _ amount: Int64, _ currency: Stored<Currency>, to player: Stored<Player>, in world: PlayWorld
    ) async throws {
        let message: Stored<InboxMessage> = try await world.answer(
            of: InboxMessage.send, nil,
            [
                "player_id": player.json, "kind": "pay",
                "rewards": [["currency_id": currency.json, "amount": .int(amount)]],
            ])
        try await world.call(InboxMessage.claim, message.id)
    }

    @Test func firstMoney_bringsWhatAWalletBeginsWith() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let gold = try await world.make(Currency(gameID: world.gameID, code: "GLD", initial: 100))
            try await pay(5, gold, to: ann, in: world)
            try await pay(6, gold, to: ann, in: world)
            let entries = try await world.all(LedgerEntry.self)
            let own = entries.filter { $0.playerID == ann.id }
            #expect(own.map(\.amount).sorted() == [5, 6, 100])
            #expect(Set(own.map(\.balanceAfter)) == [100, 105, 111])
            #expect(own.allSatisfy { $0.wallet == ann.id.description && $0.gameID == world.gameID })
            let minted = entries.filter { $0.wallet == "mint" }
            #expect(minted.map(\.amount).sorted() == [-100, -6, -5] && minted.allSatisfy { $0.playerID == nil })
            #expect(Set(minted.map(\.transactionID)) == Set(own.map(\.transactionID)))
            #expect(Set(own.map(\.transactionID)).count == 3)
        }
    }

    @Test func wallet_takesNoMoreThanItMayHold() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let few = try await world.make(Currency(gameID: world.gameID, code: "FEW", initial: 6, max: 10))
            let refused = try await problem { try await pay(5, few, to: ann, in: world) }
            #expect(refused.code == .notAvailable && refused.detail.contains("11 FEW"))
            #expect(try await world.all(LedgerEntry.self).isEmpty, "what the wallet began with is undone too")
            try await pay(4, few, to: ann, in: world)
            let most = try await world.make(Currency(gameID: world.gameID, code: "ALL"))
            try await pay(Limits.wholeNumberMax, most, to: ann, in: world)
            #expect(try await problem { try await pay(1, most, to: ann, in: world) }.code == .notAvailable)
        }
    }

    /// The mint's balance leaves what readers of JSON keep exactly, and then the 64 bits: a problem, and no trap.
    @Test func mint_isExhaustedBeforeItOverflows() async throws {
        try await PlayWorld.with { world in
            let ann = try await world.player("Ann")
            let gold = try await world.make(Currency(gameID: world.gameID, code: "GLD"))
            try await pay(1, gold, to: ann, in: world)
            try await world.database.transaction { sql in
                try WalletRows(sql).set(-Limits.wholeNumberMax, of: "mint", in: gold.id)
            }
            try await pay(1, gold, to: ann, in: world)
            let minted = try await world.all(LedgerEntry.self).filter { $0.wallet == "mint" }
            #expect(Set(minted.map(\.balanceAfter)) == [-1, nil])
            try await world.database.transaction { sql in
                try WalletRows(sql).set(Int64.min, of: "mint", in: gold.id)
            }
            #expect(try await problem { try await pay(1, gold, to: ann, in: world) }.code == .notAvailable)
        }
    }

    /// Random payments, among them some that are too large: every transaction sums to zero, balances are the sums of
    /// their entries, and all is as a dictionary has it.
    @Test func ledger_isWhatANaiveModelSays() async throws {
        try await PlayWorld.with { world in
            var random = SeededGenerator(seed: testSeed)
            var players: [Stored<Player>] = []
            for name in ["Ann", "Bob", "Cid"] { players.append(try await world.player(name)) }
            let currencies = [
                try await world.make(Currency(gameID: world.gameID, code: "A")),
                try await world.make(Currency(gameID: world.gameID, code: "B", initial: 50, max: 300)),
            ]
            var model: [String: Int64] = [:]
            for _ in 0..<120 {
                let player = players.randomElement(using: &random)!
                let currency = currencies.randomElement(using: &random)!
                let amount = Int64.random(in: 1...100, using: &random)
                let key = "\(player.id) \(currency.id)"
                let after = (model[key] ?? currency.initial) + amount
                do {
                    try await pay(amount, currency, to: player, in: world)
                    model[key] = after
                } catch let problem as Problem {
                    #expect(problem.code == .notAvailable && after > 300 && currency.max == 300, "seed \(testSeed)")
                }
            }
            let entries = try await world.all(LedgerEntry.self)
            for entries in Dictionary(grouping: entries, by: \.transactionID).values {
                #expect(entries.count == 2 && entries.reduce(0) { $0 + $1.amount } == 0, "seed \(testSeed)")
            }
            let sums = Dictionary(grouping: entries) { "\($0.wallet) \($0.currencyID)" }
                .mapValues { $0.reduce(0) { $0 + $1.amount } }
            let balances = try await balances(in: world)
            #expect(sums == balances, "seed \(testSeed)")
            #expect(balances.filter { !$0.key.hasPrefix("mint") } == model, "seed \(testSeed)")
            #expect(balances.values.reduce(0, +) == 0, "seed \(testSeed)")
        }
    }

    private func balances(in world: PlayWorld) async throws -> [String: Int64] {
        try await world.database.read { sql in
            let pairs = try sql.rows("SELECT wallet, currency_id, balance FROM wallets").map {
                ("\(try $0.text("wallet")) \(try $0.text("currency_id"))", try $0.integer("balance"))
            }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
    }
}
