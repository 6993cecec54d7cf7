import Metadata
import MetadataOnSQLite
import PawlModel
import Synchronization
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
        let after = try DatabaseDump(path)
        #expect(after.schema == before.schema)
        #expect(Set(after.content).symmetricDifference(before.content) == [])

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
    @Test(arguments: Migrations.all.filter { $0.up.count == 1 })
    func stepThatBreaksOff_changesNothing(_ migration: Migration) async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        try await migrate(path, to: migration.number - 1)
        for isUp in [true, false] {
            try DatabaseDump.fill(path)
            for (stage, count) in Self.breaks(isUp ? migration.up : migration.down) {
                let before = try DatabaseDump(path)
                try await breakOff(migration, isUp, stage, count, path)
                #expect(try DatabaseDump(path) == before, "\(isUp ? "up" : "down"), after \(count) statements")
            }
            if isUp { try await migrate(path, to: migration.number) }
        }
    }

    /// One that has several stages goes on with the next run, and all comes out as if nothing had been.
    @Test(arguments: Migrations.all.filter { $0.up.count > 1 })
    func stagedStepThatBreaksOff_goesOn(_ migration: Migration) async throws {
        let directory = try TemporaryDirectory()
        for isUp in [true, false] {
            let (start, end) =
                isUp ? (migration.number - 1, migration.number) : (migration.number, migration.number - 1)
            func filled(_ name: String) async throws -> String {
                let path = directory.path("\(isUp) \(name).db")
                try await migrate(path, to: start)
                try DatabaseDump.fill(path)
                return path
            }
            let whole = try await filled("whole")
            try await migrate(whole, to: end)
            for (stage, count) in Self.breaks(isUp ? migration.up : migration.down) {
                let path = try await filled("\(stage) \(count)")
                let before = try DatabaseDump(path)
                try await breakOff(migration, isUp, stage, count, path)
                let place: Comment = "\(isUp ? "up" : "down"), stage \(stage), after \(count) statements"
                if stage == 0 { #expect(try DatabaseDump(path) == before, place) }
                try await migrate(path, to: end)
                #expect(try DatabaseDump(path) == DatabaseDump(whole), place)
            }
        }
    }

    private func breakOff(_ migration: Migration, _ isUp: Bool, _ stage: Int, _ count: Int, _ path: String) async throws
    {
        var broken = migration
        if isUp {
            broken.up[stage] = Self.broken(migration.up[stage], after: count)
        } else {
            broken.down[stage] = Self.broken(migration.down[stage], after: count)
        }
        try await fails(
            path, Migrations.all.prefix(migration.number - 1) + [broken], to: migration.number - (isUp ? 0 : 1))
    }

    /// Behind each statement of each stage.
    private static func breaks(_ stages: [Migration.Stage]) -> [(stage: Int, count: Int)] {
        stages.enumerated().flatMap { index, stage in
            switch stage {
            case .once(let statements): (0...statements.count).map { (index, $0) }
            case .batches(let batches): (0...batches.statements.count).map { (index, $0) }
            }
        }
    }

    private static func broken(_ stage: Migration.Stage, after count: Int) -> Migration.Stage {
        let bad = ["INSERT INTO nowhere VALUES (1)"]
        switch stage {
        case .once(let statements): return .once(statements.prefix(count) + bad)
        case .batches(let batches): return .batches(.init(rest: batches.rest, batches.statements.prefix(count) + bad))
        }
    }

    /// A step of many rows is taken in parts, tells how far it is, and goes on where it was broken off.
    @Test func longStep_tellsHowFarItIs_andGoesOn() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("pawl.db")
        let count: Int64 = 2345
        try await withDatabase(at: path) { database async throws in
            _ = try await database.migrate(to: 16)
            try await database.transaction { sql in
                try sql.execute(
                    """
                    INSERT INTO games (id, revision, model_version, created_at, updated_at, slug, name, settings)
                    VALUES ('g', 1, 1, 1, 1, 'g', 'G', '{}')
                    """)
                try sql.execute(
                    """
                    INSERT INTO accomplishments (id, revision, model_version, created_at, updated_at, game_id, code, name,
                        points, goal, hidden, repeatable)
                    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
                    SELECT 'a' || n, 1, 1, 1, 1, 'g', 'c' || n, 'N', n % 7, 1, 0, 0 FROM numbers
                    """, [.integer(count)])
                // One that gave points among its rewards already.
                try sql.execute("INSERT INTO accomplishment_rewards (owner_id, position, points) VALUES ('a1', 0, 100)")
            }
        }
        let before = try DatabaseDump(path)
        // Broken off in the second batch.
        var broken = Migrations.all
        guard case .batches(var batches) = broken[16].up[1] else { return }
        batches.statements.append(
            """
            INSERT INTO accomplishment_points_moved
            SELECT 'a1', 0, 0 WHERE (SELECT COUNT(*) FROM accomplishment_points_moved) > 500
            """)
        broken[16].up[1] = .batches(batches)
        try await fails(path, broken, to: 17)
        try await withDatabase(at: path) { database async throws in
            let done = try await database.read { try $0.row("SELECT COUNT(*) AS n FROM accomplishment_points_moved") }
            #expect(try done?.integer("n") == 500)
            let told = Told()
            let steps = try await database.migrate(to: 17) { told.append($0.rowsDone, of: $0.rowsTotal) }
            #expect(steps.map(\.number) == [17])
            let rest = count - count / 7 - 500
            #expect(
                told.all.last?.done == rest && told.all.last?.total == rest && told.all.count == Int(rest + 499) / 500)
            let sum = try await database.read {
                try $0.row("SELECT SUM(points) AS n FROM accomplishment_rewards")?.integer("n")
            }
            #expect(sum == (1...count).reduce(100) { $0 + $1 % 7 })
            _ = try await database.migrate(to: 16)
        }
        #expect(try DatabaseDump(path) == before)
    }

    private final class Told: Sendable {
        private let steps = Mutex<[(done: Int64, total: Int64)]>([])
        var all: [(done: Int64, total: Int64)] { steps.withLock { $0 } }
        func append(_ done: Int64, of total: Int64) { steps.withLock { $0.append((done, total)) } }
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
