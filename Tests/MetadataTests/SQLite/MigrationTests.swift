import Metadata
import MetadataOnSQLite
import PawlModel
import TestKit
import Testing

struct MigrationTests {
    /// For each migration, from a filled database: up, down again leaves schema and content as they were, and up
    /// once more makes the same schema.
    @Test(arguments: Migrations.all.map(\.number))
    func upThenDown_leavesSchemaAndContent(_ number: Int) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        try await migrate(path, to: number - 1)
        try DatabaseDump.fill(path)
        let before = try DatabaseDump(path)
        if number > 1 { #expect(!before.content.isEmpty) }

        try await migrate(path, to: number)
        let above = try DatabaseDump(path)
        #expect(above != before)
        try await migrate(path, to: number - 1)
        #expect(try DatabaseDump(path) == before)

        // The way down must also work from a database that has been used.
        try await migrate(path, to: number)
        #expect(try DatabaseDump(path) == above)
        try DatabaseDump.fill(path)
        #expect(try DatabaseDump.emptyTables(path) == [])
        try await migrate(path, to: number - 1)
        #expect(try DatabaseDump(path).schema == before.schema)
        try await migrate(path, to: number)
        #expect(try DatabaseDump(path).schema == above.schema)
    }

    @Test func allTheWay_upAndDown() async throws {
        try await withDatabase { database async throws in
            let up = try await database.migrate()
            #expect(up.map(\.number) == Migrations.all.map(\.number))
            #expect(up.allSatisfy { $0.direction == .up })
            #expect(try await database.migrate() == [])
            let status = try await database.migrationStatus()
            #expect(status.allSatisfy { ($0.appliedAt?.microseconds ?? 0) > 1_700_000_000_000_000 })
            let down = try await database.migrate(to: 0)
            #expect(down.map(\.number) == Migrations.all.map(\.number).reversed())
            #expect(try await database.migrationStatus().allSatisfy { $0.appliedAt == nil })
            #expect(try await database.pragma("foreign_keys") == 1)
            #expect(try await database.pragma("synchronous") == 2)
        }
    }

    /// A step that breaks off after any of its statements leaves the database as it was, both ways.
    @Test(arguments: Migrations.all)
    func stepThatBreaksOff_changesNothing(_ migration: Migration) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        try await migrate(path, to: migration.number - 1)
        try DatabaseDump.fill(path)
        for count in 0...migration.up.count {
            let before = try DatabaseDump(path)
            var broken = migration
            broken.up = migration.up.prefix(count) + ["INSERT INTO nowhere VALUES (1)"]
            try await fails(path, Migrations.all.prefix(migration.number - 1) + [broken], to: migration.number)
            #expect(try DatabaseDump(path) == before, "up, after \(count) statements")
        }
        try await migrate(path, to: migration.number)
        try DatabaseDump.fill(path)
        for count in 0...migration.down.count {
            let before = try DatabaseDump(path)
            var broken = migration
            broken.down = migration.down.prefix(count) + ["INSERT INTO nowhere VALUES (1)"]
            try await fails(path, Migrations.all.prefix(migration.number - 1) + [broken], to: migration.number - 1)
            #expect(try DatabaseDump(path) == before, "down, after \(count) statements")
        }
    }

    /// What there was before the second migration is kept by it: channels get their asset's game, secrets go on working.
    @Test func channelsAndSecrets_areKept() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        try await migrate(path, to: 1)
        try DatabaseDump.fill(path)
        try await withDatabase(at: path) { database async throws in
            _ = try await database.migrate(to: 2)
            try await database.read { sql in
                let channels = try sql.rows("SELECT name, game_id, model_version FROM channels ORDER BY id")
                #expect(try channels.map { try $0.text("name") } == ["t1", "t2", "t3"])
                #expect(try channels.map { try $0.text("game_id") } == ["t1", "t2", "t3"])
                #expect(try channels.map { try $0.integer("model_version") } == [1, 2, 3])
                let secrets = try sql.rows("SELECT key_id, ends_at FROM key_secrets ORDER BY key_id")
                #expect(try secrets.map { try $0.text("key_id") } == ["t1", "t2", "t3"])
                #expect(secrets.allSatisfy { $0.optionalTime("ends_at") == nil })
            }
            // A secret whose end is near does not come back as one for ever.
            try await database.transaction { sql in
                try sql.execute("UPDATE key_secrets SET ends_at = 5 WHERE key_id = 't2'", [])
            }
            _ = try await database.migrate(to: 1)
            try await database.read { sql in
                let secrets = try sql.rows("SELECT key_id FROM key_secrets ORDER BY key_id")
                #expect(try secrets.map { try $0.text("key_id") } == ["t1", "t3"])
            }
        }
    }

    /// Balances are what was booked, also where the wallets were taken back in between.
    @Test func balances_comeFromTheLedger() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        try await migrate(path, to: 4)
        try DatabaseDump.fill(path)
        try await withDatabase(at: path) { database async throws in
            try await database.transaction { sql in
                try sql.execute("UPDATE ledger_entries SET wallet = 'system', amount = -7 WHERE id = 't2'")
                try sql.execute("UPDATE ledger_entries SET wallet = 't1', currency_id = 't1' WHERE id <> 't2'")
            }
            for _ in 0..<2 {
                _ = try await database.migrate(to: 5)
                try await database.read { sql in
                    let rows = try sql.rows("SELECT wallet, currency_id, balance FROM wallets ORDER BY wallet")
                    #expect(try rows.map { try $0.text("wallet") } == ["system", "t1"])
                    #expect(try rows.map { try $0.text("currency_id") } == ["t2", "t1"])
                    #expect(try rows.map { try $0.integer("balance") } == [-7, 4])
                }
                _ = try await database.migrate(to: 4)
            }
        }
    }

    /// What was forgotten stays out of sight when the horizon itself was taken back: gaps in the sequences tell.
    @Test(arguments: [([1, 2, 3], 0), ([3, 6, 7, 9, 10, 11], 10), ([3, 9], 8)] as [([Int64], Int64)])
    func horizon_isWhereEventsWereForgotten(_ sequences: [Int64], _ horizon: Int64) async throws {
        try await withDatabase { database async throws in
            _ = try await database.migrate(to: 3)
            try await database.transaction { sql in
                for sequence in sequences {
                    try sql.execute(
                        """
                        INSERT INTO events (sequence, id, created_at, type, subject, data)
                        VALUES (?, ?, 1, ?, 's', '{}')
                        """,
                        [
                            .integer(sequence), .text("e\(sequence)"),
                            sequence < 11 ? "channels.updated" : "assets.updated",
                        ])
                }
            }
            for _ in 0..<2 {
                _ = try await database.migrate(to: 4)
                try await database.read { sql throws in
                    #expect(try sql.row("SELECT sequence FROM event_horizon")?.integer("sequence") == horizon)
                }
                _ = try await database.migrate(to: 3)
            }
        }
    }

    @Test func danglingReference_isMetBeforeTheCommit() async throws {
        let migrations = [
            Migration(
                number: 1, name: "two tables",
                up: [
                    "CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT",
                    "CREATE TABLE child (parent_id INTEGER REFERENCES parent (id)) STRICT",
                    "INSERT INTO child VALUES (7)",
                ],
                down: [])
        ]
        try await withDatabase(migrations: migrations) { database async throws in
            let error = try await thrown(MigrationError.self) { try await database.migrate() }
            #expect(error.code == .failed)
            #expect(error.message.contains("child") && error.message.contains("parent"))
            #expect(try await database.pragma("foreign_keys") == 1)
            #expect(try await database.migrationStatus().map(\.appliedAt) == [nil])
        }
    }

    @Test func newerDatabase_isRefused_withTheCommandThatHelps() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        let next = Migrations.all.count + 1
        let newer =
            Migrations.all + [
                Migration(
                    number: next, name: "later", up: ["CREATE TABLE later (i INTEGER)"], down: ["DROP TABLE later"])
            ]
        try await withDatabase(at: path, migrations: newer) { _ = try await $0.migrate() }
        let before = try DatabaseDump(path)
        try await withDatabase(at: path) { database async throws in
            let error = try await thrown(MigrationError.self) { try await database.migrate() }
            #expect(error.code == .newer)
            #expect(error.message.contains("pawl migrate down --to \(next - 1)"))
            #expect(error.message.contains("newer pawl"))
            _ = try await thrown(MigrationError.self) { try await database.migrationStatus() }
            _ = try await thrown(MigrationError.self) { try await database.migrate(to: 0) }
        }
        #expect(try DatabaseDump(path) == before)
        // The newer one goes down with that command, and then the older one runs.
        try await withDatabase(at: path, migrations: newer) { _ = try await $0.migrate(to: next - 1) }
        try await withDatabase(at: path) { database async throws in #expect(try await database.migrate() == []) }
    }

    @Test func databaseOfAnotherLine_isRefused() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        var other = Migrations.all
        other[0].name = "something else"
        try await withDatabase(at: path, migrations: other) { _ = try await $0.migrate() }
        try await withDatabase(at: path) { database async throws in
            let error = try await thrown(MigrationError.self) { try await database.migrate() }
            #expect(error.code == .different)
        }
    }

    @Test func unknownTarget_isRefused() async throws {
        try await withDatabase { database async throws in
            for target in [-1, Migrations.all.count + 1] {
                let error = try await thrown(MigrationError.self) { try await database.migrate(to: target) }
                #expect(error.code == .unknownTarget)
            }
        }
    }

    private func migrate(_ path: String, to number: Int) async throws {
        try await withDatabase(at: path) { _ = try await $0.migrate(to: number) }
    }

    private func fails(_ path: String, _ migrations: [Migration], to number: Int) async throws {
        try await withDatabase(at: path, migrations: migrations) { database async throws in
            let error = try await thrown(MigrationError.self) { try await database.migrate(to: number) }
            #expect(error.code == .failed)
        }
    }
}
